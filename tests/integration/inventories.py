# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output of ``ansible-inventory``."""

from __future__ import annotations

import json
from typing import Any


class Inventory:
    """The parsed output of ``ansible-inventory`` for the file of a plugin."""

    def __init__(self, stdout: str, stderr: str) -> None:
        self.text, self.trouble = stdout, " ".join(stderr.split())
        self.groups = _plain(json.loads(stdout))
        self.hosts: dict[str, dict[str, Any]] = self.groups.pop("_meta")["hostvars"]

    def __getitem__(self, group: str) -> set[str]:
        """The hosts of a group; none if there is no such group."""
        return set(self.groups.get(group, {}).get("hosts", []))

    @property
    def users(self) -> set[str]:
        """The users' names before the @."""
        return {row["onelogin_email"].partition("@")[0] for row in self.hosts.values()}


def _plain(value: Any) -> Any:
    """Remove the markers of unsafe text from an inventory."""
    if isinstance(value, dict):
        return value["__ansible_unsafe"] if "__ansible_unsafe" in value else {k: _plain(v) for k, v in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
