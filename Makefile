# Everything a person types. `make` alone explains itself.

PY ?= python3
BIN := .venv/bin
PORT ?= 8000
JOBS ?= 3
ARGS ?=
SETUP := .venv/.stamp
LINTERS := .venv/.linters
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
PRISM := var/prism/node_modules/.bin/prism

# A demo never touches a real database: it has its own folder, and its own address if it is to be PostgreSQL.
DEMO := ALUR_DEMO=true DEBUG=false LOG_LEVEL=WARNING VAR_DIR=var/demo DATABASE_URL="$(DEMO_DATABASE_URL)"

.DEFAULT_GOAL := help
.PHONY: help setup demo run migrate test test-sqlite test-postgres test-fast test-node test-browser coverage bench lint lint-static lint-settings messages catalogue clean

help: ## show this
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(SETUP) ## make the virtual environment

$(SETUP): pyproject.toml constraints.txt
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Alur needs Python 3.11 or newer. Name one: make PY=python3.12 ..."; exit 1; }
	@test -x $(BIN)/pip || $(PY) -m venv .venv \
		|| { rm -rf .venv; echo "Python cannot make virtual environments. On Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(LINTERS): $(SETUP)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[lint]'
	@touch $@

.env:
	cp .env.example .env

demo: $(SETUP) messages ## a lively show at http://127.0.0.1:8000 (PORT=...); Ctrl-C stops it
	@$(DEMO) $(BIN)/python manage.py demo
	@$(DEMO) $(BIN)/python manage.py serve --port $(PORT) --greeting var/demo/greeting.txt --also demo_traffic

run: $(SETUP) .env messages ## a developer's server with worker; reloads when files change
	@$(BIN)/python manage.py migrate -v 0
	@$(BIN)/python manage.py serve --port $(PORT) --reload

migrate: $(SETUP) .env ## bring the database up to date
	$(BIN)/python manage.py migrate

test: $(SETUP) messages ## all tests on SQLite, and on PostgreSQL when one is reachable (ARGS=... for pytest)
	@lite=passed; post=passed; url=$$($(BIN)/python -m tests.find_postgres); \
	$(MAKE) --no-print-directory test-sqlite EXAMPLES=half SQLITE_TESTS="not node$${url:+ and not races}" || lite=FAILED; \
	if [ -n "$$url" ]; then $(MAKE) --no-print-directory test-postgres TEST_DATABASE_URL="$$url" $(AGAIN) || post=FAILED; \
	else post="not run: none reachable (TEST_DATABASE_URL names one)"; fi; \
	echo; echo "SQLite:     $$lite"; echo "PostgreSQL: $$post"; \
	case "$$lite $$post $(REQUIRE_POSTGRES)" in *FAILED*|*"not run"*1) exit 1;; esac

# In a whole run races are on PostgreSQL, which has row locks, and browsers on SQLite; what touches no database runs once,
# and what needs npm not at all: .ci/run runs test-node beside.
# PostgreSQL is tried below the doors (tests/conftest.py says where that is): each action with the first case of each test,
# each query, each constraint, and each address as each role. Of what is random a whole run tries half as much on SQLite and
# a quarter on PostgreSQL (tests/effort.py). Alone, each target below runs all of its own.
AGAIN := POSTGRES_TESTS="database and not browser and not doors and not further_case" EXAMPLES=again
EXAMPLES ?= alur
SQLITE_TESTS ?=
POSTGRES_TESTS ?= database and not browser
PYTEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder

test-sqlite: $(SETUP) ## all tests on SQLite
	env -u TEST_DATABASE_URL $(PYTEST) -n $(JOBS) -m "$(SQLITE_TESTS)" --hypothesis-profile=$(EXAMPLES) $(if $(COVERAGE),--cov --cov-report=term:skip-covered) $(ARGS)

test-postgres: $(SETUP) ## all tests that touch the database on PostgreSQL, but no browser (TEST_DATABASE_URL=...)
	TEST_DATABASE_URL="$(TEST_DATABASE_URL)" $(PYTEST) -n $(JOBS) -m "$(POSTGRES_TESTS)" --hypothesis-profile=$(EXAMPLES) $(ARGS)

test-fast: $(SETUP) ## decisions and actions on SQLite, without processes and long random lives
	env -u TEST_DATABASE_URL $(PYTEST) -q -n 2 -m "not processes and not long" $(wildcard tests/*/decisions tests/*/actions) $(ARGS)

coverage: $(SETUP) ## which lines the tests run, on SQLite without browsers and processes
	env -u TEST_DATABASE_URL $(PYTEST) -q -n $(JOBS) -m "not processes" --cov --cov-report=term:skip-covered $(ARGS)

test-node: $(SETUP) ## our calls to HubSpot against its published contract, served by Prism, which npm puts into var/
	@command -v npm > /dev/null || echo "npm is missing: HubSpot's contract is not served"
	@if command -v npm > /dev/null && [ ! -x $(PRISM) ]; then \
		timeout 900 npm install --silent --no-audit --no-fund --prefix var/prism @stoplight/prism-cli@5.14.2; fi
	$(BIN)/python -m pytest -n 0 -m node tests/crm/test_hubspot_prism.py $(ARGS)

test-browser: $(SETUP) messages ## only the tests in Chromium, on SQLite
	env -u TEST_DATABASE_URL $(BIN)/python -m pytest -m browser $(ARGS)

bench: $(SETUP) ## speed on PostgreSQL and depth on SQLite, as ratios of one run
	@url=$$($(BIN)/python -m tests.find_postgres); \
	test -n "$$url" || { echo "The bench needs PostgreSQL: set TEST_DATABASE_URL"; exit 1; }; \
	TEST_DATABASE_URL="$$url" $(BIN)/python -m pytest tests/benchmarks -o python_files='bench_*.py' -p no:xdist -q -s $(ARGS)
	env -u TEST_DATABASE_URL $(BIN)/python -m pytest tests/benchmarks/bench_depth.py tests/benchmarks/bench_barred.py -o python_files='bench_*.py' \
		-p no:xdist -q -s $(ARGS)

lint: $(LINTERS) lint-static lint-settings ## style, layers, types, templates, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djade --target-version 5.2 --check $$(find templates -name '*.html')
	$(BIN)/python -m tests.type_errors

lint-static: $(LINTERS)
	@if [ -x $(BIN)/biome ]; then $(BIN)/biome check; else echo "CSS and JavaScript not checked: no Biome for this machine, CI has it"; fi

lint-settings: $(SETUP)
	DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	env -u DATABASE_URL DEBUG=false SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

messages: $(MESSAGES) # what pages say in other languages; needs no gettext on the machine

%.mo: %.po $(SETUP)
	@DEBUG=true $(BIN)/python manage.py compilemessages -v 0

catalogue: $(SETUP) ## collect what pages say into locale/*/LC_MESSAGES/django.po, to be translated (docs/translating.md)
	DEBUG=true $(BIN)/python manage.py makemessages --all --no-obsolete --no-wrap --add-location file --ignore .venv --ignore 'tests/*'

clean: ## remove what was built, but not the database
	rm -rf .venv build *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis var/static var/test-* var/alur_template_* test-results
