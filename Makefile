# `make demo` and `make test` run on a fresh machine that has Python and make. They install what they need.
PYTHON ?= python3
BIN := .venv/bin
# Tests wait for the sandbox and for processes: one worker more than there are cores. Files run in their order, which begins
# with the slow ones; by default xdist begins with those that have many tests.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)

.PHONY: demo test test-browser screenshots check bench reliability permissions format docs pages lock audit dist clean

# Ends with the review of a pull request in demo-review/.
demo: .venv/installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: .venv/installed .venv-awscli/installed
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest \
		-n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit/test_docs.py tests/unit/test_site.py
	@# All test files can be imported. Then the workers of `make test` find them compiled, instead of each compiling them.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --collect-only -q > /dev/null

format: .venv/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The tables of docs/benchmarks.md, about twenty minutes; `make bench BENCH="--rows 4"` measures some of them.
bench: .venv/installed .cdk/installed
	$(BIN)/python -m benchmarks --write $(BENCH)

# The AWS CDK, which one row is compared with; where npm is not at hand, there is no such row.
.cdk/installed: benchmarks/cdk/package-lock.json
	mkdir -p .cdk && cp benchmarks/cdk/package*.json .cdk
	if command -v npm > /dev/null; then npm ci --prefix .cdk --ignore-scripts --no-audit --no-fund --silent; fi
	touch $@

# Faults at every fourth call of a full catalogue's life; takes about an hour. docs/reliability.md has the figures.
reliability: .venv/installed
	$(BIN)/python -m reliability --every 4 --write

# Takes each permission from the role of each template with features and of each type, one at a time; about three minutes.
permissions: .venv/installed
	$(BIN)/python -m pytest -q --every-permission \
		tests/contract/resource_types/test_features.py tests/contract/resource_types/test_life.py

# The site of docs/, in site/: open site/index.html. Building and reading it need no network.
docs: pages .venv-docs/installed
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/python -m mkdocs build --quiet
	@echo "Open site/index.html"

# Pages that are generated from the code. `make check` compares them with the code.
pages: .venv/installed
	$(BIN)/catalog controls --markdown > docs/controls.new
	mv docs/controls.new docs/controls.md
	$(BIN)/python -m docs

# The lock files have hashes and name no index. uv resolves them for every platform and Python version at once.
lock:
	uv pip compile pyproject.toml --universal --all-extras --group dev --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 -q -o requirements.lock
	uv pip compile tests/functional/awscli.in --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 -q -o tests/functional/awscli.lock
	uv pip compile tests/browser/requirements.in --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 -q -o tests/browser/requirements.lock
	uv pip compile --group docs --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 -q -o docs/requirements.lock

# Asks for known vulnerabilities in every pinned package. A package that could not be asked about is a failure (--strict).
audit: .venv-audit/installed
	@echo "make audit needs the network: pip-audit asks PyPI's advisories about each line of the lock files."
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r tests/functional/awscli.lock
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r docs/requirements.lock
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r tests/browser/requirements.lock

# Wheel, sdist, SBOM, provenance and checksums of the last commit, the same bytes each time. Needs no network.
dist: .venv/installed
	$(BIN)/python -m distribution.build

clean:
	rm -rf .venv .venv-awscli .venv-browser .venv-audit .venv-docs .cdk dist site demo-review

.venv/installed: requirements.lock pyproject.toml
	@echo "Setting up .venv (once; takes a minute or two) …"
	@$(PYTHON) -c 'import sys; sys.exit("catalog needs Python 3.11 or newer: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q catalog
	touch $@

# The tests use the AWS CLI as an independent client. It bundles its own botocore, so it has a virtual environment of its own.
.venv-awscli/installed: tests/functional/awscli.lock
	$(PYTHON) -m venv .venv-awscli
	.venv-awscli/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/functional/awscli.lock
	touch $@

# Pages in the Chromium of the system. An environment of its own, for the tests drive what `catalog` has written.
test-browser: .venv/installed .venv-browser/installed
	PYTHONDONTWRITEBYTECODE= CATALOG=$(BIN)/catalog PYTHON=$(BIN)/python .venv-browser/bin/python -m pytest \
		--confcutdir=tests/browser -p no:cacheprovider tests/browser

# The pictures of README, which test-browser compares with the pages that they show.
screenshots: .venv/installed .venv-browser/installed
	CATALOG=$(BIN)/catalog PYTHON=$(BIN)/python .venv-browser/bin/python -m tests.browser.screenshots

.venv-browser/installed: tests/browser/requirements.lock
	$(PYTHON) -m venv .venv-browser
	.venv-browser/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/browser/requirements.lock
	touch $@

# What builds the site.
.venv-docs/installed: docs/requirements.lock
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r docs/requirements.lock
	touch $@

# Not in the lock file: this checks the lock file, and should know the newest advisories.
.venv-audit/installed:
	@echo "Setting up .venv-audit (once; needs the network) …"
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9,<3'
	touch $@
