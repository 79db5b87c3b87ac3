# Every command of the project. Needs python3 (3.11 or later) with its venv module, and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate requirements/build.in pyproject.toml
CODE := src tests tools $(wildcard benchmarks)

# The invented city lives in the checkout, apart from an office of this user.
demo demo-reset: export KOKUNEN_HOME ?= $(CURDIR)/build/office

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo demo-reset examples test check types style templates layers glossary \
	repository stale rules format java browser fonts bench bench-web bench-paper bench-exchange \
	mutants soak lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

setup: .venv/dev.stamp ## the environment for development, in .venv

demo: .venv/run.stamp fonts ## the office of an invented city, on this machine; again: goes on
	@$(BIN)/kokunen demo $(DEMO)

demo-reset: .venv/run.stamp ## throw the invented city away; make demo builds a new one
	@$(BIN)/kokunen demo --reset

examples: .venv/run.stamp ## assess the example households and print their explanation pages
	@$(BIN)/kokunen demo --examples

test: .venv/dev.stamp java browser fonts ## every test
	$(BIN)/pytest -n 2 --dist loadgroup

check: style templates types layers repository glossary stale ## every linter, and the types

style: .venv/dev.stamp
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

templates: .venv/dev.stamp
	$(BIN)/djlint --quiet --lint src

# The types of the models are read off the settings, which want secrets; any will do.
types: export KOKUNEN_HOME = $(CURDIR)/build/types
types: .venv/dev.stamp
	@$(BIN)/python -c 'from kokunen.postgres import secrets; secrets.make_missing()'
	$(BIN)/mypy

layers: .venv/dev.stamp
	$(BIN)/lint-imports --no-cache

repository: .venv/dev.stamp
	$(BIN)/python tools/check_repository.py

glossary: .venv/dev.stamp
	$(BIN)/python tools/check_glossary.py

stale: .venv/dev.stamp
	@rm -rf build/rules
	$(BIN)/python -m kokunen.wording.rules build/rules
	@$(BIN)/python tools/record_items.py --check
	@$(BIN)/python tools/filings.py --check
	@$(BIN)/python tools/layouts.py --check
	diff -r docs/rules build/rules || { echo 'docs/rules is stale: run make rules' >&2; exit 1; }

rules: .venv/dev.stamp ## write docs/rules and the pages made from data anew
	rm -rf docs/rules
	$(BIN)/python -m kokunen.wording.rules docs/rules
	$(BIN)/python tools/record_items.py
	$(BIN)/python tools/filings.py
	$(BIN)/python tools/layouts.py

format: .venv/dev.stamp ## put the code into its form
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: .venv/bench.stamp ## measure beside the peers and the hand-written queries
	$(BIN)/python benchmarks/run.py

bench-web: .venv/bench.stamp ## measure the office: writes, pages, search, the price of the record
	$(BIN)/python benchmarks/web.py

bench-paper: .venv/bench.stamp fonts ## measure the July mailing: 10,000 filled forms on one core
	$(BIN)/python benchmarks/paper.py

bench-exchange: .venv/bench.stamp ## measure the exchange: first load, a day's changes, results
	$(BIN)/python benchmarks/exchange.py

mutants: .venv/dev.stamp ## plant faults in law and rulekit; name those that no test finds (an hour)
	$(BIN)/python tools/mutants.py

soak: .venv/dev.stamp browser java ## drawn cases twenty times as many; the office killed 25 times, 100 nights
	$(BIN)/pytest -n 2 -m drawn --draws 20 -rP

lock: .venv/dev.stamp ## resolve the dependencies anew; hashes only, no addresses
	$(LOCK) --upgrade --extra dev --extra spark -o requirements/dev.txt
	$(LOCK) --upgrade -c requirements/dev.txt -o requirements/run.txt
	$(LOCK) --upgrade -c requirements/dev.txt --extra bench -o requirements/bench.txt

clean: ## everything that can be made again
	rm -rf .venv build mutants src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

java:
	@tools/java.sh

browser:
	@tools/browser.sh

fonts:
	@tools/fonts.sh

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or later is needed: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'The venv module is missing: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv

# A lock that has not changed is not installed again; the product itself is linked, not copied.
.venv/%.stamp: requirements/%.txt pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r $<
	$(PIP) --no-build-isolation --no-deps -e .
	@touch $@
