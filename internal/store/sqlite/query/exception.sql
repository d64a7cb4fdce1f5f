-- name: exception_add
INSERT INTO exception (workspace, id, kind, side, severity, day, bucket, part, minor, currency, sentence,
  first, last, cleared, versions, said, said_in, state, until, judgements, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)

-- name: exception_set
UPDATE exception SET kind = $3, side = $4, severity = $5, day = $6, bucket = $7, part = $8, minor = $9,
  currency = $10, sentence = $11, first = $12, last = $13, cleared = $14, versions = $15, said = $16,
  said_in = $17, state = $18, until = $19, judgements = $20, row_check = $21
WHERE workspace = $1 AND id = $2

-- name: exception
SELECT workspace, id, kind, side, severity, day, bucket, part, minor, currency, sentence,
  first, last, cleared, versions, said, said_in, state, until, judgements, row_check
FROM exception WHERE workspace = $1 AND id = $2

-- Those that stand, within days, and that run $2 did not show: read in the order of the table (+day keeps the
-- index of the list out of it).
-- name: exceptions_gone
SELECT workspace, id, kind, side, severity, day, bucket, part, minor, currency, sentence,
  first, last, cleared, versions, said, said_in, state, until, judgements, row_check
FROM exception
WHERE workspace = $1 AND cleared = 0 AND last <> $2 AND +day >= $3 AND +day <= $4 ORDER BY id

-- The filter reads the index alone; $9 is 1 where cleared ones are wanted too, $5 to $8 are the states.
-- name: exceptions
SELECT e.workspace, e.id, e.kind, e.side, e.severity, e.day, e.bucket, e.part, e.minor, e.currency, e.sentence,
  e.first, e.last, e.cleared, e.versions, e.said, e.said_in, e.state, e.until, e.judgements, e.row_check
FROM (
  SELECT workspace, id, day FROM exception
  WHERE workspace = $1 AND day >= $2 AND day <= $3
    AND CASE WHEN state = 'snoozed' AND until <= $4 THEN 'new' ELSE state END IN ($5, $6, $7, $8)
    AND ($9 = 1 OR cleared = 0) AND ($10 = '' OR kind = $10) AND ($11 = '' OR side = $11)
  ORDER BY day DESC, id LIMIT $12 OFFSET $13
) AS p
JOIN exception AS e ON e.workspace = p.workspace AND e.id = p.id
WHERE e.workspace = $1
ORDER BY p.day DESC, p.id

-- name: exceptions_beginning
SELECT id FROM exception WHERE workspace = $1 AND id >= $2 AND id < $3 ORDER BY id LIMIT $4

-- name: content_add
INSERT INTO exception_content (workspace, id, n, run, content, row_check) VALUES ($1, $2, $3, $4, $5, $6)

-- name: contents
SELECT workspace, id, n, run, content, row_check
FROM exception_content WHERE workspace = $1 AND id = $2 ORDER BY n

-- name: judgement_add
INSERT INTO judgement (workspace, id, n, made, made_by, state, until, reason, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: judgement
SELECT workspace, id, n, made, made_by, state, until, reason, row_check
FROM judgement WHERE workspace = $1 AND id = $2 AND n = $3

-- name: judgements
SELECT workspace, id, n, made, made_by, state, until, reason, row_check
FROM judgement WHERE workspace = $1 AND id = $2 ORDER BY n

-- name: tally
SELECT workspace, state, until, currency, bucket, exceptions, minor, row_check
FROM tally WHERE workspace = $1 ORDER BY state, until, currency, bucket

-- name: tally_row
SELECT workspace, state, until, currency, bucket, exceptions, minor, row_check
FROM tally WHERE workspace = $1 AND state = $2 AND until = $3 AND currency = $4 AND bucket = $5

-- name: tally_add
INSERT INTO tally (workspace, state, until, currency, bucket, exceptions, minor, row_check)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: tally_set
UPDATE tally SET exceptions = $6, minor = $7, row_check = $8
WHERE workspace = $1 AND state = $2 AND until = $3 AND currency = $4 AND bucket = $5

-- name: tally_drop
DELETE FROM tally WHERE workspace = $1 AND state = $2 AND until = $3 AND currency = $4 AND bucket = $5
