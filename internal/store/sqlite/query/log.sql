-- name: entry_add
INSERT INTO entry (workspace, seq, leaf) VALUES ($1, $2, $3)

-- name: entry_last
SELECT seq FROM entry WHERE workspace = $1 ORDER BY seq DESC LIMIT 1

-- name: entries
SELECT seq, leaf FROM entry WHERE workspace = $1 AND seq >= $2 ORDER BY seq LIMIT $3

-- name: hash_add
INSERT INTO tree (workspace, n, hash) VALUES ($1, $2, $3)

-- name: hash
SELECT hash FROM tree WHERE workspace = $1 AND n = $2

-- name: hashes
SELECT n, hash FROM tree WHERE workspace = $1 AND n >= $2 ORDER BY n LIMIT $3

-- name: checkpoint_add
INSERT INTO checkpoint (workspace, n, size, made, note, row_check) VALUES ($1, $2, $3, $4, $5, $6)

-- name: checkpoint_last
SELECT workspace, n, size, made, note, row_check FROM checkpoint
WHERE workspace = $1 ORDER BY n DESC LIMIT 1

-- name: checkpoints
SELECT workspace, n, size, made, note, row_check FROM checkpoint
WHERE workspace = $1 ORDER BY n DESC LIMIT $2 OFFSET $3
