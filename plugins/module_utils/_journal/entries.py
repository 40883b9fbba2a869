# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal's entries for people: list them, and remove them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock, format_epoch
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.accounts import (
    list_accounts,
    list_hosts,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import (
    CLAIMED,
    OPEN,
    UNCONFIRMED,
    build_entries_table,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store, exists

Entry = Mapping[str, Any]


class JournalEntries:
    """The entries of one journal, without a connection to OneLogin.

    :param where: a database URL, or the path of an SQLite file.
    :param host: only entries of the accounts that this host has had; empty for all.
    :ivar is_there: whether the journal exists. It is not created.
    :raises OneLoginError: ``invalid`` or ``unavailable`` if the database cannot be used.
    """

    def __init__(self, where: str, host: str, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._table = build_entries_table()
        self.is_there = exists(where)
        self._store = Store(where) if self.is_there else None

    def close(self) -> None:
        """Close the database."""
        if self._store:
            self._store.close()

    def find(self, matches: Callable[[Entry], bool]) -> Sequence[Entry]:
        """Return the entries that match, oldest first."""
        if not self._store:
            return ()
        return [entry for _row, entry in self._store.do(self._read) if matches(entry)]

    def remove(self, matches: Callable[[Entry], bool]) -> Sequence[Entry]:
        """Remove the entries that match, and return them, oldest first.

        :raises OneLoginError: ``unavailable`` if one of them belongs to a live run; none is removed then.
        """
        return self._store.do(lambda connection: self._remove(connection, matches)) if self._store else ()

    def refuse_live(self, matches: Callable[[Entry], bool]) -> None:
        """Raise the error that :meth:`remove` would raise, and remove nothing."""
        if self._store:
            self._store.do(lambda connection: self._choose(connection, matches))

    def _remove(self, connection: Any, matches: Callable[[Entry], bool]) -> Sequence[Entry]:
        chosen = self._choose(connection, matches)
        for row, _entry in chosen:
            connection.execute(self._table.delete().where(self._table.c.id == row.id))
        return [entry for _row, entry in chosen]

    def _choose(self, connection: Any, matches: Callable[[Entry], bool]) -> Sequence[tuple[Any, Entry]]:
        chosen = [(row, entry) for row, entry in self._read(connection) if matches(entry)]
        live = [row for row, _entry in chosen if row.status in OPEN and self._is_alive(row, connection)]
        if live:
            raise OneLoginError(
                "unavailable",
                f"{len(live)} of {len(chosen)} entries are open and belong to a run that is alive (run {live[0].run} on"
                f" {live[0].machine}). No entry was removed.",
                hint="Run again after that run has ended, or select other entries.",
            )
        return chosen

    def _read(self, connection: Any) -> Sequence[tuple[Any, Entry]]:
        query = self._table.select().order_by(self._table.c.id)
        if self._host:
            names = [self._host, *list_accounts(connection, self._host)]
            query = query.where(self._table.c.account.in_(names))
        hosts, now = list_hosts(connection), self._clock.now().timestamp()
        return [(row, self._as_result(row, hosts, now, connection)) for row in connection.execute(query).all()]

    def _as_result(self, row: Any, hosts: Mapping[str, str], now: float, connection: Any) -> Entry:
        status = row.status
        if status == CLAIMED and not self._is_alive(row, connection):
            status = UNCONFIRMED
        return {
            "account": hosts.get(row.account, row.account),
            "kind": row.kind,
            "user_id": row.user_id,
            "user": row.user_name,
            "factor": row.auth_name,
            "id": row.object_id,
            "device_id": row.device_id,
            "status": status,
            "requested_at": format_epoch(row.requested_at),
            "expires_at": None if row.expires_at is None else format_epoch(row.expires_at),
            "updated_at": format_epoch(row.updated_at),
            "age": max(0, int(now - row.requested_at)),
            "run": row.run,
            "machine": row.machine,
        }

    def _is_alive(self, row: Any, connection: Any) -> bool:
        return bool(self._store and self._store.runs.is_alive(row.run, connection))
