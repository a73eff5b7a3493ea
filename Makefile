# The two commands a newcomer needs: `make up` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# What the append is compared with, from npm; exact versions, and no lock file, which would name registries.
BENCH_NPM := @eventide/message-db@1.3.1 @event-driven-io/emmett-postgresql@0.42.0 @event-driven-io/emmett@0.42.0 @event-driven-io/pongo@0.16.11 @event-driven-io/dumbo@0.12.7 pg@8.23.1 uuid@10.0.0 pg-connection-string@2.14.1

.PHONY: setup up demo down test test-long check bench bench-others lock

setup: .venv/dev
	$(BIN)/prek install --quiet

.venv/run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "carepath needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev: .venv/run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

up: .venv/run
	$(BIN)/carepath up --detach --demo --personas

demo: .venv/run
	$(BIN)/carepath demo

down: .venv/run
	$(BIN)/carepath down

test: .venv/dev
	$(BIN)/python -m tests.run

test-long: .venv/dev
	$(BIN)/python -m tests.run --long

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/squawk $$(git ls-files 'eventstore/migrations/*.sql')
	$(BIN)/vulture
	$(BIN)/detect-secrets-hook --baseline .secrets.baseline $$(git ls-files)

bench: .venv/dev
	$(BIN)/python -m bench.run

bench-others: .venv/dev requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@if command -v npm >/dev/null; then npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix bench $(BENCH_NPM); else echo "npm is not here: message-db and Emmett are left out"; fi
	$(BIN)/python -m bench.run --append --rebuild

lock: .venv/dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra embedded --group build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra embedded --extra parquet --extra telemetry --group build --group dev -o requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra parquet --extra telemetry --group build -c requirements-dev.lock -o deploy/image/requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group bench -c requirements-dev.lock -o requirements-bench.lock pyproject.toml
