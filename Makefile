# The few verbs of this project.  `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2

.PHONY: help run test check fix bench stop lock

help:  ## List the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/run.stamp  ## Start the site on http://127.0.0.1:8000 (PORT=..., DEBUG=1)
	@$(BIN)/python -m atlas.start

test: .venv/dev.stamp  ## Run all tests (browser tests where Chromium is found)
	@# many commands and servers are started: they find our modules compiled
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -q $(ARGS)

check: .venv/dev.stamp  ## Format, lint, import contracts, migrations, OpenAPI diff
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	@DEBUG=1 $(BIN)/python manage.py spectacular --validate --fail-on-warn --file .data/openapi.yaml
	@diff tests/openapi.yaml .data/openapi.yaml && echo "OpenAPI: as committed"

fix: .venv/dev.stamp  ## Format, mend lint, rewrite the committed OpenAPI
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@DEBUG=1 $(BIN)/python manage.py spectacular --validate --file tests/openapi.yaml

bench: .venv/dev.stamp  ## Print timings as ratios against peers of the same run
	@$(BIN)/python -m tests.benchmarks $(ARGS)
	@$(if $(ARGS),,$(BIN)/python -m tests.benchmarks.lighthouse)

stop:  ## Stop the embedded database (nothing else ever stops it)
	@$(BIN)/python -m atlas.postgres stop

lock: .venv/dev.stamp  ## Rewrite both locks from pyproject.toml
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	    pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	    pyproject.toml --group dev -o tests/requirements.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	    echo "Python's venv is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/run.stamp: requirements.lock | .venv/bin/python
	@echo "Installing the locked packages (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: tests/requirements.lock | .venv/bin/python
	@echo "Installing the locked packages for tests (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@ .venv/run.stamp
