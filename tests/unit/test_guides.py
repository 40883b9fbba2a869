# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides name existing files and cover everything; and which warnings fail the build of the site."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import HINTS

from scripts import docs

pytestmark = pytest.mark.once("it is about the documentation")

ROOT = Path(__file__).resolve().parents[2]
RST = ROOT / "docs/docsite/rst"
AWX = ROOT / "playbooks/awx"
GUIDES = {page.stem: page.read_text(encoding="utf-8") for page in RST.glob("guide_*.rst")}


def _data(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_every_error_code_has_a_section() -> None:
    sections = re.findall(
        r"^\.\. _ansible_collections\.community\.onelogin\.docsite\.guide_errors\.(\w+):\n\n(\w+)\n(-+)\n\n\S",
        GUIDES["guide_errors"],
        re.MULTILINE,
    )
    assert [title for _label, title, _line in sections] == list(HINTS)
    assert all(label == title and len(line) == len(title) for label, title, line in sections)


def test_the_readme_explains_every_error_code() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Errors\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    assert sorted(code for cell in cells for code in re.findall(r"`(\w+)`", cell)) == sorted(HINTS)


def test_every_guide_is_in_the_table_of_contents_once_and_in_the_same_order_in_the_readme() -> None:
    sections = _data(ROOT / "docs/docsite/extra-docs.yml")["sections"]
    pages = [page for section in sections for page in section["toctree"]]
    assert sorted(pages) == sorted(GUIDES)
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Guides\n")[2].partition("\n## ")[0]
    assert re.findall(r"/(guide_\w+)\.rst\)", readme) == pages


@pytest.mark.parametrize("guide", sorted(GUIDES))
def test_files_named_in_a_guide_exist(guide: str) -> None:
    for name in re.findall(r"``((?:docs|examples|playbooks|roles)/[\w./-]+)``", GUIDES[guide]):
        assert (ROOT / name).exists(), name
    for page, anchor in re.findall(r"/community\.onelogin/blob/main/([\w./-]+)(?:#([\w-]+))?>", GUIDES[guide]):
        text = (ROOT / page).read_text(encoding="utf-8")
        headings = {
            re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)
        }
        assert not anchor or anchor in headings, f"{page}#{anchor}"


def test_the_awx_guide_names_the_objects_of_the_playbook() -> None:
    text, templates = GUIDES["guide_awx"], _data(AWX / "templates.yml")
    settings = _data(AWX / "settings.yml")
    assert set(re.findall(r"onelogin_awx_\w+", text)) <= set(settings)
    made = {template["name"] for template in templates["onelogin_awx_job_templates"]}
    made.add(templates["onelogin_awx_workflow"]["name"])
    assert set(re.findall(r"^\*([^*]+)\* ", text, re.MULTILINE)) - {"Relaunch on failed hosts"} == made
    others = {
        settings[f"onelogin_awx_{name}"] for name in ("credential", "journal", "mail", "inventory", "survey_inventory")
    }
    assert set(re.findall(r"\*(OneLogin[^*]*)\*", text)) == made | others


def test_the_guide_on_pipelines_names_the_jobs() -> None:
    text = GUIDES["guide_pipelines"]
    jobs = set(re.findall(r"^``(\w+)``  +", text, re.MULTILINE))
    assert jobs == set(_data(ROOT / "examples/ci/github.yml")["jobs"])
    gitlab = _data(ROOT / "examples/ci/gitlab.yml")
    assert jobs == set(gitlab["stages"])
    for name in ("plan", "reports"):
        assert f"the artifact ``{name}``" in text
        assert any(f"{name}/" in gitlab[job].get("artifacts", {}).get("paths", []) for job in jobs)
    for name in re.findall(r"``(\w+\.(?:yml|sh|txt))``", text):
        assert (ROOT / "examples/ci" / name).exists(), name


@pytest.mark.parametrize("guide", sorted(GUIDES))
def test_shell_commands_parse(guide: str) -> None:
    """This includes commands that no test runs."""
    for block in re.findall(r"^\.\. code-block:: shell\n\n((?:    .*\n|\n)+)", GUIDES[guide], re.MULTILINE):
        done = subprocess.run(["bash", "-n", "-c", block], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("rst/a.rst:1: WARNING: undefined label: 'common_return_values' [ref.ref]", False),
        ("rst/a.rst:1: WARNING: undefined label: 'ansible_collections.ansible.builtin.copy_module' [ref.ref]", False),
        ("rst/a.rst:1: WARNING: undefined label: 'ansible_collections.community.onelogin.x' [ref.ref]", True),
        ("rst/a.rst:1: WARNING: Title underline too short. [docutils]", True),
        ("rst/index.rst:1: WARNING: toctree contains reference to nonexisting document 'b' [toc.not_readable]", True),
    ],
)
def test_which_warnings_fail_the_site(line: str, counts: bool) -> None:
    assert docs.filter_warnings(f"{line}\n\n") == ([line] if counts else [])
