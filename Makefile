# The two commands a newcomer needs: `make up` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

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
	$(BIN)/carepath up --detach --demo

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
	command -v npm >/dev/null && npm install --silent --no-save --prefix bench @eventide/message-db || echo "npm is not here: message-db is left out"

lock: .venv/dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra embedded --group build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra embedded --group build --group dev -o requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group bench -c requirements-dev.lock -o requirements-bench.lock pyproject.toml
