# The everyday commands of secondsource; `make` alone lists them.
#
#   make demo                      plan the phone, write out/   (LANGUAGE=ru make demo: in Russian)
#   make serve                     the workspace in a browser, with demonstration data in .workspace/
#   make test                      set up for development and run every test
#   make demo PYTHON=python3.12    with another interpreter, where there is no .venv yet
#
# Everything lives in .venv of this checkout: `make demo` puts the locked run-time packages there, the other commands
# add the development packages (docs/decisions/0005). A stamp named after the locks and the place says what is
# installed, so that nothing is installed twice, and a moved checkout or a new lock is noticed.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for name in python3.11 python3; do \
	"$$name" -c "" >/dev/null 2>&1 && { echo "$$name"; break; }; done)
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip --disable-pip-version-check --no-input --quiet install
RUN_LOCKS := requirements/build.txt requirements/run.txt
RUN_KEY := $(shell { pwd -P; cat $(RUN_LOCKS) pyproject.toml hatch_build.py; } | cksum | tr ' ' '-')
DEV_KEY := $(shell { pwd -P; cat $(RUN_LOCKS) requirements/dev.txt; } | cksum | tr ' ' '-')
RUN := $(VENV)/.run-$(RUN_KEY)
DEV := $(VENV)/.dev-$(DEV_KEY)
WEB_KEY := $(shell { pwd -P; cat $(RUN_LOCKS) requirements/web.txt pyproject.toml; } | cksum | tr ' ' '-')
WEB := $(VENV)/.web-$(WEB_KEY)
CATALOGUES := $(wildcard src/secondsource/locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)

RUSSIAN := $(filter ru ru_%,$(firstword $(subst :, ,$(LANGUAGE))))
SAY_RUN := $(if $(RUSSIAN),Готовлю окружение .venv …,Setting up .venv ...)
SAY_WEB := $(if $(RUSSIAN),Добавляю рабочее место (Django) в .venv …,Adding the workspace (Django) to .venv ...)
SAY_DEV := $(if $(RUSSIAN),Добавляю инструменты разработки в .venv …,Adding the development packages to .venv ...)

# What another project left in the shell must not reach into .venv.
unexport PYTHONPATH PYTHONHOME

.PHONY: help demo serve test system lint quick check prove bench docs translations lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' Makefile

demo: $(RUN) $(COMPILED) ## plan the phone and write the report to out/
	@$(VENV)/bin/secondsource demo

serve: $(WEB) $(COMPILED) ## the workspace at http://127.0.0.1:8000/ (PORT=8001 for another)
	@$(VENV)/bin/secondsource serve --data .workspace --port $(or $(PORT),8000)

test: $(DEV) $(COMPILED) ## every test
	@$(for-the-workspace)
	@$(PY) -m pytest -m "not long" -rs

system: ## install the Chromium and PostgreSQL that tests of the workspace use (Debian, as root)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then $(get-system); else \
		echo "make system takes root and apt: sudo make system; elsewhere install Chromium and PostgreSQL (initdb) yourself."; exit 1; fi
	@{ $(HAS_CHROMIUM); } && { $(HAS_POSTGRESQL); } && echo "Chromium and PostgreSQL are here."

lint: $(DEV) ## style, types and the rooms
	@$(PY) -m ruff check --output-format concise .
	@$(PY) -m ruff format --check --output-format concise .
	@$(PY) -m mypy src tests hatch_build.py $(wildcard benchmarks)
	@$(VENV)/bin/lint-imports --no-cache

quick: $(DEV) $(COMPILED) ## the quick tests
	@$(PY) -m pytest -m "not slow and not prove and not long"

check: lint quick ## what to run before every commit: lint and quick, under two minutes

prove: $(DEV) $(COMPILED) ## every proof, the long ones too; writes a dated table of what was counted to out/
	@$(PY) -m pytest -m "prove or long" --table out/proofs-$$(date +%F).md

bench: $(DEV) $(COMPILED) ## the benchmarks in benchmarks/
	@for script in benchmarks/bench_*.py; do \
		[ -e "$$script" ] || { echo "There is no benchmarks/bench_*.py yet."; break; }; \
		echo "== $$script"; $(PY) "$$script" || exit 1; done

docs: $(DEV) ## the documentation, in docs/_build/html
	@$(PY) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

translations: $(RUN) ## bring the catalogues up to date with the source, then compile them
	@mkdir -p build
	@$(PY) -m babel.messages.frontend --quiet extract --mapping-file pyproject.toml --keyword _ --keyword plural:1,2 \
		--keyword column:2 --keyword Column:2 \
		--add-location file --sort-by-file --omit-header --project secondsource \
		--output-file build/secondsource.pot src/secondsource
	@$(PY) -m babel.messages.frontend --quiet update --domain secondsource --input-file build/secondsource.pot \
		--output-dir src/secondsource/locale --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120
	@$(PY) hatch_build.py
	@$(PY) -m babel.messages.frontend compile --statistics --domain secondsource --directory src/secondsource/locale

