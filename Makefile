# Two commands: `make demo` runs the main job, `make test` runs every check. Both need only a clone, Python 3.11+ and make.
PYTHON ?= python3
DATA ?= ../shared/data
BIN := .venv/bin
SETUP := .venv/.ready

# Compiled once at set-up: start-up is most of what a small community waits for.
unexport PYTHONDONTWRITEBYTECODE

EXAMPLES := makerdao optimism cncf aiddata

.PHONY: demo test night mutants setup format lock bench bench-full clean $(EXAMPLES:%=example-%)

# The reductions in DuckDB's words: made from what they are made of, and never kept in git.
QUERIES := src/tenfold/engine/queries.json
WRITTEN_FROM := $(shell find src/tenfold/mechanisms -name '*.py') src/tenfold/facts/relations.py src/tenfold/facts/schema.json \
	src/tenfold/engine/queries.py src/tenfold/engine/needs.py

# What the browser is given: npm from the machine, else from a package of the registry that Python's come from.
ASSETS := src/tenfold/web/static/tenfold/tenfold.css
export PATH := $(PATH):$(CURDIR)/$(BIN)

setup: $(SETUP) $(QUERIES) $(ASSETS)

$(ASSETS): $(SETUP) package-lock.json $(wildcard src/tenfold/web/assets/*) src/tenfold/report/templates/tokens.css
	@command -v npm >/dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/node.txt
	@npm ci --silent
	@npm run --silent build

$(QUERIES): $(SETUP) $(WRITTEN_FROM)
	@$(BIN)/python -m tenfold.engine.queries

$(SETUP): requirements/base.txt requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src/tenfold
	@touch $@

# SERVE=0 ends after the screen; else the demo is served until Ctrl-C.
SERVE ?= 1

demo: setup
	@$(BIN)/tenfold demo demo
	@[ "$(SERVE)" = 0 ] || $(BIN)/tenfold serve --demo demo

test: setup
	@$(BIN)/ruff format --check src tests bench
	@$(BIN)/ruff check src tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest

# Laws, generators and kills at full length, beside all that `make test` runs.
night: setup
	@TENFOLD_NIGHT=1 $(BIN)/pytest

# Hours: 400 changes of the rules' code, drawn by a seed, and whether a test notices. Writes docs/reference/mutants.md.
# WITHIN=mechanisms/risk MUTANTS=20 draws from one room and prints its figure: minutes.
MUTANTS ?= 400
mutants: setup
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/mutants.txt
	@$(BIN)/python -m tests.mutants --count $(MUTANTS) $(if $(WITHIN),--within $(WITHIN))

format: setup
	@$(BIN)/ruff format src tests bench
	@$(BIN)/ruff check --fix src tests bench

lock:
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --python-version 3.11 pyproject.toml --output-file requirements/base.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --python-version 3.11 --extra web pyproject.toml --constraint requirements/base.txt --output-file requirements/web.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --python-version 3.11 --extra web --group dev pyproject.toml requirements/build.in --constraint requirements/web.txt --output-file requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --python-version 3.11 requirements/uv.in --output-file requirements/uv.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --python-version 3.11 requirements/node.in --output-file requirements/node.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --python-version 3.11 requirements/mutants.in --constraint requirements/dev.txt --output-file requirements/mutants.txt

# Each example is a charter, a map and a clock; DATA holds the folders that its page in docs/examples names.
SOURCE_makerdao := sourcecred-makerdao
SOURCE_optimism := oss-funding-oso
SOURCE_cncf := cncf-community
SOURCE_aiddata := aiddata-gcdf2-geo

$(EXAMPLES:%=example-%): example-%: setup
	@rm -rf out/$* && mkdir -p out/$*/community
	@cp examples/$*/charter.yaml examples/$*/clock.txt out/$*/community/
	@$(BIN)/tenfold import $(DATA)/$(SOURCE_$*) --map examples/$*/map.yaml out/$*/community
	@$(BIN)/tenfold cycle out/$*/community --out out/$*

bench: setup
	@$(BIN)/python -m bench

bench-full: setup
	@$(BIN)/python -m bench --full

clean:
	rm -rf .venv node_modules src/tenfold/web/static out demo dist
