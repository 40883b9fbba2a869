# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List the entries of the journal, and remove them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
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
from ansible_collections.community.onelogin.plugins.module_utils._journal.entries import Entry, JournalEntries
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import NO_JOURNAL

FILTERS = USER + Options(
    {
        "kind": {"type": "str", "choices": ["registration", "reminder", "reset", "verification"]},
        "status": {"type": "list", "elements": "str"},
        "older_than": {"type": "float"},
        "newer_than": {"type": "float"},
    }
)


STATE = Options({"state": {"type": "str", "choices": ["absent"], "default": "absent"}})


@dataclass(frozen=True)
class JournalQuery(AccountItem):
    """Selects entries of a journal.

    :param where: the journal.
    :param whose: the user, by id or by the name that an item gave; None for all.
    :param older_than: seconds.
    :param newer_than: seconds.
    """

    where: str
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
                "invalid", "No journal is set.", hint="Set journal, or ONELOGIN_JOURNAL in the environment."
            )
        named = any(options.get(key) is not None for key in USER.specs)
        return cls(
            where=str(options["journal"]),
            whose=UserSelector.from_options(options) if named else None,
            kind=options.get("kind"),
            status=tuple(options.get("status") or ()),
            older_than=options.get("older_than"),
            newer_than=options.get("newer_than"),
        )

    def matches(self, entry: Mapping[str, Any]) -> bool:
        """Return whether an entry is selected."""
        return (
            (self.whose is None or self.whose.key[1] in (entry["user_id"], entry["user"].lower()))
            and self.kind in (None, entry["kind"])
            and (not self.status or entry["status"] in self.status)
            and (self.older_than is None or entry["age"] > self.older_than)
            and (self.newer_than is None or entry["age"] < self.newer_than)
        )


def list_entries(query: JournalQuery, context: Context) -> Outcome:
    """List the entries that are selected."""
    with closing(_open(query, context)) as journal:
        return _outcome("known", journal, journal.find(query.matches))


def remove_entries(query: JournalQuery, context: Context) -> Outcome:
    """Remove the entries that are selected.

    :raises OneLoginError: ``unavailable`` if one of them belongs to a live run.
    """
    with closing(_open(query, context)) as journal:
        found = journal.find(query.matches)
        if context.check_mode:
            journal.refuse_live(query.matches)
        else:
            found = journal.remove(query.matches)
        return _outcome("absent", journal, found, changed=bool(found))


def _parse_removal(options: Mapping[str, Any]) -> JournalQuery:
    query = JournalQuery.parse(options)
    if all(options.get(name) in (None, []) for name in FILTERS.specs):
        raise OneLoginError(
            "invalid",
            "No entries are selected.",
            hint="Set one of " + ", ".join(FILTERS.specs) + ". older_than: 0 selects all entries.",
        )
    return query


def _open(query: JournalQuery, context: Context) -> JournalEntries:
    return JournalEntries(query.where, context.client.connection.host, context.clock)


def _outcome(status: str, journal: JournalEntries, found: Sequence[Entry], *, changed: bool = False) -> Outcome:
    entries = [dict(entry) for entry in found]
    msg = None if journal.is_there else "The journal does not exist. A task creates it before its first message."
    return Outcome(
        status if journal.is_there else "none",
        {"entries": entries},
        changed=changed,
        msg=msg,
        before={"entries": entries} if changed else None,
        after={"entries": []} if changed else None,
    )


INFO = Operation(FILTERS, JournalQuery.parse, each(list_entries), batch=False, calls=(0, 0))
ABSENT = Operation(STATE + FILTERS, _parse_removal, each(remove_entries), batch=False, calls=(0, 0))