lock: ## choose the newest packages that fit together (requirements/*.txt), with uv in an environment of its own
	@$(find-python)
	@rm -rf build/lock && $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet uv
	@export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	compile() { build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --upgrade "$$@"; }; \
	compile pyproject.toml --output-file requirements/run.txt && \
	$(PYTHON) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'], sep='\n')" | \
	compile - --constraint requirements/run.txt --output-file requirements/build.txt && \
	compile pyproject.toml --extra web --extra postgres --constraint requirements/run.txt --constraint requirements/build.txt \
		--output-file requirements/web.txt && \
	compile pyproject.toml --extra dev --constraint requirements/web.txt --constraint requirements/run.txt --constraint requirements/build.txt \
		--output-file requirements/dev.txt

clean: ## remove what was built; the environment .venv stays
	rm -rf build dist out docs/_build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests examples benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	find src -name '*.mo' -type f -delete

# What the workspace's tests need beyond .venv: Debian's Chromium and PostgreSQL. Root on Debian gets them by `make test`
# (SYSTEM=no: without); for anybody else, or without a network, what is missing is named and its tests skip.
# PostgreSQL's package starts no server of its own: the tests start theirs, in a folder, as nobody if need be.
HAS_CHROMIUM := { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 || \
	ls $$HOME/.cache/ms-playwright/chromium-* >/dev/null 2>&1
HAS_POSTGRESQL := command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1

define get-system
wanted=; { $(HAS_CHROMIUM); } || wanted="$$wanted chromium"; { $(HAS_POSTGRESQL); } || wanted="$$wanted postgresql"; \
[ -z "$$wanted" ] || { \
	echo "Installing for the tests of the workspace:$$wanted (apt; a minute or two) ..."; \
	export DEBIAN_FRONTEND=noninteractive; fresh="-qq -o Acquire::Retries=1 -o Acquire::http::Timeout=20"; \
	[ -e /etc/postgresql-common/createcluster.conf ] || { mkdir -p /etc/postgresql-common && \
		echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; }; \
	timeout 120 apt-get update $$fresh >/dev/null 2>&1; \
	timeout 600 apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold $$fresh $$wanted >/dev/null 2>&1 || \
		echo "apt could not install$$wanted."; }
endef

define for-the-workspace
[ "$(SYSTEM)" = no ] || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 || { $(get-system); }; \
{ $(HAS_CHROMIUM); } || \
	echo "No Chromium here: the journeys through the pages are skipped (Debian: sudo make system)."; \
{ $(HAS_POSTGRESQL); } || \
	echo "No PostgreSQL here: the workspace is tested on SQLite only (Debian: sudo make system)."
endef

# An interpreter that is missing, too old or without venv is refused with the way out.
define find-python
if [ -z "$(PYTHON)" ]; then \
	echo "secondsource needs Python 3.11 or newer and found none. On Debian 12: apt install python3 python3-venv" >&2; exit 1; \
elif ! "$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then \
	echo "secondsource needs Python 3.11 or newer; $(PYTHON) is not ($$("$(PYTHON)" -V 2>/dev/null || echo no Python at all))." \
		"Name another: make $(or $(firstword $(MAKECMDGOALS)),demo) PYTHON=/path/to/python3.11" >&2; exit 1; \
elif ! "$(PYTHON)" -c "import ensurepip, venv" 2>/dev/null; then \
	echo "$(PYTHON) has no venv. On Debian 12: apt install python3-venv" >&2; exit 1; \
fi
endef

# An environment without a working pip (a set-up that was interrupted, an interpreter that is gone) is made anew.
$(RUN): | $(RUN_LOCKS)
	@if ! $(PY) -m pip --version >/dev/null 2>&1; then $(find-python); "$(PYTHON)" -m venv --clear $(VENV); fi
	@echo "$(SAY_RUN)"
	@rm -f $(VENV)/.run-*
	@$(INSTALL) --require-hashes $(RUN_LOCKS:%=-r %)
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUN)
	@echo "$(SAY_DEV)"
	@rm -f $(VENV)/.dev-*
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

# Django and what belongs to it, unless the development packages brought them already.
$(WEB): $(RUN)
	@rm -f $(VENV)/.web-*
	@$(PY) -c "import django, uvicorn, allauth, axes, rules, whitenoise, django_htmx, ninja, cryptography" 2>/dev/null || { \
		echo "$(SAY_WEB)"; $(INSTALL) --require-hashes -r requirements/web.txt; }
	@touch $@

%.mo: %.po hatch_build.py $(RUN)
	@$(PY) hatch_build.py
