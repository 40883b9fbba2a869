# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# `make` lists what there is. Everything runs from .venv, which each target makes or refreshes first.

export LC_ALL := C.UTF-8
export UV_SYSTEM_CERTS := 1
# ansible-lint and antsibull-docs look for ansible's commands.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The checkout may belong to somebody else, as in a container.
export GIT_CONFIG_COUNT := 1
export GIT_CONFIG_KEY_0 := safe.directory
export GIT_CONFIG_VALUE_0 := $(CURDIR)
# Nothing is there: only the collection linked into .venv counts, not a copy installed elsewhere.
export ANSIBLE_COLLECTIONS_PATH := .cache/no-collections

PYTHON_BIN := .venv/bin/python
PYTEST := $(PYTHON_BIN) -m pytest
# File names are kept relative, so the folder of the checkout may have any name.
SHELL_SCRIPTS = $(shell git ls-files -co --exclude-standard -- '*.sh' .ci/run)
# antsibull leaves a log in the home folder.
OWN_HOME := mkdir -p .cache/home && HOME="$(CURDIR)/.cache/home"
TYPED_PACKAGES = $(wildcard examples scripts simulator tests)

TEST_STEPS := format-check lint types drift changelog-lint docs-lint docs build-check importer unit contract integration model browser sanity

.DEFAULT_GOAL := help

.PHONY: help
help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target text; do printf '  %-16s %s\n' "$$target" "$$text"; done

# --- use it

.PHONY: setup venv
setup:  ## make or refresh .venv (PYTHON=... names the interpreter for a new one)
	@scripts/setup.sh
venv:
	@scripts/setup.sh --quiet

.PHONY: demo
demo: venv  ## the whole of onboarding against the simulator (PEOPLE=people.csv for your own)
	@$(PYTHON_BIN) examples/demo/run.py $(if $(PEOPLE),--people "$(PEOPLE)")

.PHONY: simulator
simulator: venv  ## the stand-in for the OneLogin API on its own (ARGS="--help" for its options)
	@$(PYTHON_BIN) -m simulator $(ARGS)

# --- test it

.PHONY: test
test: venv  ## everything below, with a summary (STEPS="lint unit" for some)
	@$(PYTHON_BIN) scripts/steps.py --make "$(MAKE)" $(or $(STEPS),$(TEST_STEPS))

.PHONY: format-check
format-check: venv  ## is the Python formatted
	.venv/bin/ruff format --check .

.PHONY: lint lint-ruff lint-imports lint-complexity lint-yaml lint-shell lint-ansible
lint: lint-ruff lint-imports lint-complexity lint-yaml lint-shell lint-ansible  ## ruff, import-linter, complexity, yamllint, shellcheck, ansible-lint
lint-ruff: venv
	.venv/bin/ruff check .
lint-imports: venv
	.venv/bin/lint-imports --cache-dir .cache/import-linter
lint-complexity: venv
	$(PYTHON_BIN) scripts/complexity.py plugins simulator scripts examples
lint-yaml: venv
	.venv/bin/yamllint --strict .
lint-shell: venv
	.venv/bin/shellcheck $(SHELL_SCRIPTS)
lint-ansible: venv
	@# As you call it in a clone, except that it does not download newer schemas.
	env -u ANSIBLE_COLLECTIONS_PATH ANSIBLE_LINT_SKIP_SCHEMA_UPDATE=1 .venv/bin/ansible-lint
	@# Once more with the collection awx.awx, so that the options of its modules are checked.
	ANSIBLE_COLLECTIONS_PATH="$$($(PYTHON_BIN) scripts/awx_collection.py)" .venv/bin/ansible-lint --offline playbooks/awx

.PHONY: types
types: venv  ## mypy, strict
	@mkdir -p .cache/types/ansible_collections/community/onelogin
	@ln -sfn ../../../../../plugins .cache/types/ansible_collections/community/onelogin/plugins
	.venv/bin/mypy -p ansible_collections.community.onelogin.plugins $(TYPED_PACKAGES:%=-p %)

.PHONY: drift
drift: venv  ## are the generated files up to date
	$(PYTHON_BIN) scripts/generate.py --check

.PHONY: changelog-lint
changelog-lint: venv  ## are the changelog fragments well formed
	$(OWN_HOME) .venv/bin/antsibull-changelog lint

