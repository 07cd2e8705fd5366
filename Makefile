# Needs git, make and Python 3.10 or newer; everything else comes from the lock file into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed.stamp

.PHONY: help demo test types lint floors pytest format docs lock clean

help:
	@echo "make demo     lint the example projects and show the findings"
	@echo "make test     everything that CI checks: lint, types, floors, tests"
	@echo "make format   format the code and apply the lint fixes that are safe"
	@echo "make docs     make the rules' pages, their index and the configuration's schema from their classes"
	@echo "make lock     resolve the dependencies anew into requirements-dev.lock"

$(INSTALLED): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed; set PYTHON=...") if sys.version_info < (3, 10) else None'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Each example is a project of its own. Inside this repository it would be a part of this project, and an example to be passed by.
demo: $(INSTALLED)
	@rm -rf build/demo && mkdir -p build/demo && cp -R examples/. build/demo
	$(BIN)/backend-lint check build/demo/*/before build/demo/*/after --fail-on never

test: lint types floors pytest

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/mypy

floors: $(INSTALLED)
	$(BIN)/lint-imports

pytest: $(INSTALLED)
	$(BIN)/pytest

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(INSTALLED)
	$(BIN)/python -m backend_lint.report.docs
	$(BIN)/backend-lint config schema > docs/configuration.schema.json

# uv resolves for all supported Python versions and systems at once, which pip cannot. It is used here and nowhere else.
lock:
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.10 --extra dev --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" --output-file requirements-dev.lock pyproject.toml
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .venv-lock build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
