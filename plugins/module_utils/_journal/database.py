# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal in a database."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import (
    Clock,
    format_epoch,
    parse_timestamp,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING
from ansible_collections.community.onelogin.plugins.module_utils._journal.accounts import identify
from ansible_collections.community.onelogin.plugins.module_utils._journal.device_records import (
    DatabaseDeviceRecords,
    hint_at_change,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import (
    REPLACED,
    Account,
    Claim,
    DeviceFactor,
    JournalKey,
    ReminderHistory,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.reminders import (
    COUNTED,
    REMINDER,
    end_reminders,
    read_histories,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.resets import DatabaseResets
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import (
    CLAIMED,
    OPEN,
    UNCONFIRMED,
    build_devices_table,
    build_entries_table,
    build_runs_table,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

_LOOK_AGAIN = 0.25  # seconds between looks at a claim that another run holds
_LATELY = 3600.0  # seconds; a result recorded since then may be younger than what this run read from OneLogin
_FUTURE = 300.0  # seconds that an entry may be ahead of this machine's clock
_DELAY = 1.0  # seconds between claim and request that need no record
_NOT_YET_KNOWN = ""  # in place of an id


class DatabaseJournal:
    """The journal of one account. :class:`Journal` describes its methods.

    :param where: a database URL, or the path of an SQLite file.
    :param read_only: record nothing, as in check mode.
    :raises OneLoginError: ``invalid`` or ``unavailable`` if the database cannot be used.
    """

    def __init__(self, where: str, account: Account, clock: Clock, *, read_only: bool = False) -> None:
        self._read_only = read_only
        self._clock = clock
        self._began = self._now()
        self._store = Store(where)
        self._table = table = build_entries_table()
        self._devices = build_devices_table()
        self._runs = build_runs_table()
        try:
            self._account = self._store.do(lambda connection: self._begin(connection, account))
        except OneLoginError:
            self._store.close()
            raise
        # The statements that every person needs, built once: to build one costs more than to run it.
        column, parameter = table.c, sqlalchemy.bindparam
        self._entries_of_user = (
            table.select()
            .where(
                column.account == self._account, column.user_id == parameter("user"), column.kind == parameter("kind")
            )
            .order_by(column.id.desc())
        )
        self._insert = table.insert()
        self._change = table.update().where(column.id == parameter("entry"))

    @property
    def resets(self) -> DatabaseResets:
        """Return the resets of the account."""
        return DatabaseResets(self._store, self._account, self._clock)

    @property
    def device_records(self) -> DatabaseDeviceRecords:
        """Return the devices that audits last saw."""
        return DatabaseDeviceRecords(self._store, self._account)

    @property
    def warning(self) -> str | None:
        """Return a warning about the database for the reader."""
        return self._store.warning

    def claim(self, key: JournalKey, lifetime: float | None) -> Claim:
        """Claim a key before its request is sent; wait while another live run holds it."""
        claim = self._store.do(lambda connection: self._claim(connection, key, lifetime, waited=False))
        while claim is None:
            self._clock.sleep(_LOOK_AGAIN)
            claim = self._store.do(lambda connection: self._claim(connection, key, lifetime, waited=True))
        return claim

    def replace_claim(self, claim: Claim, key: JournalKey, lifetime: float | None, ended: str) -> Claim:
        """End the entry that is in the way, with ``ended`` as its status, and claim the key again."""
        self._record(claim, status=ended)
        return replace(self.claim(key, lifetime), accepted_id=None)  # the result of the ended entry does not count

    def record_sending(self, claim: Claim, lifetime: float | None) -> None:
        """Record that the request is sent now, if it was delayed: its message is valid for longer."""
        if lifetime and claim.expires_at and self._now() + lifetime > claim.expires_at + _DELAY:
            self._record(claim, expires_at=self._now() + lifetime)

    def find_pending(self, key: JournalKey) -> Claim | None:
        """Return the pending entry, if there is one, without a claim."""
        rows = self._store.do(lambda connection: self._read(connection, key))
        return next((_known(row) for row in rows if row.target == key.target and row.status == PENDING), None)

    def resolve_registration(self, key: JournalKey, device_id: str) -> str | None:
        """Return the id of the registration that created a device, if it is known; record an open one as accepted."""
        while (known := self._store.do(lambda at: self._resolve_registration(at, key, device_id))) == _NOT_YET_KNOWN:
            self._clock.sleep(_LOOK_AGAIN)
        return known

    def record_sent(
        self, claim: Claim, *, status: str, object_id: str | None, device_id: str | None, expires_at: str | None
    ) -> None:
        """Record the response to the request."""
        values: dict[str, Any] = {"status": status, "object_id": object_id, "device_id": device_id}
        expires = parse_timestamp(expires_at)
        if expires:
            values["expires_at"] = expires.timestamp()
        self._record(claim, **values)

    def mark_unknown(self, claim: Claim) -> None:
        """Record that the outcome of the request is unknown."""
        self._record(claim, status=UNCONFIRMED)

    def release(self, claim: Claim) -> None:
        """Remove the claim: nothing was sent."""
        delete = self._table.delete().where(self._table.c.id == claim.entry)
        self._store.do(lambda connection: connection.execute(delete))

    def record_outcome(
        self, kind: str, user_id: int, object_id: str | None, *, status: str, device_id: str | None
    ) -> None:
        """Record the status of a pending registration or verification."""
        if object_id is None or status == PENDING or self._read_only:
            return
        column = self._table.c
        query = self._table.select().where(
            column.account == self._account,
            column.kind == kind,
            column.user_id == user_id,
            column.object_id == object_id,
            column.status == PENDING,
        )

        def end(connection: Any) -> None:
            for row in connection.execute(query).all():
                self._update(connection, row.id, status=status, device_id=device_id)

        self._store.do(end)

    def has_replaced(self, key: JournalKey) -> bool:
        """Return whether a pending registration of the key was replaced by another."""
        rows = self._store.do(lambda connection: self._read(connection, key))
        return any(row.status == REPLACED and _is_of(row, key) for row in rows)

    def find_key(self, kind: str, user_id: int, object_id: str) -> JournalKey | None:
        """Return the key of a registration or verification; None if the journal does not know it."""
        key = JournalKey(kind, user_id, "", "", "")
        rows = self._store.do(lambda connection: self._read(connection, key))
        row = next((row for row in rows if row.object_id == object_id), None)
        return row and JournalKey(kind, user_id, row.user_name, row.target, row.auth_name, row.factor_name)

    def announce(self, concurrency: int) -> None:
        """Announce this run to the other runs on the account."""
        if not self._read_only:
            self._store.do(lambda connection: self._announce(connection, concurrency))

    def count_calls_in_progress(self) -> int:
        """Return how many API calls all live runs make at the same time; 0 if this is the only run."""
        alive = [row for row in self._store.do(self._live_runs) if row.concurrency]
        return sum(row.concurrency for row in alive) if len(alive) > 1 else 0

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def prune(self, days: float) -> int:
        """Remove entries that ended, or whose message expired, more than a number of days ago; return how many."""
        table, before = self._table, self._now() - days * 86400
        over = table.c.status.not_in(OPEN) | (table.c.expires_at < before)
        ours = (table.c.account == self._account, table.c.kind != REMINDER)
        delete = table.delete().where(*ours, table.c.updated_at < before, over)
        forget = self.device_records.build_forget_statement(before)

        def prune(connection: Any) -> int:
            connection.execute(forget)
            return int(connection.execute(delete).rowcount)

        return self._store.do(prune)

    def list_device_factors(self) -> Sequence[DeviceFactor]:
        """Return the factors of all devices that registrations of the account have left, or may still leave."""
        left, entry = self._devices.c, self._table.c
        shown = (left.user_id, left.device_id, left.factor_id, left.factor_name, left.auth_name)
        query = sqlalchemy.select(*shown).where(left.account == self._account)
        open_ = self._table.select().where(
            entry.account == self._account, entry.kind == "registration", entry.status.in_(OPEN), entry.target != ""
        )

        def read(connection: Any) -> list[DeviceFactor]:
            known = [DeviceFactor(*row) for row in connection.execute(query)]
            return known + [
                DeviceFactor(row.user_id, "", int(row.target), row.factor_name, row.auth_name)
                for row in connection.execute(open_)
            ]

        return self._store.do(read)

    def read_reminders(self, enrolled: Collection[int]) -> Mapping[int, ReminderHistory]:
        """Return the history of each user who has one; end the reminders of users who have a device."""

        def read(connection: Any) -> Mapping[int, ReminderHistory]:
            if not self._read_only:
                end_reminders(connection, self._account, enrolled, self._now())
            return read_histories(connection, self._account)

        return self._store.do(read)

    def claim_reminder(self, user_id: int, user_name: str, number: int) -> Claim | None:
        """Claim a reminder before it is sent; None if another run has sent as many."""
        key = JournalKey(REMINDER, user_id, user_name, str(number), "")

        def claim(connection: Any) -> Claim | None:
            sent = sum(row.status in COUNTED for row in self._read(connection, key))
            return None if sent >= number else self._new_claim(connection, key, None, ())

        return self._store.do(claim)

    def release_reminder(self, user_id: int, number: int) -> None:
        """Remove the claim of a reminder, which was not sent."""
        key = JournalKey(REMINDER, user_id, "", str(number), "")

        def release(connection: Any) -> None:
            for row in self._read(connection, key):
                if row.target == key.target and row.status in COUNTED:
                    connection.execute(self._table.delete().where(self._table.c.id == row.id))

        self._store.do(release)

    def _begin(self, connection: Any, account: Account) -> str:
        """Find the account, and announce this run before another run can give the account another name."""
        runs = self._store.runs
        name = identify(connection, account, runs.is_alive, read_only=self._read_only)
        self._refuse_the_future(connection, name)
        if not self._read_only:
            connection.execute(self._runs.insert().values(run=runs.own, account=name, concurrency=0))
        return name

    def _announce(self, connection: Any, concurrency: int) -> None:
        """Record the calls of this run, and remove the runs that have ended."""
        column, own = self._runs.c, self._store.runs.own
        alive = [row.run for row in self._live_runs(connection)]
        connection.execute(self._runs.delete().where(column.account == self._account, column.run.not_in(alive)))
        connection.execute(self._runs.update().where(column.run == own).values(concurrency=concurrency))

    def _live_runs(self, connection: Any) -> Sequence[Any]:
        found = connection.execute(self._runs.select().where(self._runs.c.account == self._account)).all()
        return [row for row in found if self._store.runs.is_alive(row.run, connection)]

    def _claim(self, connection: Any, key: JournalKey, lifetime: float | None, *, waited: bool) -> Claim | None:
        """Claim a key in one transaction; None while a live run holds it."""
        rows = [row for row in self._read(connection, key) if row.target == key.target]
        in_the_way = next((row for row in rows if row.status in OPEN), None)
        if in_the_way:
            return self._claim_of(connection, in_the_way)
        return Claim("finished") if waited else self._new_claim(connection, key, lifetime, rows)

    def _new_claim(self, connection: Any, key: JournalKey, lifetime: float | None, ended: Sequence[Any]) -> Claim:
        """Add an entry, and look at those of the same key that have ended."""
        now = self._now()
        expires_at = None if lifetime is None else now + lifetime
        entry = {
            "account": self._account,
            **vars(key),
            "status": CLAIMED,
            "requested_at": now,
            "expires_at": expires_at,
            "updated_at": now,
            "run": self._store.runs.own,
            "machine": platform.node(),
        }
        (number,) = connection.execute(self._insert, entry).inserted_primary_key
        recently_ended = any(row.updated_at > now - _LATELY for row in ended)
        accepted = (
            row.object_id
            for row in ended
            if row.status == ACCEPTED and self._began <= row.updated_at <= now + _FUTURE  # later: from a wrong clock
        )
        return Claim("claimed", number, None, expires_at, recently_ended, next(accepted, None))

    def _claim_of(self, connection: Any, row: Any) -> Claim | None:
        """Return the claim that follows from an open entry; None while a live run holds it."""
        if row.status == PENDING:
            return _known(row)
        if row.status == CLAIMED and self._store.runs.is_alive(row.run, connection):
            return None
        self._update(connection, row.id, status=UNCONFIRMED, run=self._store.runs.own)
        return Claim("unknown", row.id, None, row.expires_at)

    def _resolve_registration(self, connection: Any, key: JournalKey, device_id: str) -> str | None:
        rows = self._read(connection, key)
        candidates = [row for row in rows if _is_of(row, key)]
        if any(self._is_held_by_another(row, connection) for row in candidates):
            return _NOT_YET_KNOWN
        for row in rows:
            if row.device_id == device_id:
                return _id(row)
        return self._accept(connection, candidates, device_id)

    def _accept(self, connection: Any, candidates: Sequence[Any], device_id: str) -> str | None:
        """End the newest open entry, since its device exists."""
        for row in candidates:
            if self._may_have_been_sent(row):
                if not self._read_only:
                    self._update(connection, row.id, status=ACCEPTED, device_id=device_id)
                return _id(row)
        return None

    def _is_held_by_another(self, row: Any, connection: Any) -> bool:
        runs = self._store.runs
        return row.status == CLAIMED and row.run != runs.own and runs.is_alive(row.run, connection)

    def _may_have_been_sent(self, row: Any) -> bool:
        """Return whether an open entry can have led to a device. This run records its own outcomes itself."""
        return row.status in OPEN and (row.status != CLAIMED or row.run != self._store.runs.own)

    def _read(self, connection: Any, key: JournalKey) -> Sequence[Any]:
        """Return the entries of the key's user and kind, the newest first."""
        found: Sequence[Any] = connection.execute(self._entries_of_user, {"user": key.user_id, "kind": key.kind}).all()
        return found

    def _record(self, claim: Claim, **values: Any) -> None:
        self._store.do(lambda connection: self._update(connection, claim.entry, **values))

    def _update(self, connection: Any, entry: int, **values: Any) -> None:
        connection.execute(self._change, {"entry": entry, "updated_at": self._now(), **values})
        if values.get("status") == ACCEPTED and values.get("device_id"):
            self._keep_device(connection, entry)

    def _keep_device(self, connection: Any, entry: int) -> None:
        """Keep the factor of the device that a registration has left."""
        row = connection.execute(self._table.select().where(self._table.c.id == entry)).one()
        if row.kind != "registration" or not row.target:
            return
        hint_at_change(connection, row.account, row.user_id)
        column = self._devices.c
        where = (column.account == row.account, column.user_id == row.user_id, column.device_id == row.device_id)
        connection.execute(self._devices.delete().where(*where))
        names = ("account", "user_id", "device_id", "factor_name", "auth_name")
        values = {name: getattr(row, name) for name in names}
        connection.execute(self._devices.insert().values(factor_id=int(row.target), **values))

    def _refuse_the_future(self, connection: Any, account: str) -> None:
        """Refuse to work if an open entry of the account is ahead of the clock.

        :raises OneLoginError: ``invalid``.
        """
        column, now = self._table.c, self._now()
        ahead = self._table.select().where(
            column.account == account, column.status.in_(OPEN), column.updated_at > now + _FUTURE
        )
        row = connection.execute(ahead.order_by(column.updated_at.desc())).first()
        if row is None:
            return
        options = f"journal={shlex.quote(self._store.name)} user_id={row.user_id} kind={row.kind} state=absent"
        raise OneLoginError(
            "invalid",
            f"The journal has an open {row.kind} of user {row.user_id} ({row.user_name}) from"
            f" {format_epoch(row.updated_at)}, written by run {row.run} on {row.machine}, but the clock of this machine"
            f" says {format_epoch(now)}.",
            hint="Nothing was sent: with a wrong clock, a message that is still valid would be sent again. Correct the"
            f" clock. If the other machine's clock was wrong, remove the entry: ansible localhost -m"
            f" community.onelogin.mfa_journal -a {shlex.quote(options)}",
        )

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _known(row: Any) -> Claim:
    return Claim("pending", row.id, row.object_id, row.expires_at)


def _id(row: Any) -> str | None:
    return str(row.object_id) if row.object_id else None


def _is_of(row: Any, key: JournalKey) -> bool:
    """Return whether an entry is about the key's factor."""
    return bool(row.target == key.target)
