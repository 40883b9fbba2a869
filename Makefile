# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# `make` lists the targets. All tools run from .venv, which each target creates or updates first.

export LC_ALL := C.UTF-8
export UV_SYSTEM_CERTS := 1
# ansible-lint and antsibull-docs search the PATH for the commands of Ansible.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The checkout may belong to another user, for example in a container.
export GIT_CONFIG_COUNT := 1
export GIT_CONFIG_KEY_0 := safe.directory
export GIT_CONFIG_VALUE_0 := $(CURDIR)
# Images of containers set it, and then each process of the tests compiles the tests and the simulator again.
unexport PYTHONDONTWRITEBYTECODE
# This folder does not exist, so that Ansible uses the collection linked into .venv and no copy installed elsewhere.
export ANSIBLE_COLLECTIONS_PATH := .cache/no-collections

PYTHON_BIN := .venv/bin/python
PYTEST := $(PYTHON_BIN) -m pytest
# The names are relative, so the folder of the checkout can have any name.
SHELL_SCRIPTS = $(shell git ls-files -co --exclude-standard -- '*.sh' .ci/run)
# antsibull writes a log into the home folder.
OWN_HOME := mkdir -p .cache/home && HOME="$(CURDIR)/.cache/home"
TYPED_PACKAGES = $(wildcard examples scripts simulator tests)

# The longest step is the first, and the others run beside it, the longest of them first. `make release` adds importer.
TEST_STEPS := integration format-check browser model sanity contract lint unit docs docs-lint types build-check drift changelog-lint

.DEFAULT_GOAL := help

.PHONY: help
help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target text; do printf '  %-16s %s\n' "$$target" "$$text"; done

# --- use

.PHONY: setup venv
setup:  ## create or update .venv (PYTHON=... selects the interpreter of a new one)
	@scripts/setup.sh
venv:
	@scripts/setup.sh --quiet

.PHONY: demo
demo: venv  ## run a complete onboarding against the simulator (PEOPLE=people.xlsx for your own people)
	@$(PYTHON_BIN) examples/demo/run.py $(if $(PEOPLE),--people "$(PEOPLE)")

.PHONY: simulator
simulator: venv  ## start the simulator of the OneLogin API (ARGS="--help" lists its options)
	@$(PYTHON_BIN) -m simulator $(ARGS)

# --- test

.PHONY: test
# `make matrix` runs pylint and other tools on the newest stable release, and imports the plugins on Python 3.10 to 3.13; ruff,
# mypy and others run here.
test: export SANITY_ARGS := --without-tools --oldest-python
test: venv  ## run all checks and tests, two at a time, and print a summary (STEPS="lint unit" for some, JOBS=1 for one at a time)
	@$(PYTHON_BIN) scripts/steps.py --make "$(MAKE)" --jobs $(or $(JOBS),2) $(or $(STEPS),$(TEST_STEPS))

.PHONY: format-check
format-check: venv  ## check the format of the Python files
	.venv/bin/ruff format --check .

.PHONY: lint lint-ruff lint-imports lint-complexity lint-yaml lint-shell lint-reuse lint-ansible
lint: lint-ruff lint-imports lint-complexity lint-yaml lint-shell lint-reuse lint-ansible  ## run ruff, import-linter, radon, yamllint, shellcheck, reuse and ansible-lint
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
lint-reuse: venv
	.venv/bin/reuse lint --lines
