# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles read from a play and from Ansible's own inventory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.ansible_internals import (
    find_max_fail_percentage,
    find_pattern,
    find_strategy,
    find_unread_sources,
    has_module,
    is_host_implicit,
)


def task_of(*sources: Path | str, **play: Any) -> Any:
    """Build a task of a play with these attributes, and Ansible's inventory of these sources."""
    inventory = InventoryManager(DataLoader(), [str(source) for source in sources])
    return SimpleNamespace(
        get_play=lambda: SimpleNamespace(**play), _variable_manager=SimpleNamespace(_inventory=inventory)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two inventories, one of them in a folder in it, and with files that Ansible ignores.

    In a folder, ansible-core before 2.19 ignores files with the extension ``.ini``, too.
    """
    files = {"b": "ann\n", "a/deep": "bob\n", "notes.md~": "ignored\n", "group_vars/all.yml": "x: 1\n"}
    for name, text in files.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "folder"


def test_the_play_of_a_task() -> None:
    play = task_of(strategy="ansible.builtin.free", max_fail_percentage="25", hosts=["sales", "!bob"])
    assert (find_strategy(play), find_max_fail_percentage(play), find_pattern(play)) == ("free", 25.0, "sales,!bob")
    other = task_of(strategy="linear", max_fail_percentage=None, hosts="all")
    assert (find_strategy(other), find_max_fail_percentage(other), find_pattern(other)) == ("linear", None, "all")
    assert find_pattern(task_of(hosts=("a", "b"))) == "a,b"
    assert find_max_fail_percentage(task_of(max_fail_percentage=0)) == 0


def test_an_inventory_that_can_be_read_is_complete(folder: Path) -> None:
    play = task_of(folder, "cid,dee")
    assert (find_unread_sources(play), is_host_implicit(play)) == ([], False)


def test_sources_that_cannot_be_read_are_named_in_order(folder: Path, tmp_path: Path) -> None:
    (folder / "a" / "deep").write_text("[bad\n")
    (folder / "z.yml").write_text("- no: inventory\n")
    missing = tmp_path / "missing.ini"
    play = task_of(missing, folder, "cid,")
    assert find_unread_sources(play) == [str(missing), str(folder / "a" / "deep"), str(folder / "z.yml")]


def test_sources_that_no_one_has_named_can_be_unreadable(tmp_path: Path) -> None:
    """Ansible adds its default file, and ansible-runner adds an empty folder."""
    play = task_of("/etc/ansible/hosts", tmp_path)
    assert (find_unread_sources(play), is_host_implicit(play)) == ([], True)


def test_a_source_can_be_a_relative_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert find_unread_sources(task_of("b")) == []


def test_a_source_with_a_broken_file_is_unread(folder: Path) -> None:
    (folder / "a" / "deep").write_text("[bad\n")
    assert is_host_implicit(task_of(folder / "a"))


# Ansible finds modules of collections only after it has changed how the process imports them.
LOOK = f"""
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
from {has_module.__module__} import has_module
for name in ("user_info", "no_such_module"):
    print(has_module(f"community.onelogin.{{name}}"))
print(has_module("no_such_namespace.general.mail"))
"""


def test_whether_a_module_is_installed() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\nFalse\nFalse\n", "")
    assert not has_module("no_such_namespace.general.mail")
