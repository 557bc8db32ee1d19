# What people type. Everything a target needs it sets up by itself.

PYTHON ?= python3
BIN := .venv/bin
SETUP := var/.setup

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lighthouse messages lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(SETUP): requirements.lock
	@echo "Setting up the environment in .venv …"
	@test -x .tools/bin/uv || ($(PYTHON) -m venv .tools && .tools/bin/pip install -q --disable-pip-version-check uv)
	@test -x $(BIN)/python || UV_PYTHON_DOWNLOADS=never .tools/bin/uv venv -q -p "$$(readlink -f .tools/bin/python3)" .venv
	@UV_PYTHON_DOWNLOADS=never .tools/bin/uv pip sync -q -p $(BIN)/python --require-hashes requirements.lock
	@mkdir -p var && touch $@

MESSAGES := var/.messages

$(MESSAGES): $(SETUP) $(wildcard shop/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/pybabel -q compile -f -d shop/locale -D django 2>/dev/null || test -z "$(wildcard shop/locale/*/LC_MESSAGES/*.po)"
	@touch $@

demo: $(MESSAGES)  ## the demo shop on http://localhost:8000; Ctrl-C stops all of it
	@$(BIN)/python -W ignore -m shop.demo.serve

test: $(MESSAGES)  ## every test, on PostgreSQL and Valkey of its own or those that DATABASE_URL and REDIS_URL name
	@$(BIN)/python -W ignore -m shop.engines test $(BIN)/python -m pytest $(ARGS)

check: $(SETUP)  ## style, types, layers, templates, migrations
	@.ci/check

lighthouse: $(MESSAGES)  ## the demo shop under Google's Lighthouse, phone profile
	@$(BIN)/python -m bench.lighthouse

bench: $(MESSAGES)  ## this shop beside stock Oscar, as ratios
	@$(BIN)/python -m bench $(ARGS)
	@$(BIN)/python -W ignore -m shop.engines test $(BIN)/python -W ignore -m bench.segments
	@$(BIN)/python -W ignore -m shop.engines test $(BIN)/python -W ignore -m bench.newsletters

messages: $(SETUP)  ## collect what is to be translated (needs gettext); the next start compiles it
	@SECRET_KEY=- DATABASE_URL=postgres:///- REDIS_URL=redis:// $(BIN)/python -W ignore manage.py makemessages \
	  -l uk -l ru -l ro --no-location --no-obsolete --no-wrap -i .venv -i .tools -i var -i tests

lock: $(SETUP)  ## pin what pyproject.toml asks for
	@UV_PYTHON_DOWNLOADS=never .tools/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --no-emit-index-url -q -U --extra demo --extra observability --extra dev pyproject.toml -o requirements.lock

clean:  ## forget the environment, the databases and the demo shop
	rm -rf .venv .tools var
