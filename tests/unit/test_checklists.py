# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of docs/checklists.md that no other test or linter checks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.plugins.loader import get_all_plugin_loaders

from scripts.matrix import ROWS

pytestmark = pytest.mark.once("it is about the repository")

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
CHECKLISTS = (ROOT / "docs/checklists.md").read_text(encoding="utf-8")


def _data(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def _sources(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


@pytest.mark.parametrize(
    "section",
    [
        *("Description", "Requirements", "Installation", "Use cases", "Testing", "Communication", "Support"),
        *("Release notes", "Related information", "License"),
    ],
)
def test_the_readme_has_the_sections_of_the_template(section: str) -> None:
    assert f"\n## {section}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_where_people_meet() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Communication\n")[2].partition("\n## ")[0]
    words = (
        "welcome",
        "[Get Help](https://forum.ansible.com/c/help/6)",
        "https://forum.ansible.com/tag/onelogin",
        "Bullhorn",
    )
    assert [word for word in words if word not in text] == []


def test_the_readme_names_the_releases_that_are_tested() -> None:
    """Those of the matrix, and 2.19, with which .venv is made."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (2\.\d+)(, release candidate)? \| (3\.\d+) \| ([a-z, ]+) \|", text, re.MULTILINE)
    rows = {row.core: (", release candidate" if row.preview else "", row.python, ", ".join(row.steps)) for row in ROWS}
    assert {core: tuple(more) for core, *more in found} == {**rows, "2.19": ("", "3.11", "all")}


def test_the_readme_is_readable_outside_the_repository() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert targets
    assert [target for target in targets if not target.startswith("https://")] == []
    assert "pip install ansible" not in text


def test_plugins_has_only_folders_that_ansible_knows() -> None:
    known = {loader.package.rpartition(".")[2] for _name, loader in get_all_plugin_loaders()}
    found = {path.name for path in PLUGINS.iterdir()}
    assert found <= known | {"plugin_utils", "doc_fragments", "modules", "module_utils"}


@pytest.mark.parametrize("folder", ["module_utils", "plugin_utils"])
def test_private_names_begin_with_an_underscore(folder: str) -> None:
    paths = [path.relative_to(PLUGINS / folder) for path in _sources(PLUGINS / folder)]
    assert paths
    assert [str(path) for path in paths if not path.parts[0].startswith("_")] == []


def test_each_plugin_names_the_licence_of_its_folder() -> None:
    for path in _sources(PLUGINS):
        text = path.read_text(encoding="utf-8")
        licence = "BSD-2-Clause" if path.is_relative_to(PLUGINS / "module_utils") else "GPL-3.0-or-later"
        # Without the first word, which would make `reuse lint` read the pattern as the licence of this file.
        assert not text or re.search(rf"-License-Identifier: {licence}\b", text), path


def test_info_modules_only_read_and_other_modules_have_no_query_state() -> None:
    for path in (PLUGINS / "modules").glob("[!_]*.py"):
        (text,) = re.findall(r'^DOCUMENTATION = r"""$(.*?)^"""$', path.read_text(), re.MULTILINE | re.DOTALL)
        documentation = yaml.safe_load(text)
        choices = documentation.get("options", {}).get("state", {}).get("choices", [])
        assert set(choices) <= {"present", "absent"}, path
        if path.stem.endswith("_info"):
            fragments = set(documentation["extends_documentation_fragment"])
            assert fragments & {f"community.onelogin.attributes.{kind}" for kind in ("info", "frame")}, path


def test_version_added_is_the_current_version_or_a_release() -> None:
    versions = {_data("galaxy.yml")["version"], *_data("changelogs/changelog.yaml")["releases"]}
    for path in (*_sources(PLUGINS), *_sources(ROOT / "roles")):
        added = re.findall(r"^ *version_added: *['\"]?([^'\"\n]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(added) <= versions, path


def test_libraries_have_only_lower_bounds() -> None:
    lines = (ROOT / "meta/ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    for line in filter(None, (line.partition("#")[0].strip() for line in lines)):
        assert re.fullmatch(r"[\w.-]+(\[\w+\])?>=[\d.]+", line)
        assert not line.startswith("ansible")


def test_required_collections_have_stable_versions() -> None:
    for version in _data("galaxy.yml")["dependencies"].values():
        assert re.match(r">=[1-9]\d*\.\d+\.\d+", version)


def test_no_lint_rule_is_disabled_and_no_content_is_excluded() -> None:
    settings = _data(".ansible-lint")
    assert settings.pop("profile") == "production"
    assert settings.pop("strict") is True
    assert settings.pop("enable_list") == ["args"]
    assert set(settings.pop("exclude_paths")) <= {".ansible/", ".cache/", ".venv/", "changelogs/", "tests/unit/"}
    assert all(name.startswith(("awx.awx.", "ansible.controller.")) for name in settings.pop("mock_modules"))
    assert settings == {}
    ignored = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("sanity/ignore*")}
    # ansible-core 2.16 and 2.17 do not see documentation in YAML that belongs to an action.
    actions = sorted(path.name for path in (ROOT / "plugins/action").glob("role_*.py"))
    documented = sorted(path.with_suffix(".py").name for path in (ROOT / "plugins/modules").glob("role_*.yml"))
    assert documented == actions
    reason = "its documentation is in YAML, which this release does not see"
    lines = "".join(f"plugins/action/{name} action-plugin-docs # {reason}\n" for name in actions)
    assert ignored == {"ignore-2.16.txt": lines, "ignore-2.17.txt": lines}
    assert not (ROOT / ".ansible-lint-ignore").exists()


@pytest.mark.parametrize("path", [*sorted((ROOT / ".github/workflows").glob("*.yml")), ROOT / "examples/ci/github.yml"])
def test_actions_are_pinned_and_keep_no_credentials(path: Path) -> None:
    lines = re.findall(r"^ *-? *uses: *(.*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    used = [
        step for job in yaml.safe_load(path.read_text())["jobs"].values() for step in job["steps"] if "uses" in step
    ]
    assert len(used) == len(lines) > 0
    checkouts = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkouts
    assert [step for step in checkouts if step.get("with", {}).get("persist-credentials") is not False] == []


def test_every_locked_requirement_has_a_hash_and_no_index() -> None:
    for name in ("bootstrap", "importer", "lock", "rulebook"):
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        pins = [number for number, line in enumerate(lines) if re.match(r"[\w.-]+(\[[\w,-]+])?==\S+ .*\\$", line)]
        assert pins
        assert [lines[number] for number in pins if not lines[number + 1].startswith("    --hash=sha256:")] == []
        rest = {line for number, line in enumerate(lines) if number not in pins}
        assert [line for line in rest if not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)] == []


def test_files_and_targets_named_in_the_checklist_exist() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    steps = set(re.findall(r"`make ([a-z-]+)`", CHECKLISTS))
    assert steps
    assert steps <= set(targets)
    names = {name for name in re.findall(r"`([\w./-]+)`", CHECKLISTS) if "/" in name or "." in name}
    assert [name for name in names if not (ROOT / name).exists()] == []
