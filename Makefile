# make help     what there is
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-unit test-slow audit chaos docs lint format clean
PYTHON := .venv/bin/python
# Tests in so many processes: as many as cores; each has a Label Studio and workers of its own, about 2.5 GB.
PROCESSES ?= $(shell cores=$$(nproc); echo $$((cores < 2 ? 2 : cores < 6 ? cores : 6)))

help:
	@echo "make demo         a running Label Studio with predictions in it; Ctrl-C ends it (EXIT=1: ends by itself)"
	@echo "make setup        .venv and everything else that demo and tests need"
	@echo "make test         set-up, lint, types and all tests"
	@echo "make test-unit    the tests that need no server, in a minute or two"
	@echo "make test-slow    the tests that need minutes"
	@echo "make chaos        60 seeds of kills, outages and poisoned pages (SEEDS=\"9001 9002\": these; JOBS=2: at a time;"
	@echo "                  OLDER=FOLDER: with the workers of an older checkout beside)"
	@echo "make docs         the docs as a site with search, in build/site"
	@echo "make lint         ruff and mypy"
	@echo "make audit        known vulnerabilities of the locked versions; needs network"
	@echo "make format       ruff format"
	@echo "make clean        removes everything that set-up and tests made"

setup:
	@scripts/setup.sh

demo:
	@scripts/setup.sh
	@exec $(PYTHON) -m scripts.demo $(if $(EXIT),--exit)

test:
	@scripts/setup.sh --tests
	@$(MAKE) --no-print-directory lint
	@exec $(PYTHON) -m pytest -m "not slow" --numprocesses $(PROCESSES) --durations 20 --durations-min 5

test-unit:
	@scripts/setup.sh --tests
	@$(PYTHON) -m pytest tests/unit -m "not slow" --numprocesses $(PROCESSES); code=$$?; \
		$(PYTHON) -m tests.support.left_out; exit $$code

test-slow:
	@scripts/setup.sh --tests
	@exec $(PYTHON) -m pytest -m slow --timeout 3600

chaos:
	@scripts/setup.sh --tests
	@exec $(PYTHON) -m tests.chaos $(if $(JOBS),--jobs $(JOBS)) $(if $(OLDER),--older $(OLDER)) $(SEEDS)

docs:
	@scripts/setup.sh --tests
	@$(PYTHON) -m scripts.docs_site

audit:
	@exec scripts/audit.sh

lint:
	@echo "ruff check"  && $(PYTHON) -m ruff check --quiet .
	@echo "ruff format" && $(PYTHON) -m ruff format --check --quiet .
	@echo "mypy"        && $(PYTHON) -m mypy --no-error-summary

format:
	@$(PYTHON) -m ruff check --quiet --fix . ; $(PYTHON) -m ruff format --quiet .

clean:
	@rm -rf .venv .local build dist *.egg-info synthetic/build synthetic/*.egg-info .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
