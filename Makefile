# What can be done here: `make` lists it. Everything runs in .venv, made by `make setup`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
S3_SERVER := $(VENV)/s3-server
SAMPLE := params/demo/.made
REPORT ?= params/demo.yml --unit all
JOBS ?= 2
TESTS ?=
BENCH ?= tests/reviews/online_retail_ii.yml 2011-11

.DEFAULT_GOAL := help
.PHONY: help setup s3-server spark report test test-long mutate bench bench-fanout lint lab sample notebooks picture gallery clean

help:  ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: $(READY) $(SAMPLE)  ## make .venv from requirements.lock, and the sample company's data
	@echo "Ready. Next: make report"

$(READY): requirements.lock pyproject.toml scripts/check-machine
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Python 3.11 to 3.13 is needed, $(PYTHON) is {v[0]}.{v[1]}: run make PYTHON=python3.12 setup")'
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . ; \
	else \
	  sh scripts/check-machine venv $(PYTHON) && \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ; \
	fi
	@sh scripts/check-machine pdf $(BIN)/python
	@touch $@

s3-server: $(S3_SERVER)/.ready  ## make the S3 server that tests of object stores read from; without it they are skipped

$(S3_SERVER)/.ready: requirements-s3-server.lock $(READY)
	@$(BIN)/python -m venv $(S3_SERVER)
	@$(S3_SERVER)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-s3-server.lock
	@touch $@

spark: $(VENV)/.spark  ## install Spark, on which tests reduce transactions (Java 17 or later); without it they are skipped

$(VENV)/.spark: requirements-spark.lock $(READY)
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements-spark.lock; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-spark.lock; \
	fi
	@touch $@

sample: $(SAMPLE)  ## make the data of the sample company in params/demo

$(SAMPLE): $(READY) $(wildcard src/portfolio_review/sample/*.py)
	@$(BIN)/python -m portfolio_review.sample params/demo >/dev/null
	@touch $@

report: $(READY) $(SAMPLE)  ## review the sample company: PDF, HTML, XLSX, notebooks in reports/demo
	@$(BIN)/portfolio-review run $(REPORT) --jobs $(JOBS)

test: $(READY) $(SAMPLE)  ## run the tests (under five minutes on two cores)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadscope -m "not long" $(TESTS)

test-long: $(READY) $(SAMPLE)  ## run the long tests too
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadscope

mutate: $(READY)  ## change the metrics at 600 places and say which changes no test sees (an hour)
	@$(BIN)/python scripts/mutate --jobs $(JOBS)

bench: bench-fanout  ## measure everything (hours); tables in benchmarks/README.md
	@$(BIN)/python benchmarks/changes.py
	@$(BIN)/python benchmarks/overhead.py $(BENCH) France
	@$(BIN)/python benchmarks/growth.py
	@$(BIN)/python benchmarks/doubts.py
	@$(BIN)/python benchmarks/doubts.py --rows 3000000
	@$(BIN)/python benchmarks/chances.py
	@$(BIN)/python benchmarks/clients.py
	@$(BIN)/python benchmarks/table.py

bench-fanout: $(READY)  ## measure all units of BENCH against the plain way, papermill from the shell
	@$(BIN)/python benchmarks/fanout.py $(BENCH)
	@$(BIN)/python benchmarks/table.py

lint: $(READY)  ## check style, types and import directions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

lab: $(READY) $(SAMPLE)  ## open the notebooks in JupyterLab, on the sample
	@cd notebooks && ../$(BIN)/jupyter lab

notebooks: $(READY) $(SAMPLE)  ## run the notebooks on the sample and keep their outputs
	@$(BIN)/python scripts/run-notebooks

picture: report  ## renew the README's picture of page one (needs poppler-utils)
	@mkdir -p docs && pdftoppm -r 110 -png -f 1 -l 1 -singlefile $$(ls -d reports/demo/20*/all | tail -n 1)/review.pdf docs/page-one

gallery: $(READY) $(SAMPLE)  ## renew docs/gallery: every page of the sample's review, in both languages (needs poppler-utils)
	@mkdir -p docs/gallery && rm -f docs/gallery/*.png
	@for language in en ru; do \
	  $(BIN)/portfolio-review run params/demo.yml --unit all --language $$language --out reports/gallery-$$language --quiet && \
	  pdftoppm -r 60 -png -l 15 reports/gallery-$$language/demo/*/all/review.pdf docs/gallery/$$language && \
	  rm -r reports/gallery-$$language; done

clean:  ## remove what was made: reports, sample data, caches, .venv
	rm -rf reports/* params/demo .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
