# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List the entries of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    AccountItem,
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import NO_JOURNAL

OPTIONS = USER + Options(
    {
        "kind": {"type": "str", "choices": ["registration", "verification"]},
        "status": {"type": "list", "elements": "str"},
        "older_than": {"type": "float"},
        "newer_than": {"type": "float"},
    }
)


@dataclass(frozen=True)
class JournalQuery(AccountItem):
    """Which entries are asked for.

    :param whose: the user, by id or by the name that an item gave; None for all.
    :param older_than: seconds.
    :param newer_than: seconds.
    """

    whose: UserSelector | None = None
    kind: str | None = None
    status: tuple[str, ...] = ()
    older_than: float | None = None
    newer_than: float | None = None

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> JournalQuery:
        """Read the query from the task's options.

        :raises OneLoginError: ``invalid``.
        """
        if options.get("journal") in (None, "", NO_JOURNAL):
            raise OneLoginError(
                "invalid", "No journal is named.", hint="Set journal, or ONELOGIN_JOURNAL in the environment."
            )
        named = any(options.get(key) is not None for key in USER.specs)
        return cls(
            whose=UserSelector.from_options(options) if named else None,
            kind=options.get("kind"),
            status=tuple(options.get("status") or ()),
            older_than=options.get("older_than"),
            newer_than=options.get("newer_than"),
        )

    def matches(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry is one of them."""
        return (
            (self.whose is None or self.whose.key[1] in (entry["user_id"], entry["user"].lower()))
            and self.kind in (None, entry["kind"])
            and (not self.status or entry["status"] in self.status)
            and (self.older_than is None or entry["age"] > self.older_than)
            and (self.newer_than is None or entry["age"] < self.newer_than)
        )


def list_entries(query: JournalQuery, context: Context) -> Outcome:
    """List the entries that match."""
    entries = [dict(entry) for entry in context.journal.rows() if query.matches(entry)]
    if not context.journal.is_there:
        return Outcome(
            "none",
            {"entries": entries},
            msg="There is no such journal yet; the first task that sends something makes it.",
        )
    return Outcome("known", {"entries": entries})


INFO = Operation(OPTIONS, JournalQuery.parse, each(list_entries), batch=False, journals=True, calls=(0, 0))
