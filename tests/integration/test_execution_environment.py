# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of an execution environment. ``make ee`` builds and runs the image itself."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from scripts.matrix import POSTGRESQL
from tests.integration.artifact import archive, run
from tests.integration.harness import BIN, ROOT

pytestmark = pytest.mark.once("an image has its own ansible-core")

__all__ = ["archive"]

NEEDED = [Requirement(line) for line in (ROOT / "meta/ee-requirements.txt").read_text().splitlines() if line[:1] != "#"]
EXAMPLE = ROOT / "examples/execution-environment"
# Every Python that runs Ansible has these.
ANSIBLES_OWN = {"ansible", "ansible_collections", "jinja2", "markupsafe", "packaging", "yaml"}
COMES_WITH_REQUESTS = {"charset_normalizer", "urllib3"}


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """The build context of the example."""
    command = (BIN / "ansible-builder", "create", "--file", EXAMPLE / "execution-environment.yml")
    done = run(*command, "--context", tmp_path / "context", "--output-filename", "Containerfile", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    return tmp_path / "context"


@pytest.fixture
def collections(archive: Path, context: Path, tmp_path: Path) -> Path:
    """The collections that the requirements in the context install, with the archive instead of Galaxy."""
    wanted = yaml.safe_load((context / "_build/requirements.yml").read_text())
    assert [each["name"] for each in wanted["collections"]] == ["community.onelogin"]
    (tmp_path / "requirements.yml").write_text(
        yaml.safe_dump({"collections": [{"name": str(archive), "type": "file"}]}, width=1000)
    )
    path = tmp_path / "collections"
    command = (BIN / "ansible-galaxy", "collection", "install", "--offline", "--force", "-r", "requirements.yml")
    done = run(*command, "--collections-path", path, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    return path


def _same(lines: list[str]) -> bool:
    """Whether these lines are the requirements of the collection; ansible-builder adds comments."""
    found = [Requirement(line.partition("#")[0]) for line in lines]
    return sorted(map(str, found)) == sorted(map(str, NEEDED))


def test_the_requirements_are_lower_bounds() -> None:
    assert all([bound.operator for bound in each.specifier] == [">="] for each in NEEDED)


def test_the_requirements_are_what_the_plugins_import() -> None:
    imported = set()
    for file in (ROOT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    foreign = imported - sys.stdlib_module_names - ANSIBLES_OWN - COMES_WITH_REQUESTS
    assert {distributions[name][0].lower() for name in foreign} == {each.name.lower() for each in NEEDED}


def test_a_line_of_the_example_adds_what_a_journal_in_postgresql_needs() -> None:
    text = (EXAMPLE / "execution-environment.yml").read_text()
    assert "python" not in yaml.safe_load(text)["dependencies"]
    assert yaml.safe_load(text.replace("# python:", "python:"))["dependencies"]["python"] == [POSTGRESQL]


def test_ansible_builder_finds_the_requirements_in_the_installed_collection(collections: Path, tmp_path: Path) -> None:
    done = run(BIN / "ansible-builder", "introspect", collections, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    found = yaml.safe_load(done.stdout)
    assert _same(found["python"])
    assert found["system"] == []


def test_the_context_of_the_example_installs_them(context: Path, collections: Path, tmp_path: Path) -> None:
    """The script that builds the image installs them, in the order of its steps."""
    steps = (context / "Containerfile").read_text()
    order = [
        "ansible-galaxy collection install $ANSIBLE_GALAXY_CLI_COLLECTION_OPTS -r requirements.yml",
        "introspect.py introspect --write-bindep=/tmp/src/bindep.txt --write-pip=/tmp/src/requirements.txt",
        "/output/scripts/assemble",
        "/output/scripts/install-from-bindep",
    ]
    places = [steps.find(step) for step in order]
    assert -1 not in places
    assert places == sorted(places)

    script = context / "_build/scripts/introspect.py"
    written = tmp_path / "requirements.txt"
    done = run(sys.executable, script, "introspect", collections, f"--write-pip={written}", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert _same(written.read_text().splitlines())


def test_make_ee_names_what_is_missing(tmp_path: Path) -> None:
    """The PATH has no apt-get."""
    for name in ("bash", "dirname"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [str(tmp_path / "bash"), str(ROOT / "scripts/ee.sh")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "apt-get" in done.stderr
    assert ("- root" in done.stderr) == (os.geteuid() != 0)
