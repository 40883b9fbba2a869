# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal in a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock, parse_timestamp, timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Claim, JournalKey
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import (
    CLAIMED,
    OPEN,
    UNCONFIRMED,
    entries,
    runs,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

_LOOK_AGAIN = 0.25  # seconds between looks at a claim that another run holds
_LATELY = 3600.0  # seconds; an end noted since then may be younger than what this run read from OneLogin
_FUTURE = 300.0  # seconds that an entry may be ahead of this machine's clock
_DELAY = 1.0  # seconds between claim and request that need no note
_BEING_MADE = ""  # in the place of an id


class DatabaseJournal:
    """The journal of one account.

    :param where: a database URL, or the path of an SQLite file.
    :param account: the host of the account.
    :param read_only: note nothing, as in check mode.
    :raises OneLoginError: where it cannot serve.
    """

    is_there = True

    def __init__(self, where: str, account: str, clock: Clock, *, read_only: bool = False) -> None:
        self._account = account
        self._read_only = read_only
        self._clock = clock
        self._began = self._now()
        self._store = Store(where)
        self._table = table = entries()
        self._runs = runs()
        # The statements that every person takes, made once: making one costs more than running it.
        column, given = table.c, sqlalchemy.bindparam
        self._users_entries = (
            table.select()
            .where(column.account == account, column.user_id.in_(given("users", expanding=True)))
            .order_by(column.id.desc())
        )
        self._new_entries = table.insert().returning(column.id, sort_by_parameter_order=True)
        self._changes: dict[tuple[str, ...], Any] = {}
        try:
            self._refuse_the_future()
        except OneLoginError:
            self._store.close()
            raise

    def claim(self, work: JournalKey, lifetime: float | None) -> Claim:
        """Claim work before its request leaves; waits while another live run holds it.

        :param lifetime: seconds for which a message sent now is good; None where none is sent.
        """
        waited = False
        while True:
            claim = self._store.do_with_others(self._claims, (work, lifetime))
            if claim:
                return Claim("again") if waited and claim.state == "mine" and self._undo(claim) else claim
            waited = True
            self._clock.sleep(_LOOK_AGAIN)

    def renew(self, claim: Claim, work: JournalKey, lifetime: float | None, ended: str) -> Claim:
        """End what stood in the way, as ``ended``, and claim the work anew."""
        self._set(claim, status=ended)
        return replace(self.claim(work, lifetime), answered=None)  # whatever it was, it does not count

    def sending(self, claim: Claim, lifetime: float | None) -> None:
        """Note that the request leaves only now, where it had to wait: its message is good for that much longer."""
        if lifetime and claim.expires_at and self._now() + lifetime > claim.expires_at + _DELAY:
            self._set(claim, expires_at=self._now() + lifetime)

    def peek(self, work: JournalKey) -> Claim | None:
        """What is pending, without claiming anything."""
        return self._store.do_with_others(self._pending, work)

    def recall(self, work: JournalKey, device_id: str) -> str | None:
        """The id of the registration that a device came from, where it is known.

        Waits while another live run is about to note it.
        """
        while (known := self._store.do_with_others(self._recalls, (work, device_id))) is _BEING_MADE:
            self._clock.sleep(_LOOK_AGAIN)
        return known or None

    def record_sent(
        self, claim: Claim, *, status: str, object_id: str | None, device_id: str | None, expires_at: str | None
    ) -> None:
        """Record the response to the request."""
        values: dict[str, Any] = {"status": status, "object_id": object_id, "device_id": device_id}
        expires = parse_timestamp(expires_at)
        if expires:
            values["expires_at"] = expires.timestamp()
        self._set(claim, **values)

    def mark_unknown(self, claim: Claim) -> None:
        """Note that the request's outcome is not known."""
        self._set(claim, status=UNCONFIRMED)

    def release(self, claim: Claim) -> None:
        """Take the claim back: nothing was sent."""
        self._undo(claim)

    def record_outcome(
        self, kind: str, user_id: int, object_id: str | None, *, status: str, device_id: str | None
    ) -> None:
        """Record the status of a pending registration or verification."""
        if object_id is None or status == PENDING or self._read_only:
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
            .values(status=status, device_id=device_id, updated_at=self._now())
        )
        self._store.do(lambda connection: connection.execute(update).rowcount)

    def enter(self, concurrency: int) -> None:
        """Let other runs on the account know of this one.

        :param concurrency: calls that it has under way at a time.
        """
        if not self._read_only:
            self._store.do(lambda connection: self._enter(connection, concurrency))

    def calls_under_way(self) -> int:
        """Calls that live runs on the account may have under way together; 0 where this is the only one."""
        alive = self._store.do(self._live_runs)
        return sum(row.concurrency for row in alive) if len(alive) > 1 else 0

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

    def _enter(self, connection: Any, concurrency: int) -> None:
        """Put this run among the live ones, in the place of those that have ended."""
        column, own = self._runs.c, self._store.runs.own
        alive = [row.run for row in self._live_runs(connection)]
        connection.execute(self._runs.delete().where(column.account == self._account, column.run.not_in(alive)))
        connection.execute(self._runs.insert().values(run=own, account=self._account, concurrency=concurrency))

    def _live_runs(self, connection: Any) -> Sequence[Any]:
        found = connection.execute(self._runs.select().where(self._runs.c.account == self._account)).all()
        return [row for row in found if self._store.runs.is_alive(row.run, connection)]

    def _claims(self, connection: Any, asked: Sequence[tuple[JournalKey, float | None]]) -> list[Claim | None]:
        """One look at each work's entries; None for work that another live run, or another of these, holds."""
        entries_of = self._read(connection, [work for work, _lifetime in asked])
        answers: list[Claim | None] = []
        new: dict[JournalKey, dict[str, Any]] = {}
        for work, lifetime in asked:
            mine = [row for row in entries_of[work.user_id] if _is_for(row, work)]
            row = next((row for row in mine if row.status in OPEN), None)
            if row is None and work not in new:
                new[work] = self._entry(work, lifetime)
                lately = any(row.updated_at > self._now() - _LATELY for row in mine)
                answered = next((row.object_id for row in mine if self._was_answered_meanwhile(row)), None)
                answers.append(Claim("mine", 0, None, new[work]["expires_at"], lately, answered))
            else:
                answers.append(None if row is None else self._standing(connection, row))
        numbers = iter(connection.execute(self._new_entries, list(new.values())).scalars() if new else ())
        return [replace(claim, entry=next(numbers)) if claim and claim.state == "mine" else claim for claim in answers]

    def _was_answered_meanwhile(self, row: Any) -> bool:
        return bool(row.status == ACCEPTED and row.updated_at >= self._began)

    def _standing(self, connection: Any, row: Any) -> Claim | None:
        """What an open entry means for those who ask for the same; None where a live run holds it."""
        if row.status == PENDING:
            return _known(row)
        if row.status == CLAIMED and self._store.runs.is_alive(row.run, connection):
            return None
        self._update(connection, [(row.id, {"status": UNCONFIRMED, "run": self._store.runs.own})])
        return Claim("unsure", row.id, None, row.expires_at)

    def _entry(self, work: JournalKey, lifetime: float | None) -> dict[str, Any]:
        now = self._now()
        return {
            "account": self._account,
            **vars(work),
            "status": CLAIMED,
            "requested_at": now,
            "expires_at": None if lifetime is None else now + lifetime,
            "updated_at": now,
            "run": self._store.runs.own,
        }

    def _pending(self, connection: Any, works: Sequence[JournalKey]) -> list[Claim | None]:
        entries_of = self._read(connection, works)
        return [
            next((_known(r) for r in entries_of[work.user_id] if _is_for(r, work) and r.status == PENDING), None)
            for work in works
        ]

    def _recalls(self, connection: Any, asked: Sequence[tuple[JournalKey, str]]) -> list[str | None]:
        entries_of = self._read(connection, [work for work, _device in asked])
        return [self._recall(connection, entries_of[work.user_id], work, device) for work, device in asked]

    def _recall(self, connection: Any, rows: Sequence[Any], work: JournalKey, device_id: str) -> str | None:
        rows = [row for row in rows if row.kind == work.kind]
        own, is_alive = self._store.runs.own, self._store.runs.is_alive
        candidates = [row for row in rows if _may_be(row, work)]
        if any(row.status == CLAIMED and row.run != own and is_alive(row.run, connection) for row in candidates):
            return _BEING_MADE
        for row in rows:
            if row.device_id == device_id:
                return _id(row)
        for row in candidates:
            if row.status == CLAIMED and row.run == own:
                continue  # it is this run's, which has sent nothing yet or will note the outcome itself
            if row.status in OPEN:
                # The device is what it has led to.
                if not self._read_only:
                    self._update(connection, [(row.id, {"status": ACCEPTED, "device_id": device_id})])
                return _id(row)
        return None

    def _read(self, connection: Any, works: Sequence[JournalKey]) -> Mapping[int, Sequence[Any]]:
        """The entries of the works' users, by user, the newest first."""
        entries_of: dict[int, list[Any]] = {work.user_id: [] for work in works}
        for row in connection.execute(self._users_entries, {"users": list(entries_of)}):
            entries_of[row.user_id].append(row)
        return entries_of

    def _set(self, claim: Claim, **values: Any) -> None:
        self._store.do_with_others(self._update, (claim.entry, values))

    def _update(self, connection: Any, changes: Sequence[tuple[int, Mapping[str, Any]]]) -> Sequence[None]:
        now, given, alike = self._now(), sqlalchemy.bindparam, defaultdict(list)
        for entry, values in changes:
            new = {**values, "updated_at": now}
            alike[tuple(new)].append({"entry": entry, **{f"new_{name}": value for name, value in new.items()}})
        for names, rows in alike.items():
            if names not in self._changes:
                new_values: dict[str, Any] = {name: given(f"new_{name}") for name in names}
                self._changes[names] = self._table.update().where(self._table.c.id == given("entry")).values(new_values)
            connection.execute(self._changes[names], rows)
        return [None] * len(changes)

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


def _known(row: Any) -> Claim:
    return Claim("known", row.id, row.object_id, row.expires_at)


def _id(row: Any) -> str | None:
    return str(row.object_id) if row.object_id else None


def _is_for(row: Any, work: JournalKey) -> bool:
    return bool(row.kind == work.kind and row.target == work.target)


def _may_be(row: Any, work: JournalKey) -> bool:
    """Whether an entry is of the work's factor, as far as that can be told: a device does not bear the factor's id."""
    return work.target in ("", row.target) and row.auth_name.lower() == work.auth_name.lower()


def _text(moment: float) -> str:
    return timestamp(datetime.fromtimestamp(moment, timezone.utc))
