# Targets with a ## comment are for people; `make` alone prints them.
SHELL := /bin/bash
GO    ?= go
TOOL  := $(GO) tool -modfile=tools/go.mod
SAMPLES ?=

.PHONY: help test check lint torture samples million bench bench-compare detect-bench build fuzz generate

help: ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

test: ## all tests
	$(GO) build ./...
	$(GO) test ./...

lint: ## gofumpt, go vet and staticcheck
	@out="$$($(TOOL) gofumpt -l $$(git ls-files '*.go'))"; \
	  if [ -n "$$out" ]; then echo "not formatted:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

check: test lint ## tests and linters: green in any clone

KILLS ?= 5000
FLIPS ?= 100000
torture: build ## the promises of docs/trust.md, for hours (needs strace, and root for a small disk)
	@command -v strace >/dev/null || { echo "make torture: strace is not there (apt-get install strace)"; exit 1; }
	$(GO) test -tags torture ./internal/torture -count=1 -timeout 24h -binary "$(abspath bin/tillproof)" -trust "$(abspath docs)" \
	  -kills $(KILLS) -flips $(FLIPS) -clocks 5000 -races 40 -tampers 600 -backups 500
	$(GO) test -tags torture ./internal/store/... ./internal/vault/... -count=1 -timeout 24h

samples: ## read every sample below SAMPLES=DIR and compare with its INDEX.tsv
	@if [ -z "$(SAMPLES)" ] || [ ! -f "$(SAMPLES)/INDEX.tsv" ]; then \
	  echo "make samples SAMPLES=DIR: no INDEX.tsv in '$(SAMPLES)'"; exit 1; fi
	$(GO) test ./internal/format/all -run '^TestSamples' -count=1 -v -samples "$(abspath $(SAMPLES))"

million: ## the answer key of a month with a million sales against the whole chain
	TILLPROOF_MILLION=1 $(GO) test ./internal/recon -run '^TestMillion$$' -count=1

bench: ## reading and matching, and check over a million sales
	$(GO) test ./... -run '^$$' -bench . -benchmem

BENCH ?= ../shared/bench
ROWS  ?= 1000000
bench-compare: ## check against DuckDB on the files of BENCH=DIR, ROWS a side (needs cgo and python3; builds beside the repository)
	@if [ ! -f "$(BENCH)/compare.py" ]; then echo "make bench-compare BENCH=DIR: no compare.py in '$(BENCH)'"; exit 1; fi
	@sh internal/recon/bulk/compare.sh "$(abspath $(BENCH))" "$(ROWS)" "$(GO)"

FDH            ?= ../shared/data/fdh
PYTHON_XGBOOST ?= /usr/bin/python3
detect-bench: build ## detection on FDH=DIR and on cards of another make, beside XGBoost (needs python3 and python3-xgboost; half an hour)
	@python3 tools/detectbench/bench.py --binary bin/tillproof --fdh "$(FDH)" --rival-python "$(PYTHON_XGBOOST)"

fuzz: ## each fuzz target for 20 seconds, and matching against brute force on two million ledgers
	$(GO) test ./internal/recon/match -run '^TestOracle$$' -count=1 -ledgers 2000000
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    $(GO) test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime 20s || exit 1; done; done

generate: ## write the pages of docs/ that are made: formats, rules, states, packs
	@$(GO) run ./cmd/tillproof rule list --markdown > docs/rules.md.tmp && mv docs/rules.md.tmp docs/rules.md
	@for p in states packs; do $(GO) run ./cmd/tillproof pages $$p > docs/$$p.md.tmp && \
	  mv docs/$$p.md.tmp docs/$$p.md || exit 1; done
	@$(GO) run ./cmd/tillproof formats --markdown > docs/formats.md.tmp && mv docs/formats.md.tmp docs/formats.md

build: ## the binary in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/tillproof ./cmd/tillproof
