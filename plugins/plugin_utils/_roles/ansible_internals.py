# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles read from Ansible's internals, which have no public name. Tests cover each on every release."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.utils.path import unfrackpath

STRATEGIES = ("linear", "debug", "mitogen_linear")
"""Strategies that run a task with run_once once for all hosts."""

UNREAD = "onelogin_unread_sources"
"""A variable of the group all, in which this collection's inventory plugins note a source that they could not read."""


def find_strategy(task: Any) -> str:
    """The strategy of the task's play, without its collection."""
    return str(task.get_play().strategy).rpartition(".")[2]


def find_unread_sources(task: Any) -> list[str]:
    """The inventory sources, given by name, that Ansible could not read.

    :returns: paths, in the order in which they were given.
    """
    inventory = task._variable_manager._inventory
    read = [str(source) for source in inventory._inventory.processed_sources]
    unread = [source for source in map(str, inventory._sources) if _is_given(source) and not _is_read(source, read)]
    return [*unread, *map(str, inventory.groups["all"].vars.get(UNREAD) or [])]


def _is_given(source: str) -> bool:
    """Whether a person gave the source: Ansible adds its default file, and ansible-runner an empty folder."""
    path = Path(source)
    return source not in map(str, constants.DEFAULT_HOST_LIST) and not (path.is_dir() and not any(path.iterdir()))


def _is_read(source: str, read: Sequence[str]) -> bool:
    """Whether the source, or a file in it, is among those that were read."""
    if "," in source:
        return source in read
    path = str(unfrackpath(source, follow=False))
    return any(one in (source, path) or one.startswith(f"{path}/") for one in read)
