# Everything one does with this repository. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types architecture bench proof goldens diary lock wheel clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# The marks: made again when a lock changes, so that an old environment is never used with a new lock.
$(VENV)/run.mark: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: install python3-venv."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.mark: requirements-dev.lock $(VENV)/run.mark
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/run.mark ## Play the whole story by mail, then stay up (ONCE=1: stop after the story)
	$(BIN)/python -m passerelle demo $(if $(ONCE),--once)

test: $(VENV)/dev.mark ## Run every test, with small seeded sizes
	tests/prepare
	$(PYTEST)

check: format lint types architecture test ## What CI runs

format: $(VENV)/dev.mark ## Check the format
	$(BIN)/ruff format --check .

lint: $(VENV)/dev.mark ## Check the style
	$(BIN)/ruff check .

types: $(VENV)/dev.mark ## Check the types
	$(BIN)/mypy passerelle jobboard inbound mailer webapp scheduler benchmarks

architecture: $(VENV)/dev.mark ## Check who may import whom
	$(BIN)/lint-imports

proof: $(VENV)/dev.mark ## Run the proofs at full size: fuzz, kills, property runs
	tests/prepare
	PROOF=full $(PYTEST) --timeout 3600

bench: $(VENV)/dev.mark ## Measure: every claim of speed, as ratios in one run
	@for one in $$(ls benchmarks/*.py | grep -v __init__); do $(BIN)/python -m benchmarks.$$(basename $$one .py) || exit 1; done

goldens: $(VENV)/dev.mark ## Write the golden mails and the page of commands anew, to be read in the diff
	$(BIN)/python -m tests.golden.make
	$(BIN)/python -m tests.inbound.commands

diary: $(VENV)/dev.mark ## Write a month of correspondence as one page, var/diary.html, to be read
	$(BIN)/python -m tests.journeys.diary

lock: $(VENV)/dev.mark ## Lock the dependencies anew
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev pyproject.toml -o requirements-dev.lock

wheel: $(VENV)/dev.mark ## Build the wheel
	$(BIN)/python -m build --wheel --no-isolation

clean: ## Forget the environment and the data of the demo
	rm -rf $(VENV) var dist build
