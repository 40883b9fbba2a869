# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal's record of resets: which devices a reset removes, and whether it has ended."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import PENDING
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Reset
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import build_entries_table
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

RESET = "reset"
"""The kind of an entry for a reset. Its ``device_id`` has the ids of all devices to remove."""
_ENDED = "ended"


class DatabaseResets:
    """The resets of one account. :class:`Resets` describes its methods."""

    def __init__(self, store: Store, account: str, clock: Clock) -> None:
        self._store = store
        self._account = account
        self._clock = clock
        self._table = build_entries_table()

    def find(self, user_id: int) -> Reset | None:
        """Return the user's latest reset."""
        return self._store.do(lambda connection: self._find(connection, user_id))

    def begin(self, user_id: int, user_name: str, device_ids: Sequence[str]) -> Reset:
        """Record the devices that a reset removes; an open reset of the user stays as it is."""
        return self._store.do(lambda connection: self._begin(connection, user_id, user_name, device_ids))

    def end(self, user_id: int) -> None:
        """Record that the user's open reset has ended."""
        column = self._table.c
        change = self._table.update().where(*self._of(user_id), column.status == PENDING)
        self._store.do(lambda connection: connection.execute(change.values(status=_ENDED, updated_at=self._now())))

    def _begin(self, connection: Any, user_id: int, user_name: str, device_ids: Sequence[str]) -> Reset:
        known = self._find(connection, user_id)
        if known and known.ended_at is None:
            return known
        now = self._now()
        entry = {
            "account": self._account,
            "kind": RESET,
            "user_id": user_id,
            "user_name": user_name,
            "target": "",
            "auth_name": "",
            "factor_name": "",
            "status": PENDING,
            "device_id": " ".join(device_ids),
            "requested_at": now,
            "updated_at": now,
            "run": self._store.runs.own,
            "machine": platform.node(),
        }
        connection.execute(self._table.insert().values(entry))
        return Reset(now, None, tuple(device_ids))

    def _find(self, connection: Any, user_id: int) -> Reset | None:
        query = self._table.select().where(*self._of(user_id)).order_by(self._table.c.id.desc())
        row = connection.execute(query).first()
        if row is None:
            return None
        ended_at = row.updated_at if row.status == _ENDED else None
        return Reset(row.requested_at, ended_at, tuple(str(row.device_id or "").split()))

    def _of(self, user_id: int) -> tuple[Any, ...]:
        column = self._table.c
        return column.account == self._account, column.kind == RESET, column.user_id == user_id

    def _now(self) -> float:
        return self._clock.now().timestamp()
