-- name: begin
BEGIN IMMEDIATE

-- name: begin_read
BEGIN

-- name: commit
COMMIT

-- name: rollback
ROLLBACK

-- name: savepoint
SAVEPOINT act

-- name: release
RELEASE act

-- It leaves the savepoint open, which release then ends.
-- name: rollback_act
ROLLBACK TO act
