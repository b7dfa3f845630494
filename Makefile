# `make run` and `make test` do all the set-up themselves; they need Python 3.11 or newer, nothing else.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run web cluster test setup graphiql web-app web-check codegen schema bench bench-compression bench-executor bench-lists bench-live bench-overload bench-processing bench-usage bench-web screenshots check wheel audit lock

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup graphiql ## Start database, server and worker with the demo library; Ctrl-C stops them
	@$(BIN)/reelgraph dev

web: setup graphiql ## Start the web app beside `make run`, or with all that it starts; Ctrl-C stops what was started
	@$(BIN)/reelgraph web

cluster: setup graphiql ## Start two servers behind one address, two workers, PgBouncer and a replica; Ctrl-C stops them
	@$(BIN)/reelgraph cluster

# One more than there are processors: many tests wait for others' processes.
test: setup graphiql web-app ## Run every test, on all processors but no more than four
	@$(BIN)/pytest --numprocesses $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --maxprocesses 4 --dist worksteal

setup: $(VENV)/.installed ## Install what is missing

# uv is used if it is there; otherwise pip brings it, into a folder of ours where pip may not install elsewhere.
$(VENV)/.installed: pyproject.toml requirements.lock
	@echo "Installing Python packages …"
	@uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
		$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
			echo "pip is missing. Install it (on Debian: apt install python3-pip) or uv, then run make again." >&2; exit 1; }; \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target .tools uv || exit 1; \
		uv=.tools/bin/uv; \
	fi; \
	test -x $(BIN)/python || "$$uv" venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV); \
	"$$uv" pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock && \
	"$$uv" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

graphiql: setup ## Build GraphiQL if its sources have changed
	@$(BIN)/python -m server.graphiql.build

web-app: setup ## Build the web app if its sources have changed
	@$(BIN)/python -m server.web_build

web-check: setup ## Check the web app's types, and build it if its sources have changed
	@$(BIN)/python -m server.web_build --check

schema: setup ## Write schema.graphql from the code
	@$(BIN)/reelgraph schema export

codegen: schema ## Write the TypeScript client, and the tests' types, from schema.graphql
	@$(BIN)/reelgraph codegen
	@$(BIN)/python -m tests.support.typed

bench: setup ## Measure our server beside the best of others; writes bench/RESULTS.md
	@$(BIN)/python -m bench

bench-compression: setup ## Time a large answer to the client, by coding and network; writes bench/COMPRESSION.md
	@$(BIN)/python -m bench.compression

bench-executor: setup ## Measure the executor by itself
	@$(BIN)/python -m bench.executor

bench-lists: setup ## Time the first page of a long list against one far behind it
	@$(BIN)/python -m bench.lists

bench-live: setup ## Time from a commit to 2,000 subscribers, beside GraphQL Yoga; writes bench/LIVE.md
	@$(BIN)/python -m bench.live

bench-overload: setup ## Send our server four times what it can answer; writes a section of bench/RESULTS.md
	@$(BIN)/python -m bench.overload

bench-processing: setup ## Time clips through two workers, and an upload of 2 GB beside cp
	@$(BIN)/python -m bench.processing

bench-usage: setup ## Measure what counting costs: the server with it and without; writes bench/USAGE.md
	@$(BIN)/python -m bench.usage

bench-web: setup graphiql ## Measure how the web app loads, scrolls and grows with 1,000 videos; writes bench/WEB.md
	@$(BIN)/python -m bench.web

screenshots: setup graphiql ## Draw the pictures of the web app for the docs, from the demo library
	@$(BIN)/python -m bench.screenshots

check: setup ## Lint, types and import layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

wheel: setup graphiql ## Build dist/reelgraph-….whl, with GraphiQL in it
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	@ls dist/reelgraph-*.whl

audit: setup ## Ask pip-audit and npm audit for advisories on what is pinned; docs/audit.toml has those that are accepted
	@$(BIN)/python -m tests.support.audit

lock: setup ## Pin the newest allowed versions: all, and of these what runs in production
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --all-extras --upgrade pyproject.toml --python-version 3.11 --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes pyproject.toml --python-version 3.11 --constraint requirements.lock --output-file requirements-runtime.lock
