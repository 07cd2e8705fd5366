# Needs git, make and Python 3.10 or newer; everything else comes from the lock file into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed.stamp

.PHONY: help demo test types lint floors pytest browser format docs site lock clean

help:
	@echo "make demo     lint the example projects and show the findings"
	@echo "make test     everything that CI checks: lint, types, floors, tests"
	@echo "make format   format the code and apply the lint fixes that are safe"
	@echo "make docs     make the rules' pages, their index and the configuration's schema from their classes"
	@echo "make site     build the documentation's site in build/site/, without a network"
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

pytest: $(INSTALLED) browser
	$(BIN)/pytest

# What the HTML report is tested in. Where there is none and none can be installed, those tests are skipped and say so.
browser:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; echo "installing chromium for the tests of the HTML report"; \
		{ timeout 300 apt-get update -qq; timeout 600 apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 \
			|| echo "chromium could not be installed: these tests will not run"; \
	fi

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(INSTALLED)
	$(BIN)/python -m backend_lint.report.docs
	$(BIN)/backend-lint config schema > docs/configuration.schema.json

site: $(INSTALLED)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# uv resolves for all supported Python versions and systems at once, which pip cannot. It is used here and nowhere else.
lock:
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.10 --extra dev --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" --output-file requirements-dev.lock pyproject.toml
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .venv-lock build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
