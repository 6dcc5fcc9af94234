# make help     what there is
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow audit chaos lint format clean
PYTHON := .venv/bin/python

help:
	@echo "make demo         a running Label Studio with predictions in it; Ctrl-C ends it (EXIT=1: ends by itself)"
	@echo "make setup        .venv and everything else that demo and tests need"
	@echo "make test         set-up, lint, types and all tests"
	@echo "make test-slow    the tests that need minutes"
	@echo "make chaos        50 seeds of kills, outages and poisoned pages (SEEDS=\"9001 9002\": these; JOBS=2: at a time)"
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
	@exec $(PYTHON) -m pytest -m "not slow" --durations 20 --durations-min 5

test-slow:
	@scripts/setup.sh --tests
	@exec $(PYTHON) -m pytest -m slow --timeout 3600

chaos:
	@scripts/setup.sh --tests
	@exec $(PYTHON) -m tests.chaos $(if $(JOBS),--jobs $(JOBS)) $(SEEDS)

audit:
	@exec $(PYTHON) -m scripts.audit

lint:
	@echo "ruff check"  && $(PYTHON) -m ruff check --quiet .
	@echo "ruff format" && $(PYTHON) -m ruff format --check --quiet .
	@echo "mypy"        && $(PYTHON) -m mypy --no-error-summary

format:
	@$(PYTHON) -m ruff check --quiet --fix . ; $(PYTHON) -m ruff format --quiet .

clean:
	@rm -rf .venv .local build dist *.egg-info .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
