# make demo   install, build the index, code a sample note and show the result
# make test   install and run the tests
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: setup demo test lint types imports check format serve clean
setup: $(STAMP)

# uv where it can be had, because it is faster; plain pip otherwise.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "citecoder needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || true
	@if [ -x $(BIN)/uv ]; then \
	  $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	fi
	@touch $(STAMP)

demo: setup
	$(BIN)/citecoder status
	$(BIN)/citecoder suggest plugin/examples/knee-daily-note.txt --payer medicare --discipline PT --date 2026-05-01

test: setup
	$(BIN)/python -m pytest -m 'not browser and not slow and not postgres and not llm' -n auto --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

check: lint types imports test

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .

serve: setup
	$(BIN)/citecoder serve

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