.PHONY: docs-lint
docs-lint: venv  ## is the documentation of plugins and roles well formed
	$(OWN_HOME) .venv/bin/antsibull-docs lint-collection-docs --plugin-docs .

.PHONY: build-check
build-check: venv  ## does the built archive hold what users need, and install
	$(PYTHON_BIN) scripts/build_check.py

.PHONY: importer
importer: venv  ## does galaxy-importer, which Galaxy judges it by, take the built archive without a warning
	$(PYTHON_BIN) -m scripts.importer

.PHONY: unit
unit: venv  ## pytest tests/unit
	$(PYTEST) -n 2 tests/unit $(ARGS)

.PHONY: contract
contract: venv  ## pytest tests/contract: the simulator against OneLogin's own SDK and OpenAPI
	$(PYTEST) -n 2 tests/contract $(ARGS)

.PHONY: integration
integration: venv  ## pytest tests/integration: modules, roles and playbooks against the simulator
	@# Most of what a test does is to wait.
	$(PYTEST) -n 6 --dist worksteal tests/integration $(ARGS)

.PHONY: model
model: venv  ## pytest tests/model: random runs, faults, kills and answers (ARGS="--hypothesis-profile=deep" for half an hour of them)
	$(PYTEST) -n 2 tests/model $(ARGS)

.PHONY: browser
browser: venv  ## pytest tests/browser: the pages in a real Chromium, which root gets installed on Debian
	ONELOGIN_TEST_CHROMIUM="$$(scripts/chromium.sh)" $(PYTEST) tests/browser $(ARGS)

.PHONY: sanity
sanity: venv  ## ansible-test sanity, all of it, on every Python found (ARGS="--python 3.11" for one)
	$(PYTHON_BIN) scripts/sanity.py $(ARGS)

.PHONY: matrix
matrix: venv  ## unit, integration and sanity on other releases of ansible-core (ARGS="--core 2.21 --step unit")
	$(PYTHON_BIN) scripts/matrix.py $(ARGS)

.PHONY: ee
ee: venv  ## build the execution environment's image and onboard in it (root, Debian, some minutes)
	@scripts/ee.sh

.PHONY: benchmark
benchmark: venv  ## how long thousands of people take
	$(PYTHON_BIN) -m tests.benchmark $(ARGS)

.PHONY: soak
soak: venv  ## 10,000 people for half an hour on a bad network (ARGS="--minutes 5 --people 1000")
	$(PYTHON_BIN) -m tests.soak $(ARGS)

# --- work on it

.PHONY: format
format: venv  ## format the Python
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

.PHONY: picture
picture: venv  ## take the picture of a report for the README
	$(PYTHON_BIN) -m scripts.picture

.PHONY: generate
generate: venv  ## write the generated files
	$(PYTHON_BIN) scripts/generate.py

.PHONY: lock
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-emit-index-url \
    --custom-compile-command "make lock" $(ARGS)
lock: venv  ## work out requirements/*.txt from the .in files (ARGS=--upgrade for newer versions)
	$(LOCK) --output-file requirements/lock.txt requirements/run.in requirements/simulator.in requirements/test.in \
	    requirements/lint.in
	@# The same ansible-core and ansible-lint as in .venv.
	$(LOCK) --output-file requirements/importer.txt requirements/importer.in \
	    --constraint requirements/run.in --constraint requirements/lint.in

.PHONY: docs
docs: venv  ## the documentation site, in .cache/docs/html; a warning fails it
	@$(OWN_HOME) $(PYTHON_BIN) scripts/docs.py

.PHONY: build
build: venv  ## the archive for Galaxy, in .cache/build
	.venv/bin/ansible-galaxy collection build --force --output-path .cache/build .

.PHONY: changelog
changelog: venv  ## make a release of the changelog's fragments (ARGS="--date 2026-11-24" for a day other than today)
	$(OWN_HOME) .venv/bin/antsibull-changelog release $(ARGS)

.PHONY: release
release: venv  ## build, check and keep the archive of what is committed, in .cache/release
	@$(PYTHON_BIN) -m scripts.release

.PHONY: clean
clean:  ## remove what the targets made, .venv included
	rm -rf .venv .cache .ansible .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache tests/output
