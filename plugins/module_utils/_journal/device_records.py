# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The devices of users as audits last saw them, and how far the events of the account are read."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import (
    format_time,
    from_epoch,
    parse_timestamp,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import (
    EventPosition,
    KnownDevice,
    KnownDevices,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import (
    build_event_positions_table,
    build_known_devices_table,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store


class DatabaseDeviceRecords:
    """The records of one account. :class:`DeviceRecords` describes its methods."""

    def __init__(self, store: Store, account: str) -> None:
        self._store = store
        self._account = account
        self._known = build_known_devices_table()
        self._positions = build_event_positions_table()

    def read_position(self) -> EventPosition | None:
        """Return how far the events are read."""
        query = self._positions.select().where(self._positions.c.account == self._account)
        row = self._store.do(lambda connection: connection.execute(query).first())
        return row and EventPosition(from_epoch(row.since), from_epoch(row.read_at), _read_seen(row.seen))

    def record_events(self, user_ids: Collection[int], position: EventPosition) -> None:
        """Record that events hint at changes of users, and how far the events are read."""
        self._store.do(lambda connection: self._note_events(connection, user_ids, position))

    def find_all(self) -> Mapping[int, KnownDevices]:
        """Return what is known of each user."""
        query = self._known.select().where(self._known.c.account == self._account)
        rows = self._store.do(lambda connection: connection.execute(query).all())
        return {row.user_id: _known_devices(row) for row in rows}

    def record(self, user_id: int, devices: Sequence[KnownDevice], asked_at: float, hints: int) -> None:
        """Record the devices of a user, unless a later answer is recorded."""
        answer = {"devices": _write_devices(devices), "asked_at": asked_at, "known_hints": hints}
        column = self._known.c

        def keep(connection: Any) -> None:
            row = {"account": self._account, "user_id": user_id, "hints": hints, **answer}
            is_older = column.asked_at.is_(None) | (column.asked_at <= asked_at)
            connection.execute(_build_upsert(connection, self._known, row, answer, is_older))

        self._store.do(keep)

    def build_forget_statement(self, before: float) -> Any:
        """Return the statement that removes the answers from before a time, in seconds since 1970."""
        column = self._known.c
        return self._known.delete().where(column.account == self._account, column.asked_at < before)

    def _note_events(self, connection: Any, user_ids: Collection[int], position: EventPosition) -> None:
        for user_id in sorted(user_ids):  # in one order, so that two runs do not wait for each other
            row = {"account": self._account, "user_id": user_id, "hints": 1, "known_hints": 0}
            connection.execute(_build_upsert(connection, self._known, row, {"hints": self._known.c.hints + 1}))
        values = {
            "since": position.since.timestamp(),
            "read_at": position.read_at.timestamp(),
            "seen": _write_seen(position.seen),
        }
        connection.execute(_build_upsert(connection, self._positions, {"account": self._account, **values}, values))


def hint_at_change(connection: Any, account: str, user_id: int) -> None:
    """Record that the devices of a user have changed, if they are known."""
    table = build_known_devices_table()
    of_user = (table.c.account == account, table.c.user_id == user_id)
    connection.execute(table.update().where(*of_user).values(hints=table.c.hints + 1))


def _build_upsert(
    connection: Any, table: Any, row: Mapping[str, Any], change: Mapping[str, Any], where: Any = None
) -> Any:
    """Return the statement that inserts or changes a row. Each database has its own form of it."""
    insert = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table).values(row)
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=change, where=where)


def _write_devices(devices: Sequence[KnownDevice]) -> str:
    return json.dumps([[device.id, device.type_name, device.auth_name, device.default] for device in devices])


def _known_devices(row: Any) -> KnownDevices:
    devices = tuple(KnownDevice(*each) for each in json.loads(row.devices or "[]"))
    return KnownDevices(devices, row.asked_at, row.hints, row.hints == row.known_hints)


def _write_seen(seen: Mapping[int, datetime | None]) -> str:
    return json.dumps({number: moment and format_time(moment) for number, moment in seen.items()})


def _read_seen(text: str) -> dict[int, datetime | None]:
    return {int(number): parse_timestamp(moment) for number, moment in json.loads(text).items()}
