-- name: run_add
INSERT INTO run (workspace, n, id, waiting, row_check) VALUES ($1, $2, $3, $4, $5)

-- name: run_last
SELECT workspace, n, id, waiting, row_check FROM run WHERE workspace = $1 ORDER BY n DESC LIMIT 1

-- name: run_by_id
SELECT workspace, n, id, waiting, row_check FROM run
WHERE workspace = $1 AND n = (SELECT max(n) FROM run WHERE workspace = $1 AND id = $2)

-- name: run_by_number
SELECT workspace, n, id, waiting, row_check FROM run WHERE workspace = $1 AND n = $2

-- name: runs
SELECT workspace, n, id, waiting, row_check FROM run WHERE workspace = $1 ORDER BY n DESC LIMIT $2 OFFSET $3

-- name: run_body_add
INSERT INTO run_body (workspace, n, body, row_check) VALUES ($1, $2, $3, $4)

-- name: run_body
SELECT workspace, n, body, row_check FROM run_body WHERE workspace = $1 AND n = $2

-- name: waiting_clear
DELETE FROM waiting WHERE workspace = $1

-- name: waiting_add
INSERT INTO waiting (workspace, n, record, side, day, expected, minor, currency, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: waiting
SELECT workspace, n, record, side, day, expected, minor, currency, row_check
FROM waiting WHERE workspace = $1 ORDER BY n
