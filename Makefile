# The short names; each does what the script of that name does.
.PHONY: help setup test fast lint format demo talk run lock

help:            ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/ -/'
setup:           ## say what is missing to run for real
	scripts/check_setup
test:            ## everything that must hold
	scripts/test
fast:            ## the quick tests, on SQLite alone where they run on both databases
	scripts/test fast
lint:            ## ruff, mypy and bandit
	.venv/bin/python -m ruff check . && .venv/bin/python -m mypy && .venv/bin/python -m bandit -q -c pyproject.toml -r interview db ivr workers
format:          ## order imports, lay out code
	.venv/bin/python -m ruff check --fix . && .venv/bin/python -m ruff format .
demo:            ## the whole product against doubles
	scripts/demo
talk:            ## be the candidate at the terminal
	scripts/talk_through
run:             ## for real: web and worker from .env
	scripts/serve
lock:            ## compile the hashed requirements anew
	for name in requirements requirements-demo requirements-extras requirements-dev requirements-bench; do \
	  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 $$name.in -o $$name.txt; done
