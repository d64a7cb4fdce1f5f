-- name: object_add
INSERT INTO object (workspace, digest, size, type, name, keep, remove, held, purpose,
  undone_at, undone_by, undone_why, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: object_set
UPDATE object SET size = $3, type = $4, name = $5, keep = $6, remove = $7, held = $8, purpose = $9,
  undone_at = $10, undone_by = $11, undone_why = $12, row_check = $13
WHERE workspace = $1 AND digest = $2

-- name: object
SELECT workspace, digest, size, type, name, keep, remove, held, purpose,
  undone_at, undone_by, undone_why, row_check
FROM object WHERE workspace = $1 AND digest = $2

-- name: objects
SELECT workspace, digest, size, type, name, keep, remove, held, purpose,
  undone_at, undone_by, undone_why, row_check
FROM object WHERE workspace = $1 ORDER BY digest LIMIT $2 OFFSET $3
