# Two commands are enough: `make run` starts the bot, `make test` checks everything. Both install first, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where two compute at once, more threads wait for each other; numpy reads this when it is loaded.
export OPENBLAS_NUM_THREADS ?= 1
STAMP := $(VENV)/.installed
# What the image is made of: the same pins, without what only developers need.
IMAGE_LOCK := uv pip compile --universal --python-version 3.11 --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run install test chaos bench scale format lock clean

help:
	@echo 'make run      start the bot: Slack and Discord where their tokens are set, else a chat in this terminal'
	@echo 'make test     run every check: format, lint, types, import contracts, tests'
	@echo 'make chaos    kill, cut off and restart everything under load, and count what is lost or doubled: half an hour'
	@echo 'make bench    measure the product beside its peers; PROTOCOL=FILE takes the questions of another file'
	@echo 'make scale    measure one process and several, and kill them in turn while people ask'
	@echo 'make install  only make $(VENV)'
	@echo 'make format   put the code into its one format'
	@echo 'make lock     pin the newest versions that pyproject.toml allows (needs uv)'
	@echo 'make clean    take away $(VENV) and the caches'

run: install
	@$(BIN)/frontdesk run

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@echo 'Installing into $(VENV), once ...' >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "frontdesk needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-compile --require-hashes --requirement requirements.lock </dev/null
	@$(PIP) install --no-deps --no-build-isolation --editable . </dev/null
# What comes next, done now: packages are compiled on all cores, and faq.yaml is learnt.
	@$(BIN)/python -m compileall -qq -j 0 -x '/tests?/' $(VENV)/lib & $(BIN)/frontdesk ask hello >/dev/null; wait
	@touch $@

test: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
# Beside each other: one takes half a minute of one core, the other waits a third of its time.
	@echo '$(BIN)/mypy & $(BIN)/pytest -n 3 --dist worksteal --cov'
	@found=$$(mktemp); $(BIN)/mypy >$$found 2>&1 & types=$$!; \
	$(BIN)/pytest -n 3 --dist worksteal --cov; code=$$?; \
	wait $$types || code=$$?; cat $$found; rm $$found; exit $$code

chaos: install
	$(BIN)/python -m tests.chaos

bench: install
	$(PIP) install '.[bench]'
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m tests.benchmarks all $(PROTOCOL)

scale: install
	$(BIN)/python -m tests.scale

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra slack --extra discord --extra postgres --extra plot --extra semantic --extra otel --extra sentry --group dev --upgrade \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock
	$(IMAGE_LOCK) pyproject.toml --extra slack --extra discord --extra postgres --extra semantic --extra otel --extra sentry --output-file deploy/requirements.lock
	echo 'hatchling>=1.27' | $(IMAGE_LOCK) - --output-file deploy/build.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
