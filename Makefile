# Everything starts here, from a fresh clone with only Python 3.11 or later: `make demo`, `make test`.
#
# .venv is made once from requirements.lock (pinned, with hashes; no index address in it), then the project itself is
# installed without looking anything up. `make help` lists the targets.

.DEFAULT_GOAL := help
SHELL := /bin/sh
WORKERS ?= 3

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
READY := .venv/.ready
FIND_PYTHON := for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$python; break; }; done

.PHONY: help
help: ## Say what can be made.
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' $(MAKEFILE_LIST)

.PHONY: venv
venv: $(READY)

$(READY): requirements.lock pyproject.toml
	@if [ ! -x $(PY) ]; then \
		python=$$($(FIND_PYTHON)); \
		if [ -z "$$python" ]; then \
			echo "No Python 3.11 or later with venv was found. Install one, or name it: make PYTHON=/path/to/python" >&2; \
			exit 1; \
		fi; \
		echo "Making .venv with $$($$python --version) ..."; \
		$$python -m venv .venv; \
	fi
	@echo "Installing what requirements.lock pins ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $(READY)

.PHONY: demo
demo: $(READY) ## Build a synthetic authority and show the main job: replay, continuity, trail, verification.
	@$(PY) -m cli demo

.PHONY: test
test: $(READY) ## Run all tests.
	@$(PY) -m pytest -n $(WORKERS) || { code=$$?; [ $$code -ne 5 ] || echo "No test was found: that is a failure." >&2; exit $$code; }

.PHONY: check
check: $(READY) lint test ## What CI runs: formatting, lint, types, import contracts, all tests.

.PHONY: lint
lint: $(READY) ## Formatting, lint, types and import contracts.
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m mypy tests/typing/api.py
	$(BIN)/lint-imports

.PHONY: bench
bench: $(READY) ## Measure the speed promises, each beside the bare operation, up to 1,000,000 entries (minutes).
	@$(PY) -m benchmarks

.PHONY: bench-quick
bench-quick: $(READY) ## The same with fewer entries, in about two minutes.
	@$(PY) -m benchmarks --quick

.PHONY: bench-growth
bench-growth: $(READY) ## What 100,000, 1 and 10 million entries take in time, memory and on disk (hours, 12 GB of disk).
	@$(PY) -m benchmarks --growth

.PHONY: golden
golden: $(READY) ## Write the golden outputs of the tests anew; read the difference before you commit it.
	@$(PY) -m tests.golden

.PHONY: fmt
fmt: $(READY) ## Format the code and mend what lint can mend.
	@$(PY) -m ruff check --fix-only --quiet
	@$(PY) -m ruff format

.PHONY: lock
lock: ## Pin the dependencies anew (needs uv): newest versions that pyproject.toml allows, with all their hashes.
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file requirements.lock

.PHONY: clean
clean: ## Remove what was made: the virtual environment, caches, the demonstration.
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache build dist demo
	rm -rf *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
