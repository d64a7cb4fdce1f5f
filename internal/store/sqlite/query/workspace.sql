-- name: workspace_add
INSERT INTO workspace (workspace, made, policy, row_check) VALUES ($1, $2, $3, $4)

-- name: workspace_set
UPDATE workspace SET made = $2, policy = $3, row_check = $4 WHERE workspace = $1

-- name: workspace
SELECT workspace, made, policy, row_check FROM workspace WHERE workspace = $1

-- The one statement that looks beyond a workspace: which ones a file holds.
-- name: workspaces
SELECT workspace, made, policy, row_check FROM workspace ORDER BY workspace LIMIT 2

-- name: proof_add
INSERT INTO proof (workspace, n, made, name, digest, size, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: proof_last
SELECT workspace, n, made, name, digest, size, row_check FROM proof
WHERE workspace = $1 ORDER BY n DESC LIMIT 1
