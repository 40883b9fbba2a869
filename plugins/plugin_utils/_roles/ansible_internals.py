# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles read from Ansible's internals, which have no public name. Tests cover each on every release."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.inventory.manager import IGNORED
from ansible.plugins.loader import module_loader
from ansible.utils.path import unfrackpath

STRATEGIES = ("linear", "debug", "mitogen_linear")
"""Strategies that run a task with run_once once for all hosts."""


def find_strategy(task: Any) -> str:
    """Return the strategy of the task's play, without its collection."""
    return str(task.get_play().strategy).rpartition(".")[2]


def find_max_fail_percentage(task: Any) -> float | None:
    """Return the play's ``max_fail_percentage``, which Ansible ignores for failures in a block with ``always``."""
    most = task.get_play().max_fail_percentage
    return None if most is None else float(most)


def find_pattern(task: Any) -> str:
    """Return the hosts of the task's play, as a pattern."""
    hosts = task.get_play().hosts
    return ",".join(map(str, hosts)) if isinstance(hosts, (list, tuple)) else str(hosts)


def find_unread_sources(task: Any) -> list[str]:
    """Return the inventory sources, given by name, that Ansible could not read.

    :returns: paths, in the order in which they were given.
    """
    inventory = task._variable_manager._inventory
    read = [str(source) for source in inventory._inventory.processed_sources]
    files = [file for source in map(str, inventory._sources) if _is_given(source) for file in _files(source)]
    return [file for file in files if not _is_read(file, read)]


def is_host_implicit(task: Any) -> bool:
    """Return whether the inventory has no hosts, so that a play runs on the localhost that Ansible adds by itself."""
    return not task._variable_manager._inventory._inventory.hosts


def has_module(name: str) -> bool:
    """Return whether a module is installed.

    :param name: its full name.
    """
    try:
        import_module(f"ansible_collections.{name.rpartition('.')[0]}")
    except ImportError:  # to look for the module would print a warning
        return False
    return bool(module_loader.find_plugin_with_context(name).resolved)


def _is_given(source: str) -> bool:
    """Return whether a person gave the source: Ansible adds its default file, and ansible-runner an empty folder."""
    path = Path(source)
    return source not in map(str, constants.DEFAULT_HOST_LIST) and not (path.is_dir() and not any(path.iterdir()))


def _files(source: str) -> Iterator[str]:
    """Return the files of a source, as Ansible takes them from a folder and the folders in it."""
    if not Path(source).is_dir():
        yield source
        return
    for path in sorted(Path(source).iterdir()):
        if not IGNORED.search(os.fsencode(path.name)):
            yield from _files(str(path))


def _is_read(source: str, read: Sequence[str]) -> bool:
    return source in read or ("," not in source and str(unfrackpath(source, follow=False)) in read)
