# Every target makes .venv when it is missing, installs the pinned requirements once, then runs one command.
#
#   make demo   PORT=8000 KAOHE_HOME=…    one assessment cycle, served on this machine
#   make test   ARGS="tests/unit -k …"    the tests
#   make check                            style, types, floors, charts and docs, each a target of its own
#   make deep                             the tests with ten times the examples
#   make bench                            speed, beside peers in the same run
#   make docs                             run every example of README, docs and docstrings
#   make coverage                         run the tests that name items, write docs/reference/coverage.md
#   make lock                             resolve requirements/*.txt anew (needs uv)

VENV ?= .venv
WORKERS ?= 2
UV ?= uv
ARGS ?=

BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
COMPILE := $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

# Tests start hundreds of processes that import the same modules: what they compile is kept, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

# A name on the path is not yet an interpreter (shims), an interpreter not yet able to make environments
# (Debian without python3-venv): the first candidate that really does both is taken.
FIND_PYTHON = for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
		if "$$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
			>/dev/null 2>&1; then echo "$$candidate"; break; fi; \
	done

.PHONY: help demo test check style types floors charts docs coverage deep bench lock clean
.DELETE_ON_ERROR:

help:
	@sed -n '3,10p' Makefile | cut -c3-

demo: $(VENV)/.service
	$(BIN)/kaohe demo $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

deep: $(VENV)/.dev
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: style types floors charts docs

style: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy

floors: $(VENV)/.dev
	$(BIN)/lint-imports

charts: $(VENV)/.dev
	$(BIN)/kaohe chart check --all

docs: $(VENV)/.dev
	$(BIN)/python -m pytest -q --doctest-modules src README.md README.zh-CN.md docs $(ARGS)

coverage: $(VENV)/.dev
	$(BIN)/python -m tests.coverage -n $(WORKERS) $(ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

# One resolution, three selections of it: what is pinned for the service is pinned alike for the tests.
lock:
	$(COMPILE) --all-extras --group dev -o requirements/dev.txt
	$(COMPILE) --extra service --extra certificates --extra attachments --extra postgres --group build \
		-c requirements/dev.txt -o requirements/service.txt
	$(COMPILE) -c requirements/dev.txt -o requirements/runtime.txt

clean:
	rm -rf $(VENV)

# pip is the last thing that venv puts in place: an environment cut short is made again.
$(BIN)/pip:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo "No Python >= 3.11 that can make virtual environments was found." >&2; \
		echo "On Debian or Ubuntu: apt-get install python3-venv. Elsewhere: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$python"; \
	"$$python" -m venv --clear $(VENV)

$(VENV)/.service $(VENV)/.dev: $(VENV)/.%: requirements/%.txt pyproject.toml | $(BIN)/pip
	@echo "Installing $< (a minute or two, the first time)"
	@$(PIP_INSTALL) --require-hashes -r $<
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@
