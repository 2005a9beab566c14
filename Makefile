# Everything here needs only make and Python 3.11, 3.12 or 3.13 (another than python3: make setup PYTHON=python3.12).
PYTHON ?= python3
BOOTSTRAP = @$(PYTHON) -I app/bootstrap.py
MULIN = .venv/bin/python -m app
T ?= tests
NAME ?=
ARGS ?=
FAKES ?=
# One test process more than there are cores, since some wait for real processes; each has database servers of its own,
# and more than five are not worth their memory.
AT_ONCE ?= --numprocesses $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --maxprocesses 5 --dist worksteal

# Tests start many processes: what is compiled once is kept, also where the environment says otherwise.
test sure: export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help setup run fakes chat test lint fix migration migrate evaluate bench sure .ready-run .ready-all

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.ready-run:
	$(BOOTSTRAP) run

.ready-all:
	$(BOOTSTRAP) all

setup: .ready-all ## Install everything that running, tests and lint need into .venv

run: .ready-run ## Start the service with the demo neighbourhood and print its address (FAKES=1: beside make fakes)
	@$(if $(FAKES),env $$(.venv/bin/python -m tests.fakes --settings)) $(MULIN) run $(ARGS)

fakes: .ready-all ## Serve stand-ins for Telegram and WeChat, with a chat window in the browser for each
	@.venv/bin/python -m tests.fakes $(ARGS)

chat: .ready-run ## Talk to the bot here in the terminal
	@$(MULIN) chat $(ARGS)

test: .ready-all ## Run the tests (one file or folder: T=tests/nlp)
	.venv/bin/python -m pytest $(AT_ONCE) $(T) $(ARGS)

lint: .ready-all ## Check style, types and which package may import which
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports --no-logo

fix: .ready-all ## Put right what can be put right by itself: style, order of imports, layout
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

migration: .ready-run ## Write a migration for changed models (NAME=what_changed)
	@$(MULIN) migrate --make $(NAME)

migrate: .ready-run ## Bring the database to the present schema
	@$(MULIN) migrate $(ARGS)

evaluate: .ready-run ## Measure how well the questions of tests/questions are answered
	@$(MULIN) evaluate $(ARGS)

bench: .ready-all ## Measure speed and accuracy for the README's table
	@for name in answer chat channels kill votes; do echo "== $$name"; .venv/bin/python -m benchmarks.$$name || exit 1; done

sure: export MULIN_TEST_SURE = 1
sure: lint ## Run everything that can fail: lint, all tests on all databases and browser paths
	.venv/bin/python -m pytest $(AT_ONCE) tests $(ARGS)
