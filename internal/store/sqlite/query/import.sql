-- name: import_add
INSERT INTO import (workspace, n, id, made, made_by, sources, undone_at, undone_by, undone_why, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: import_set
UPDATE import SET id = $3, made = $4, made_by = $5, sources = $6, undone_at = $7, undone_by = $8,
  undone_why = $9, row_check = $10
WHERE workspace = $1 AND n = $2

-- name: import
SELECT workspace, n, id, made, made_by, sources, undone_at, undone_by, undone_why, row_check
FROM import WHERE workspace = $1 AND id = $2

-- name: import_last
SELECT n FROM import WHERE workspace = $1 ORDER BY n DESC LIMIT 1

-- name: imports
SELECT workspace, n, id, made, made_by, sources, undone_at, undone_by, undone_why, row_check
FROM import WHERE workspace = $1 ORDER BY n DESC LIMIT $2 OFFSET $3

-- name: imports_counting
SELECT workspace, n, id, made, made_by, sources, undone_at, undone_by, undone_why, row_check
FROM import WHERE workspace = $1 AND undone_at IS NULL ORDER BY n

-- name: source_add
INSERT INTO source (workspace, import_n, n, id, body, row_check) VALUES ($1, $2, $3, $4, $5, $6)

-- name: sources
SELECT workspace, import_n, n, id, body, row_check
FROM source WHERE workspace = $1 AND import_n = $2 ORDER BY n

-- name: source_counts
SELECT i.n FROM source AS s JOIN import AS i ON i.workspace = s.workspace AND i.n = s.import_n
WHERE s.workspace = $1 AND s.id = $2 AND i.undone_at IS NULL LIMIT 1
