#!/bin/sh
# compare.sh BENCH ROWS GO: builds the generator, the comparator and tillproof, makes the files and runs the
# engines in turn. Nothing of it stays in the repository: it all lives below ${TMPDIR:-/tmp}.
set -e
bench=$1 rows=$2 go=$3
work=${TMPDIR:-/tmp}/tillproof-compare
mkdir -p "$work/src"
cp -r "$bench/gen" "$bench/duckdb" "$work/src/"
(cd "$work/src/gen" && "$go" build -o "$work/gen" .)
(cd "$work/src/duckdb" && CGO_ENABLED=1 "$go" build -o "$work/duckrun" .)
CGO_ENABLED=0 "$go" build -trimpath -o "$work/tillproof" ./cmd/tillproof
data=$work/d$rows
[ -f "$data/truth.json" ] || { mkdir -p "$data" && "$work/gen" -n "$rows" -out "$data"; }
DUCKRUN=$work/duckrun \
TILLPROOF_CMD="$work/tillproof check --profile gen --terminal {d}/pos.csv --acquirer {d}/settle.csv --bank {d}/bank.csv --out {o}" \
python3 "$bench/compare.py" --data "$data" --work "$work/out" --rounds "${ROUNDS:-3}" \
  --engines duckdb-varchar,tillproof --base duckdb-varchar --json "$work/compare-$rows.json"
