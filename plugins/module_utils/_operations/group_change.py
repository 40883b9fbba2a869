# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The wanted group of a user, and the groups that the user may leave for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Group
from ansible_collections.community.onelogin.plugins.module_utils._engine.groups import find_group
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context


@dataclass(frozen=True)
class GroupChange:
    """A change of group.

    :param group_id: the id of the new group; None for no change.
    :param groups: the groups of the account; empty if the item names none, so that they need not be read.
    :param sources: ids of the groups that the user may leave; None for all.
    """

    group_id: int | None
    groups: Sequence[Group] = ()
    sources: frozenset[int | None] | None = None

    @classmethod
    def find(
        cls, name: str | None, group_id: int | None, group_from: Sequence[str] | None, context: Context
    ) -> GroupChange:
        """Find the groups that an item names.

        :param name: the name of the new group, if the item does not give its id.
        :param group_from: names of the groups that the user may leave; None for all.
        :raises OneLoginError: ``invalid`` or ``ambiguous`` for a name, and those of reading the groups.
        """
        if name is None and group_from is None:
            return cls(group_id)
        groups = context.groups.read()
        sources = None if group_from is None else frozenset(find_group(groups, its).id for its in group_from)
        return cls(find_group(groups, name).id if name else group_id, groups, sources)

    def find_name(self, record: Mapping[str, Any]) -> str | None:
        """Return the name of the user's group, or its id if no group has it; None for a user without a group."""
        group_id = _group_id(record)
        if group_id is None:
            return None
        return next((group.name for group in self.groups if group.id == group_id), None) or f"group_id {group_id}"

    def find_obstacle(self, record: Mapping[str, Any]) -> str | None:
        """Return the name of the group that the user must not leave; None if nothing prevents the change."""
        group_id = _group_id(record)
        if self.sources is None or group_id is None or group_id == self.group_id or group_id in self.sources:
            return None
        return self.find_name(record)


def _group_id(record: Mapping[str, Any]) -> int | None:
    """Return the id of the user's group, which OneLogin may return as text."""
    group_id = str(record.get("group_id") or "")
    return int(group_id) if group_id.isdigit() else None
