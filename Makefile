# Everything a newcomer needs: `make demo` runs the shop, `make test` tests it. Only Python 3.11+ must be there.

export MODE ?= development
export PORT ?= 8000
unexport PYTHONDONTWRITEBYTECODE VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

.DEFAULT_GOAL := help
.PHONY: help demo tour test conformance test-celery test-rabbitmq browser check contracts fuzz mutants chaos permissions bench bench-bus docs reset

PYTHON := .venv/bin/python
RUNS := .venv/.runs
READY := .venv/.ready

# Settings for Django's deploy checks in `make check`; nothing else uses them.
PRODUCTION := MODE=production SECRET_KEY=0123456789-for-checks-only-abcdefghijklmnopqrstuvwxyz \
	ALLOWED_HOSTS=shop.example DATABASE_URL=postgresql://administrator@database.example/markethall

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: $(RUNS)  ## run the shop until Ctrl-C; PORT=8001 another port, SCALE=10 a larger shop
	@exec $(PYTHON) -m tools.demo

tour: $(RUNS)  ## buy something in the running shop, and show all that happens
	@$(PYTHON) -m tools.tour

test: $(READY)  ## run the tests; ARGS="-k basket" chooses some
	@$(PYTHON) -m pytest -n auto --ignore=tests/browser --ignore=tests/permissions --ignore=tests/messaging/celery \
		--ignore=tests/conformance $(ARGS)

conformance: $(READY)  ## run the bus conformance tests against the in-process bus
	@$(PYTHON) -m pytest -n auto tests/conformance $(ARGS)

test-celery: $(READY)  ## run the conformance tests and the journeys on Celery, with a broker and workers of their own
	@$(PYTHON) -m pytest -n auto --bus celery tests/messaging/celery tests/conformance tests/journeys $(ARGS)

test-rabbitmq: $(READY)  ## run the conformance tests on RabbitMQ, at RABBITMQ_URL or at one of its own
	@$(PYTHON) -m pytest --bus rabbitmq tests/messaging/celery/test_rabbitmq.py tests/conformance $(ARGS)

browser: $(READY)  ## walk through an operator's day in Chromium; screenshots are in .local/screenshots
	@$$(cat $(READY)) sync --quiet --frozen --inexact --group browser
	@$(PYTHON) -m pytest -q -rs tests/browser $(ARGS)

check: $(READY)  ## style, types, boundaries, contracts, migrations, deploy checks, documentation
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	PYTHONPATH=platform:. .venv/bin/lint-imports --config importlinter.ini
	$(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run --settings tests.settings
	$(PYTHON) -m tools.contracts --check
	$(PYTHON) manage.py check
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	$$(cat $(READY)) lock --check
	$(PYTHON) -m pytest -q -n auto tests/architecture

fuzz: $(READY)  ## send thousands of requests generated from the API's document; CASES=3000 and SEED=1 choose them
	@CASES=$${CASES:-3000} SEED=$${SEED:-1} $(PYTHON) -m pytest -q -n auto -rP --show-capture=stdout tests/fuzz $(ARGS)

contracts: $(READY)  ## write the contracts between contexts, their subscriptions, and docs/context-map.md
	@$(PYTHON) -m tools.contracts $(ARGS)

mutants: $(READY)  ## remove each check in turn and expect a test to fail
	@$(PYTHON) -m tests.mutants

chaos: $(READY)  ## kill processes at random under load, and count what is lost; MESSAGES=20000 and SEED=1 choose how much and when
	@$(PYTHON) -m tests.chaos

permissions: $(READY)  ## try every endpoint as every kind of user; WRITE=1 rewrites docs/permissions.md
	@WRITE=$(WRITE) $(PYTHON) -m pytest -q tests/permissions

bench: $(READY)  ## measure requests per second and CPU, next to bare Django views
	@$(PYTHON) -m benchmarks

bench-bus: $(READY)  ## measure the bus, in process and next to bare Celery tasks, with empty and full tables
	@$(PYTHON) -m benchmarks.bus

docs: $(READY)  ## rewrite the tables of settings in docs/operations.md
	@PYTHONPATH=platform $(PYTHON) -m tools.settings_table .

reset:  ## delete the data of the demo and the tests
	@if [ -d .local ]; then PYTHONPATH=platform $$([ -x $(PYTHON) ] && echo $(PYTHON) || echo python3) -m tools.local.reset .local; fi

# The tools of developers, in addition to what the shop needs to run.
$(READY): $(RUNS)
	@echo "Installing the tools"; $$(cat $(RUNS)) sync --quiet --frozen --inexact --all-extras; cp $(RUNS) $@

# The installed uv, or one of our own in .venv; the file stores which. A venv without pip is created six seconds faster,
# and the pip outside can fill it; Debian's Python may lack either.
$(RUNS): uv.lock pyproject.toml
	@set -e; uv=uv; uv --version >/dev/null 2>&1 || uv=.venv/bin/uv; \
	if ! $$uv --version >/dev/null 2>&1; then \
		for python in python3 python3.14 python3.13 python3.12 python3.11 none; do \
			$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break; done; \
		[ $$python != none ] || { echo "Python 3.11 or newer is missing: apt-get install python3 python3-venv" >&2; exit 1; }; \
		echo "Preparing .venv"; install="install -q --disable-pip-version-check uv"; \
		$$python -m venv --without-pip .venv 2>/dev/null || true; \
		if $$python -m pip --python $(PYTHON) $$install 2>/dev/null; then :; \
		elif $$python -c 'import ensurepip' 2>/dev/null; then $$python -m venv .venv; $(PYTHON) -m pip $$install; \
		else echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; fi; \
	fi; \
	echo "Installing what uv.lock names"; \
	$$uv sync --quiet --frozen --inexact --no-default-groups --group demo; echo $$uv > $@
