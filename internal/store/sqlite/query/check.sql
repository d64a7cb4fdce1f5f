-- Every row of every table that has a check, and what the sums of the exceptions are made of.
-- name: check_workspace
SELECT workspace, made, policy, row_check FROM workspace WHERE workspace = $1

-- name: check_proof
SELECT workspace, n, made, name, digest, size, row_check FROM proof WHERE workspace = $1

-- name: check_checkpoint
SELECT workspace, n, size, made, note, row_check FROM checkpoint WHERE workspace = $1

-- name: check_object
SELECT workspace, digest, size, type, name, keep, remove, held, purpose,
  undone_at, undone_by, undone_why, row_check
FROM object WHERE workspace = $1

-- name: check_import
SELECT workspace, n, id, made, made_by, sources, undone_at, undone_by, undone_why, row_check
FROM import WHERE workspace = $1

-- name: check_source
SELECT workspace, import_n, n, id, body, row_check FROM source WHERE workspace = $1

-- name: check_decision
SELECT workspace, n, id, made, made_by, ruling, records, reason, undone_at, undone_by, undone_why, row_check
FROM decision WHERE workspace = $1

-- name: check_run
SELECT workspace, n, id, waiting, row_check FROM run WHERE workspace = $1 ORDER BY n

-- name: check_run_body
SELECT workspace, n, body, row_check FROM run_body WHERE workspace = $1

-- name: check_waiting
SELECT workspace, n, record, side, day, expected, minor, currency, row_check
FROM waiting WHERE workspace = $1

-- name: check_exception
SELECT workspace, id, kind, side, severity, day, bucket, part, minor, currency, sentence,
  first, last, cleared, versions, said, said_in, state, until, judgements, row_check
FROM exception WHERE workspace = $1

-- name: check_exception_content
SELECT workspace, id, n, run, content, row_check FROM exception_content WHERE workspace = $1

-- name: check_judgement
SELECT workspace, id, n, made, made_by, state, until, reason, row_check FROM judgement WHERE workspace = $1

-- name: check_tally
SELECT workspace, state, until, currency, bucket, exceptions, minor, row_check FROM tally WHERE workspace = $1
