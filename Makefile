# Every target that a person needs has a `##` text; `make help` prints them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
PINS := pyproject.toml constraints.txt
PYTEST := $(BIN)/pytest
XDIST := -n auto --dist loadgroup

export WEFT_PORT ?= 8000
export WEFT_HOST ?= 127.0.0.1
export WEFT_DATA ?= data
export PYTHONUTF8 := 1
# Servers and workers begin again and again: each would compile every module it loads.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run check fmt lint types arch test test-fast unit contract web e2e postgres crash \
	security soak bench coverage docs screenshots vendor browser clean

help: ## show this list
	@grep -hE '^[a-z0-9 -]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-28s %s\n", $$1, $$2}'

# ------------------------------------------------------------------ use

run: $(VENV)/.runtime ## start the platform with the example application (WEFT_PORT, WEFT_HOST, WEFT_DATA, DATABASE_URL)
	@exec $(BIN)/weft serve --demo crm

setup: $(VENV)/.dev ## prepare a working copy for development
	@:

$(BIN)/python:
	@tools/make_venv.sh $(VENV)

$(VENV)/.runtime: $(PINS) | $(BIN)/python
	@echo "Installing what the platform needs (once) ..."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(PINS) | $(BIN)/python
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.runtime

# ------------------------------------------------------------------ check

check: lint types arch ## everything that needs no server, browser or database

fmt: setup ## format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

lint: setup ## ruff and djlint
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet frontend/templates

types: setup ## mypy, strict
	$(BIN)/mypy

arch: setup ## import contracts and the home rules
	$(PYTEST) -q tests/architecture

# ------------------------------------------------------------------ test

test: setup browser ## everything that must hold before a change is merged
	@$(MAKE) lint types
	$(PYTEST) $(XDIST)

test-fast: setup ## the tests that need no browser, server or second process
	$(PYTEST) $(XDIST) -m 'unit or contract or architecture'

unit contract web security: setup ## one kind of test, in this process
	$(PYTEST) tests/$@

crash postgres: setup ## one kind of test, with other processes
	$(PYTEST) tests/$@

e2e: setup browser ## the screens in a real browser
	$(PYTEST) tests/e2e

soak: setup ## long runs, on demand
	$(PYTEST) -m soak

bench: setup ## measure against the budgets
	$(BIN)/python -m bench

coverage: setup browser ## the tests with branch coverage
	$(PYTEST) $(XDIST) --cov --cov-report=term

browser:
	@tools/ensure_chromium.sh

# ------------------------------------------------------------------ keep

docs: setup ## write the generated reference pages and the JSON Schema
	$(BIN)/python tools/reference.py

screenshots: setup browser ## take the pictures of the documentation again
	$(BIN)/python tools/screenshots.py

vendor: setup ## fetch the front-end files again and verify them (needs npm)
	$(BIN)/python tools/vendor.py fetch

clean: ## remove the environment and every cache; data stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.grimp_cache .hypothesis .coverage .coverage.* htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
