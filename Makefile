# Everything starts here: `make run` serves the demonstration, `make test` proves the code.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help

PORT ?= 8000
JOBS ?= 2
TESTS ?= tests
PYTHON := .venv/bin/python
UV := .venv/bin/uv
SOURCES := config desk kpis privacy homevisits testimonies handovers labels recruitment activities \
	movements programmes accounts core
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

# Bytecode beside the sources saves seconds at each start.
unexport PYTHONDONTWRITEBYTECODE
unexport VIRTUAL_ENV

.PHONY: help run demo-reset check test proof bench messages lock sbom clean system-run system-test

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

## Set up ------------------------------------------------------------------------------------

system-run:
	@scripts/system-packages run

system-test:
	@scripts/system-packages test

.venv/bin/uv: requirements-bootstrap.txt | system-run
	@echo "Creating .venv"
	@python3.11 -m venv .venv
	@$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Two stamps: what runs the application, and the same with what tests it.
.venv/.installed: requirements.txt .venv/bin/uv
	@echo "Installing the packages of $<"
	@$(UV) pip sync -q --python $(PYTHON) --require-hashes $<
	@rm -f .venv/.installed-dev
	@touch $@

.venv/.installed-dev: requirements-dev.txt requirements.txt .venv/bin/uv
	@echo "Installing the packages of $<"
	@$(UV) pip sync -q --python $(PYTHON) --require-hashes $<
	@touch .venv/.installed $@

%.mo: %.po | system-run
	@msgfmt --check --output-file=$@ $<

## Run ---------------------------------------------------------------------------------------

run demo-reset: export MODE := development
run demo-reset: export STATE_DIR := $(or $(STATE_DIR),$(CURDIR)/var)
run: export PORT := $(PORT)
run: export BIND := $(or $(BIND),127.0.0.1)
run: export PUBLIC_URL := $(or $(PUBLIC_URL),http://localhost:$(PORT))
run: export WORKERS := $(or $(WORKERS),2)
# the demonstration may run as root in a container; Celery's warning says nothing new then
run: export PYTHONWARNINGS := ignore:You're running the worker with superuser
run: export PATH := $(CURDIR)/.venv/bin:$(PATH)

run: .venv/.installed $(MESSAGES) ## serve the demonstration on http://localhost:$PORT (default 8000)
	@mkdir -p $(STATE_DIR)/broker $(STATE_DIR)/mail $(STATE_DIR)/media
	@$(PYTHON) manage.py migrate --no-input --verbosity 0
	@$(PYTHON) manage.py demo
	@printf '\n  %s\n  %s   how to sign in, role by role\n  Ctrl-C stops everything.\n\n' \
		"$$PUBLIC_URL/" "$$PUBLIC_URL/dev/"
	@exec $(PYTHON) scripts/serve.py

demo-reset: .venv/.installed $(MESSAGES) ## throw the demonstration away and load it again
	@rm -rf $(addprefix $(STATE_DIR)/,youthwork.db* broker broker-control mail media beat-schedule*)
	@mkdir -p $(STATE_DIR)/broker $(STATE_DIR)/mail $(STATE_DIR)/media
	@$(PYTHON) manage.py migrate --no-input --verbosity 0
	@$(PYTHON) manage.py demo

## Check and test ----------------------------------------------------------------------------

CHECKS := check-ruff check-mypy check-layers check-templates check-bandit check-django \
	check-messages
.PHONY: $(CHECKS) checks
# the gates look at the code alone: no service, no file of this machine
$(CHECKS): export MODE := test
$(CHECKS): export DATABASE_URL := sqlite://:memory:

check: .venv/.installed-dev $(MESSAGES) ## the gates, in parallel
	@$(MAKE) -j $(JOBS) --output-sync=target $(CHECKS)
	@echo "All gates are green."

check-mypy:
	@.venv/bin/mypy --no-error-summary $(SOURCES)

check-ruff:
	@.venv/bin/ruff check -q .
	@.venv/bin/ruff format -q --check .

check-layers:
	@out=$$(.venv/bin/lint-imports 2>&1) || { echo "$$out"; exit 1; }

check-templates:
	@out=$$(.venv/bin/djlint templates --check --lint 2>/dev/null) || { echo "$$out"; exit 1; }

check-bandit:
	@# its warnings are about comments; findings go to the standard output
	@.venv/bin/bandit -q -ll -ii -c pyproject.toml -r $(SOURCES) scripts 2>/dev/null

check-django:
	@$(PYTHON) manage.py check --fail-level WARNING >/dev/null
	@$(PYTHON) manage.py makemigrations --check --dry-run

check-messages:
	@.venv/bin/pytest -q --tb=short -p no:cacheprovider tests/architecture/test_translations.py

PYTEST := .venv/bin/pytest -n $(JOBS) --dist worksteal
WITH_SERVICES := $(PYTHON) tests/services.py --
SQLITE := var/sqlite-test
# what the embedded database has to do as well: the rules and writes of the apps, not their pages
SQLITE_TESTS := $(filter-out tests/architecture/ tests/browser/ tests/config/ tests/data/ \
	tests/factories/ tests/support/,$(wildcard tests/*/))

ifeq ($(TESTS),tests)
test: system-test check ## everything: gates, then SQLite, then PostgreSQL with the browser
	@rm -rf $(SQLITE) && mkdir -p $(SQLITE)
	@MODE=test STATE_DIR=$(CURDIR)/$(SQLITE) DATABASE_URL=sqlite:///$(CURDIR)/$(SQLITE)/db \
		$(PYTEST) -m "not postgres and not browser and not proof" --with-database \
		--ignore-glob '*_pages.py' --ignore-glob '*_admin.py' $(SQLITE_TESTS)
	@rm -rf $(SQLITE)
	@$(WITH_SERVICES) $(PYTEST) -m "not proof" --cov --cov-fail-under=95 tests
	@.venv/bin/coverage report --include '*/services.py,*/services/*,*/rules.py' --fail-under 100
else
test: system-test .venv/.installed-dev $(MESSAGES)
	@$(WITH_SERVICES) $(PYTEST) -m "not proof" $(TESTS)
endif

proof: system-test .venv/.installed-dev $(MESSAGES) ## the long proofs
	@$(WITH_SERVICES) $(PYTEST) -m proof $(TESTS)

bench: system-test .venv/.installed-dev $(MESSAGES) ## ratios, side by side in one run
	@$(WITH_SERVICES) $(PYTHON) benchmarks/run.py

## Maintain ----------------------------------------------------------------------------------

messages: .venv/.installed-dev ## collect the texts to translate into locale/
	@MODE=test $(PYTHON) manage.py makemessages --locale nl --locale fr --no-obsolete \
		--add-location file --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*' \
		--ignore 'benchmarks/*' --ignore 'scripts/*'

COMPILE := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --upgrade
lock: .venv/bin/uv ## raise the pinned versions
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-dev.in -o requirements-dev.txt

SBOM ?= var/sbom.json

sbom: .venv/.installed-dev ## write what the product is made of (CycloneDX) to $SBOM (default var/sbom.json)
	@$(PYTHON) scripts/sbom.py $(SBOM)

clean: ## remove what the other targets made, the demonstration's data included
	@rm -rf .venv var .coverage* .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache $(MESSAGES)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
