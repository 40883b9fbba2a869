# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The reminders of an account among the entries of the journal.

The target of an entry is the number of the reminder, so that the index of open entries allows each number once. A
claim of an interrupted run counts as sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import ReminderHistory
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import (
    CLAIMED,
    UNCONFIRMED,
    build_entries_table,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy

REMINDER = "reminder"
"""The kind of these entries. They stay when ended entries are pruned, since their number counts."""

SENT = "sent"
COUNTED = (CLAIMED, UNCONFIRMED, SENT)
"""The statuses of reminders that were or may have been sent."""

_ENROLLED = "enrolled"  # the person has a device since, so the reminder counts no more


def read_histories(connection: Any, account: str) -> Mapping[int, ReminderHistory]:
    """Return the history of each user of an account who has one."""
    column = build_entries_table().c
    query = (
        sqlalchemy.select(
            column.user_id,
            column.kind,
            sqlalchemy.func.count().label("count"),
            sqlalchemy.func.max(column.requested_at).label("last"),
        )
        .where(
            column.account == account,
            (column.kind == "registration") | ((column.kind == REMINDER) & column.status.in_(COUNTED)),
        )
        .group_by(column.user_id, column.kind)
    )
    of_kind: dict[int, dict[str, Any]] = {}
    for row in connection.execute(query):
        of_kind.setdefault(row.user_id, {})[row.kind] = row
    return {user_id: _history(its.get(REMINDER), its.get("registration")) for user_id, its in of_kind.items()}


def end_reminders(connection: Any, account: str, user_ids: Collection[int], now: float) -> None:
    """End the reminders of users who have a device."""
    table = build_entries_table()
    column = table.c
    counted = (column.account == account, column.kind == REMINDER, column.status.in_(COUNTED))
    reminded = connection.execute(sqlalchemy.select(column.user_id).where(*counted).distinct()).scalars().all()
    for user_id in set(reminded) & set(user_ids):
        update = table.update().where(*counted, column.user_id == user_id)
        connection.execute(update.values(status=_ENROLLED, updated_at=now))


def _history(reminders: Any, registrations: Any) -> ReminderHistory:
    return ReminderHistory(
        reminders.count if reminders else 0,
        reminders.last if reminders else None,
        registrations.last if registrations else None,
    )