lint-ansible: venv
	@# As you call it in a clone, except that it does not download newer schemas.
	env -u ANSIBLE_COLLECTIONS_PATH ANSIBLE_LINT_SKIP_SCHEMA_UPDATE=1 .venv/bin/ansible-lint
	@# Once more with the collection awx.awx, so that the options of its modules are checked.
	ANSIBLE_COLLECTIONS_PATH="$$($(PYTHON_BIN) scripts/download_collections.py)" .venv/bin/ansible-lint --offline \
	    playbooks/awx/configure.yml playbooks/awx/tasks/*.yml

.PHONY: types
types: venv  ## run mypy
	@mkdir -p .cache/types/ansible_collections/community/onelogin
	@ln -sfn ../../../../../plugins ../../../../../extensions .cache/types/ansible_collections/community/onelogin/
	.venv/bin/mypy -p ansible_collections.community.onelogin.plugins -p ansible_collections.community.onelogin.extensions \
	    $(TYPED_PACKAGES:%=-p %)

.PHONY: drift
drift: venv  ## check that the generated files are up to date
	$(PYTHON_BIN) scripts/generate.py --check

.PHONY: changelog-lint
changelog-lint: venv  ## check the changelog fragments
	$(OWN_HOME) .venv/bin/antsibull-changelog lint

.PHONY: docs-lint
docs-lint: venv  ## check the documentation of plugins and roles
	$(OWN_HOME) .venv/bin/antsibull-docs lint-collection-docs --plugin-docs .

.PHONY: build-check
build-check: venv  ## check that the archive contains what users need, can be installed and can be reproduced
	$(PYTHON_BIN) -m scripts.build_check

.PHONY: importer
importer: venv  ## check the archive with galaxy-importer, as Galaxy does
	$(PYTHON_BIN) -m scripts.importer

.PHONY: unit
unit: venv  ## run tests/unit: functions and plugins, without a server
	$(PYTEST) -n 2 tests/unit $(ARGS)

.PHONY: contract
contract: venv  ## run tests/contract: the simulator against OneLogin's SDK and OpenAPI document
	$(PYTEST) -n 2 tests/contract $(ARGS)

.PHONY: integration
integration: venv  ## run tests/integration: modules, roles and playbooks against the simulator
	@# More processes than cores, because the tests wait half of the time.
	$(PYTEST) -n 4 --dist worksteal tests/integration $(ARGS)

.PHONY: model
model: venv  ## run tests/model: random runs with faults (ARGS="--hypothesis-profile=deep" takes half an hour)
	$(PYTEST) -n 2 tests/model $(ARGS)

.PHONY: browser
browser: venv  ## run tests/browser: the HTML pages in Chromium, which is installed for root on Debian
	ONELOGIN_TEST_CHROMIUM="$$(scripts/chromium.sh)" $(PYTEST) tests/browser $(ARGS)

.PHONY: eda
eda: venv  ## run tests/eda: the event source and the rulebooks in ansible-rulebook (Java 17, installed for root on Debian)
	ONELOGIN_TEST_RULEBOOK="$$($(PYTHON_BIN) -m scripts.rulebook)" $(PYTEST) -n 2 tests/eda $(ARGS)

.PHONY: sanity
sanity: venv  ## run ansible-test sanity on every Python found (ARGS="--python 3.11" for one)
	$(PYTHON_BIN) scripts/sanity.py $(or $(ARGS),$(SANITY_ARGS))

.PHONY: matrix
matrix: venv  ## run unit, integration and sanity tests on other releases of ansible-core (ARGS="--core 2.21 --step unit")
	$(PYTHON_BIN) scripts/matrix.py $(ARGS)

.PHONY: ee
ee: venv  ## build the image of the execution environment and onboard in it (root, Debian, some minutes)
	@scripts/ee.sh

.PHONY: benchmark
benchmark: venv  ## measure the duration with thousands of people
	$(PYTHON_BIN) -m tests.benchmark $(ARGS)

.PHONY: soak
soak: venv  ## run 10,000 people for half an hour on a bad network (ARGS="--minutes 5 --people 1000")
	$(PYTHON_BIN) -m tests.soak $(ARGS)

# --- develop

.PHONY: format
format: venv  ## format the Python files
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

.PHONY: picture
picture: venv  ## take the screenshot of a report for the README
	$(PYTHON_BIN) -m scripts.picture

.PHONY: generate
generate: venv  ## write the generated files
	$(PYTHON_BIN) scripts/generate.py

.PHONY: lock
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-emit-index-url \
    --generate-hashes --custom-compile-command "make lock" $(ARGS)
lock: venv  ## resolve requirements/*.in into the .txt files (ARGS=--upgrade for newer versions)
	$(LOCK) --output-file requirements/bootstrap.txt requirements/bootstrap.in
	$(LOCK) --output-file requirements/lock.txt requirements/run.in requirements/simulator.in requirements/test.in \
	    requirements/lint.in
	@# The same ansible-core and ansible-lint as in .venv.
	$(LOCK) --output-file requirements/importer.txt requirements/importer.in \
	    --constraint requirements/run.in --constraint requirements/lint.in
	@# The collection's own requirements are there too, as for the modules that the rulebooks' playbooks run.
	$(LOCK) --output-file requirements/rulebook.txt requirements/rulebook.in requirements/run.in

.PHONY: docs
docs: venv  ## build the documentation site in .cache/docs/html
	@$(OWN_HOME) $(PYTHON_BIN) scripts/docs.py

.PHONY: build
build: venv  ## build the archive for Galaxy in .cache/build; the same commit gives the same bytes
	@$(PYTHON_BIN) -m scripts.archive .cache/build

.PHONY: changelog
changelog: venv  ## write the changelog of a release from the fragments (ARGS="--date 2026-11-24" for another day)
	$(OWN_HOME) .venv/bin/antsibull-changelog release $(ARGS)

.PHONY: release
release: venv  ## build and check the archive of the last commit in .cache/release
	@$(PYTHON_BIN) -m scripts.release

.PHONY: clean
clean:  ## delete the files that the targets created, with .venv
	rm -rf .venv .cache .ansible .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache tests/output
