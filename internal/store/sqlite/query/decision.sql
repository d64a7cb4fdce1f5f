-- name: decision_add
INSERT INTO decision (workspace, n, id, made, made_by, ruling, records, reason,
  undone_at, undone_by, undone_why, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: decision_set
UPDATE decision SET id = $3, made = $4, made_by = $5, ruling = $6, records = $7, reason = $8,
  undone_at = $9, undone_by = $10, undone_why = $11, row_check = $12
WHERE workspace = $1 AND n = $2

-- name: decision
SELECT workspace, n, id, made, made_by, ruling, records, reason, undone_at, undone_by, undone_why, row_check
FROM decision WHERE workspace = $1 AND id = $2

-- name: decision_last
SELECT n FROM decision WHERE workspace = $1 ORDER BY n DESC LIMIT 1

-- name: decisions
SELECT workspace, n, id, made, made_by, ruling, records, reason, undone_at, undone_by, undone_why, row_check
FROM decision WHERE workspace = $1 AND ($2 = 1 OR undone_at IS NULL) ORDER BY n
