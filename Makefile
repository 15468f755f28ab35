# make demo  host a whole question hour on this machine: offline, no keys, no accounts
# make test  set up and run every test
.PHONY: demo test check lint types imports bench screenshots messages lock clean

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

demo: .venv/run.stamp
	@$(BIN)/askhour demo $(ARGS)

# The whole suite on SQLite, and what touches the database again on PostgreSQL where one is named.
test: .venv/dev.stamp
	env -u ASKHOUR_TEST_DATABASE_URL $(BIN)/pytest -n auto $(ARGS)
ifdef ASKHOUR_TEST_DATABASE_URL
	$(BIN)/pytest -n auto tests/flows tests/e2e tests/rehearsal $(ARGS)
else
	@echo "SKIPPED: the tests on PostgreSQL. Set ASKHOUR_TEST_DATABASE_URL=postgresql://… to run them."
endif

check: lint types imports test

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

imports: .venv/dev.stamp
	$(BIN)/lint-imports

bench: .venv/dev.stamp
	$(BIN)/python -m tests.bench $(ARGS)
	$(BIN)/python -m tests.bench_matching
	$(BIN)/python -m tests.bench_pages

# Pictures of the pages for the docs; look at each of them.
screenshots: .venv/dev.stamp
	$(BIN)/pytest -q -n 0 tests/screenshots.py

# What the pages say in Spanish. Needs gettext. New words come into the .po file: translate them there.
messages: .venv/dev.stamp
	cd bot && ../$(BIN)/django-admin makemessages -l es --no-wrap --no-location --no-obsolete && ../$(BIN)/django-admin compilemessages -l es

# The version check comes first: an old Python fails later, and with a message that helps nobody.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "askhour needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/bin/python requirements-dev.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/run.stamp $@

# Needs uv on the PATH. One lock for all platforms and Pythons that we support.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  pyproject.toml --extra postgres --group build -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  pyproject.toml --extra postgres --extra semantic --group dev -o requirements-dev.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
