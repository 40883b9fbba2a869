# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What the journal knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import USER, Arguments
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.account_item import AccountItem
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)

ARGUMENTS = USER + Arguments(
    {
        "kind": {"type": "str", "choices": ["registration", "verification"]},
        "status": {"type": "list", "elements": "str"},
        "older_than": {"type": "float"},
        "newer_than": {"type": "float"},
    }
)


@dataclass(frozen=True)
class Item(AccountItem):
    """Which entries are asked for. ``whose`` is a user's id, or the name an item gave for the user."""

    whose: tuple[str, Any] | None
    kind: str | None
    status: tuple[str, ...]
    older_than: float | None
    newer_than: float | None

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """:raises OneLoginError: ``invalid``."""
        if not options.get("journal"):
            raise OneLoginError(
                "invalid", "No journal is named.", hint="Set journal, or ONELOGIN_JOURNAL in the environment."
            )
        named = any(options.get(key) is not None for key in USER.options)
        return cls(
            whose=UserSelector.from_options(options).folded if named else None,
            kind=options.get("kind"),
            status=tuple(options.get("status") or ()),
            older_than=options.get("older_than"),
            newer_than=options.get("newer_than"),
        )

    def wants(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry is one of them."""
        return (
            (self.whose is None or self.whose[1] in (entry["user_id"], entry["user"].lower()))
            and self.kind in (None, entry["kind"])
            and (not self.status or entry["status"] in self.status)
            and (self.older_than is None or entry["age"] > self.older_than)
            and (self.newer_than is None or entry["age"] < self.newer_than)
        )


def run(item: Item, context: Context) -> Outcome:
    """Read it."""
    entries = [dict(entry) for entry in context.journal.rows() if item.wants(entry)]
    if not context.journal.is_there:
        return Outcome(
            "none", {"entries": entries}, msg="There is no such journal yet; whatever first sends something makes it."
        )
    return Outcome("known", {"entries": entries})


OPERATION = Operation(ARGUMENTS, Item.parse, each(run), batch=False, journals=True, calls=(0, 0))
