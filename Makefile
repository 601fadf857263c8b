# Everything there is to run. Each target makes what it needs first and skips what has not changed.

PYTHON := $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

ifeq ($(PYTHON),)
$(error Qicheng needs Python 3.11 or newer. On Debian or Ubuntu: apt-get install python3 python3-venv)
endif

.DEFAULT_GOAL := help
.PHONY: help run test unit check format build bench chaos backup restore-test pictures translations requirements clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

run: ## run everything at http://127.0.0.1:8000/ (PORT=8001 for another port)
	@exec $(PYTHON) scripts/prepare.py run scripts/serve.py

test: ## every check and every test, on SQLite and on MariaDB with Redis
	@exec $(PYTHON) scripts/prepare.py test scripts/check.py all

unit: ## the fast tests, on SQLite
	@exec $(PYTHON) scripts/prepare.py dev scripts/check.py unit

check: ## linters, types, import contract, catalogues
	@exec $(PYTHON) scripts/prepare.py dev scripts/check.py static

format: ## put the sources in their usual shape
	@exec $(PYTHON) scripts/prepare.py dev scripts/check.py format

build: ## packages, MariaDB driver, front end and catalogues for a server
	@exec $(PYTHON) scripts/prepare.py build manage.py translations --compile

bench: ## measure beside other engines (ONLY=inbox for one part)
	@exec $(PYTHON) scripts/prepare.py dev -m tests.bench $(ONLY)

chaos: ## kill workers, web and database in the middle of their work, then count
	@exec $(PYTHON) scripts/prepare.py test -m tests.chaos

backup: ## database and files, sealed, into a new folder
	@exec $(PYTHON) scripts/prepare.py command manage.py backup

restore-test: ## prove that the newest backup can be restored
	@exec $(PYTHON) scripts/prepare.py command manage.py restore_test

pictures: ## walk the tutorial of chains anew and keep what is seen on the way
	@PICTURES=docs/tutorial/pictures exec $(PYTHON) scripts/prepare.py test -m pytest -q tests/test_tutorial_browser.py

translations: ## collect the texts of all rooms into their catalogues
	@exec $(PYTHON) scripts/prepare.py dev manage.py translations

requirements: ## pin the packages named in pyproject.toml (UPGRADE=1 for newer ones)
	@exec $(PYTHON) scripts/prepare.py dev scripts/pin.py $(if $(UPGRADE),--upgrade)

clean: ## remove everything that was made, but for .env and the data in var/
	rm -rf .venv frontend/node_modules static/dist
	find . -name '*.mo' -not -path './.venv/*' -delete
	find . -name __pycache__ -prune -exec rm -rf {} +
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
