# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal in a database.

This file is private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._clock import Clock, parse_timestamp, timestamp
from ansible_collections.community.onelogin.plugins.module_utils._errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal import Claim, NoJournal, Work
from ansible_collections.community.onelogin.plugins.module_utils._journal_schema import (
    CLAIMED,
    OPEN,
    PENDING,
    UNCONFIRMED,
    entries,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal_store import Store, exists
from ansible_collections.community.onelogin.plugins.module_utils._mfa import Progress
from ansible_collections.community.onelogin.plugins.module_utils._sqlalchemy import sqlalchemy

__all__ = ["DatabaseJournal", "exists"]

_LOOK_AGAIN = 0.25  # seconds between looks at a claim that another run holds
_LATELY = 3600.0  # seconds; an end noted since then may be younger than what this run read from OneLogin
_FUTURE = 300.0  # seconds that an entry may be ahead of this machine's clock
_DELAY = 1.0  # seconds between claim and request that need no note


class DatabaseJournal(NoJournal):
    """The journal of one account.

    :param where: a database URL, or the path of an SQLite file.
    :param account: the host of the account.
    :param read_only: note nothing, as in check mode.
    :raises OneLoginError: where it cannot serve.
    """

    def __init__(self, where: str, account: str, clock: Clock, *, read_only: bool = False) -> None:
        self._account = account
        self._read_only = read_only
        self._clock = clock
        self._store = Store(where)
        self._table = table = entries()
        # The statements that every person takes, made once: making one costs more than running it.
        column, given = table.c, sqlalchemy.bindparam
        self._user_entries = (
            table.select()
            .where(column.account == account, column.kind == given("kind"), column.user_id == given("user"))
            .order_by(column.id.desc())
        )
        self._new_entry = table.insert().returning(column.id)
        self._changes: dict[frozenset[str], Any] = {}
        try:
            self._refuse_the_future()
        except OneLoginError:
            self._store.close()
            raise

    def claim(self, work: Work, lifetime: float | None) -> Claim:
        """Claim work before its request leaves; waits while another live run holds it.

        :param lifetime: seconds for which a message sent now is good; None where none is sent.
        """
        waited = False
        while True:
            claim = self._store.do(lambda connection: self._claim(connection, work, lifetime))
            if claim:
                return Claim("again") if waited and claim.state == "mine" and self._undo(claim) else claim
            waited = True
            self._clock.sleep(_LOOK_AGAIN)

    def renew(self, claim: Claim, work: Work, lifetime: float | None, ended: str) -> Claim:
        """End what stood in the way, as ``ended``, and claim the work anew."""
        self._set(claim, status=ended)
        return self.claim(work, lifetime)

    def sending(self, claim: Claim, lifetime: float | None) -> None:
        """Note that the request leaves only now, where it had to wait: its message is good for that much longer."""
        if lifetime and claim.expires_at and self._now() + lifetime > claim.expires_at + _DELAY:
            self._set(claim, expires_at=self._now() + lifetime)

    def peek(self, work: Work) -> str | None:
        """The id of what is pending, without claiming anything."""
        row = self._store.do(lambda connection: self._open(connection, work))
        return row.object_id if row is not None and row.status == PENDING else None

    def recall(self, work: Work, device_id: str) -> str | None:
        """The id of the registration that a device came from, where it is known.

        Waits while another live run is about to note it.
        """
        while self._store.do(lambda connection: self._is_being_made(connection, work)):
            self._clock.sleep(_LOOK_AGAIN)
        return self._store.do(lambda connection: self._recall(connection, work, device_id))

    def complete(self, claim: Claim, progress: Progress) -> None:
        """Note the answer to the request."""
        values: dict[str, Any] = {"status": progress.status, "object_id": progress.id, "device_id": progress.device_id}
        expires = parse_timestamp(progress.expires_at)
        if expires:
            values["expires_at"] = expires.timestamp()
        self._set(claim, **values)

    def leave_open(self, claim: Claim) -> None:
        """Note that the request's outcome is not known."""
        self._set(claim, status=UNCONFIRMED)

    def drop(self, claim: Claim) -> None:
        """Take the claim back: nothing was sent."""
        self._undo(claim)

    def settle(self, kind: str, user_id: int, object_id: str | None, progress: Progress) -> None:
        """Note to what end something pending has come."""
        if object_id is None or progress.status == PENDING or self._read_only:
            return
        table = self._table
        update = (
            table.update()
            .where(
                table.c.account == self._account,
                table.c.kind == kind,
                table.c.user_id == user_id,
                table.c.object_id == object_id,
                table.c.status == PENDING,
            )
            .values(status=progress.status, device_id=progress.device_id, updated_at=self._now())
        )
        self._store.do(lambda connection: connection.execute(update).rowcount)

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def prune(self, days: float) -> int:
        """Remove entries that ended, or whose message expired, more than so many days ago; returns how many."""
        table, before = self._table, self._now() - days * 86400
        over = table.c.status.not_in(OPEN) | (table.c.expires_at < before)
        delete = table.delete().where(table.c.account == self._account, table.c.updated_at < before, over)
        return self._store.do(lambda connection: int(connection.execute(delete).rowcount))

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """All entries of the account, or of all accounts where none is named, oldest first, as people read them."""
        query = self._table.select().order_by(self._table.c.id)
        if self._account:
            query = query.where(self._table.c.account == self._account)
        now = self._now()

        def read(connection: Any) -> list[Mapping[str, Any]]:
            return [self._readable(row, now, connection) for row in connection.execute(query)]

        return self._store.do(read)

    def _readable(self, row: Any, now: float, connection: Any) -> Mapping[str, Any]:
        status = row.status
        if status == CLAIMED and not self._store.runs.is_alive(row.run, connection):
            status = UNCONFIRMED
        return {
            "account": row.account,
            "kind": row.kind,
            "user_id": row.user_id,
            "user": row.user_name,
            "factor": row.auth_name,
            "id": row.object_id,
            "device_id": row.device_id,
            "status": status,
            "requested_at": _text(row.requested_at),
            "expires_at": None if row.expires_at is None else _text(row.expires_at),
            "updated_at": _text(row.updated_at),
            "age": max(0, int(now - row.requested_at)),
            "run": row.run,
        }

    def _claim(self, connection: Any, work: Work, lifetime: float | None) -> Claim | None:
        """One look at the work's entries; None while another live run holds it."""
        mine = [row for row in self._of_user(connection, work) if row.target == work.target]
        row = next((row for row in mine if row.status in OPEN), None)
        if row is None:
            lately = any(row.updated_at > self._now() - _LATELY for row in mine)
            return self._insert(connection, work, lifetime, lately)
        if row.status == PENDING:
            return Claim("known", row.id, row.object_id, row.expires_at)
        if row.status == CLAIMED and self._store.runs.is_alive(row.run, connection):
            return None
        self._update(connection, row.id, {"status": UNCONFIRMED, "run": self._store.runs.own})
        return Claim("unsure", row.id, None, row.expires_at)

    def _insert(self, connection: Any, work: Work, lifetime: float | None, lately: bool) -> Claim:
        now = self._now()
        expires_at = None if lifetime is None else now + lifetime
        values = {
            "account": self._account,
            **vars(work),
            "status": CLAIMED,
            "requested_at": now,
            "expires_at": expires_at,
            "updated_at": now,
            "run": self._store.runs.own,
        }
        entry = connection.execute(self._new_entry, values).scalar_one()
        return Claim("mine", entry, None, expires_at, lately=lately)

    def _open(self, connection: Any, work: Work) -> Any:
        mine = (row for row in self._of_user(connection, work) if row.target == work.target)
        return next((row for row in mine if row.status in OPEN), None)

    def _is_being_made(self, connection: Any, work: Work) -> bool:
        """Whether another live run has claimed the work, or what may be the work."""
        own, alive = self._store.runs.own, self._store.runs.is_alive
        return any(
            row.status == CLAIMED and row.run != own and _may_be(row, work) and alive(row.run, connection)
            for row in self._of_user(connection, work)
        )

    def _of_user(self, connection: Any, work: Work) -> Sequence[Any]:
        """The user's entries of the same kind, the newest first."""
        found: Sequence[Any] = connection.execute(self._user_entries, {"kind": work.kind, "user": work.user_id}).all()
        return found

    def _recall(self, connection: Any, work: Work, device_id: str) -> str | None:
        for row in self._of_user(connection, work):
            if row.device_id == device_id:
                return str(row.object_id) if row.object_id else None
            if row.status == CLAIMED and row.run == self._store.runs.own:
                continue  # it is this run's, which has sent nothing yet or will note the outcome itself
            if row.status in OPEN and _may_be(row, work):
                # The device is what it has led to.
                if not self._read_only:
                    self._update(connection, row.id, {"status": "accepted", "device_id": device_id})
                return str(row.object_id) if row.object_id else None
        return None

    def _set(self, claim: Claim, **values: Any) -> None:
        self._store.do(lambda connection: self._update(connection, claim.entry, values))

    def _update(self, connection: Any, entry: int, values: Mapping[str, Any]) -> None:
        names, given = frozenset(values) | {"updated_at"}, sqlalchemy.bindparam
        if names not in self._changes:
            new: dict[str, Any] = {name: given(f"new_{name}") for name in names}
            self._changes[names] = self._table.update().where(self._table.c.id == given("entry")).values(new)
        new_values = {f"new_{name}": value for name, value in {**values, "updated_at": self._now()}.items()}
        connection.execute(self._changes[names], {"entry": entry, **new_values})

    def _undo(self, claim: Claim) -> bool:
        delete = self._table.delete().where(self._table.c.id == claim.entry)
        return self._store.do(lambda connection: bool(connection.execute(delete).rowcount))

    def _refuse_the_future(self) -> None:
        newest = sqlalchemy.select(sqlalchemy.func.max(self._table.c.updated_at))
        latest = self._store.do(lambda connection: connection.execute(newest).scalar())
        if latest is not None and latest > self._now() + _FUTURE:
            raise OneLoginError(
                "invalid",
                f"The journal has an entry of {_text(latest)}, and this machine's clock says {_text(self._now())}.",
                hint="Set the clock right: by a wrong one, a message that is still good would be sent again.",
            )

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _may_be(row: Any, work: Work) -> bool:
    """Whether an entry is of the work's factor, as far as that can be told: a device does not bear the factor's id."""
    return work.target in ("", row.target) and row.auth_name.lower() == work.auth_name.lower()


def _text(moment: float) -> str:
    return timestamp(datetime.fromtimestamp(moment, timezone.utc))
