# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reminders: when one is due, and which run claims it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._journal.database import DatabaseJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import (
    Account,
    JournalKey,
    ReminderHistory,
)
from ansible_collections.community.onelogin.plugins.module_utils._operations import journal as journal_operations
from ansible_collections.community.onelogin.plugins.module_utils._operations.reminder import (
    FIND,
    Schedule,
    build_reminding,
)

from tests.unit.harness import Call, Reply, Script, reply, run

TODAY = date(2026, 11, 27)
ANN = {"user_id": 7, "email": "ann@example.com", "username": "ann", "name": "Ann", "number": 2}


def at(days: float) -> float:
    """The time at noon a number of days before today, in seconds."""
    return (datetime(2026, 11, 27, 12, tzinfo=timezone.utc).astimezone() - timedelta(days=days)).timestamp()


@pytest.mark.parametrize(
    ("schedule", "history", "created", "expected"),
    [
        (Schedule(), ReminderHistory(), None, ("due", None)),
        (Schedule(), ReminderHistory(), 0, ("due", None)),
        (Schedule(grace_days=3), ReminderHistory(), 2, ("waiting", 1)),
        (Schedule(grace_days=3), ReminderHistory(), 3, ("due", None)),
        (Schedule(grace_days=3), ReminderHistory(enrolled=at(1)), 90, ("waiting", 2)),
        (Schedule(), ReminderHistory(1, at(0)), 90, ("waiting", 7)),
        (Schedule(), ReminderHistory(1, at(6)), 90, ("waiting", 1)),
        # Hours do not count: the job began a little earlier today than a week ago.
        (Schedule(), ReminderHistory(1, at(6.6)), 90, ("due", None)),
        (Schedule(every_days=1, most=2), ReminderHistory(2, at(0)), 90, ("waiting", 1)),
        (Schedule(every_days=1, most=2), ReminderHistory(2, at(1)), 90, ("escalate", None)),
        (Schedule(every_days=1, most=3), ReminderHistory(2, at(1)), 90, ("due", None)),
    ],
)
def test_when_a_reminder_is_due(
    schedule: Schedule, history: ReminderHistory, created: int | None, expected: tuple[str, int | None]
) -> None:
    since = None if created is None else datetime.fromtimestamp(at(created), timezone.utc)
    status, days = expected
    day = None if days is None else TODAY + timedelta(days=days)
    assert schedule.decide(history, since, TODAY) == (status, day)


class Journals:
    """Journals of several runs on one file."""

    def __init__(self, where: Path) -> None:
        self.where = where
        self.opened: list[DatabaseJournal] = []

    def __call__(self, *, read_only: bool = False) -> DatabaseJournal:
        self.opened.append(
            DatabaseJournal(str(self.where), Account("acme.onelogin.com", "us", 1), Clock(), read_only=read_only)
        )
        return self.opened[-1]


@pytest.fixture
def journals(tmp_path: Path) -> Iterator[Journals]:
    """Journals, closed at the end."""
    made = Journals(tmp_path / "journal.sqlite")
    yield made
    for journal in made.opened:
        journal.close()


def test_of_two_runs_one_sends_a_reminder(journals: Journals) -> None:
    one, other = journals(), journals()
    claim = one.claim_reminder(7, "ann", 1)
    assert claim
    assert (other.claim_reminder(7, "ann", 1), other.read_reminders(()).get(7, ReminderHistory()).count) == (None, 1)
    one.release(claim)
    assert other.claim_reminder(7, "ann", 1)
    assert (one.claim_reminder(7, "ann", 1), bool(one.claim_reminder(7, "ann", 2))) == (None, True)


def test_a_claim_of_an_interrupted_run_counts_and_is_kept(journals: Journals) -> None:
    dead = journals()
    dead.claim_reminder(7, "ann", 1)
    dead.close()
    run = journals()
    run.prune(0)
    assert (run.read_reminders(()).get(7, ReminderHistory()).count, run.claim_reminder(7, "ann", 1)) == (1, None)
    run.release_reminder(7, 1)
    assert run.claim_reminder(7, "ann", 1)


def test_the_count_restarts_after_the_person_had_a_device(journals: Journals) -> None:
    run = journals()
    for number in (1, 2):
        run.claim_reminder(7, "ann", number)
        run.claim_reminder(8, "ben", number)
    run.claim(JournalKey("registration", 7, "ann", "1", "SMS"), None)
    assert journals(read_only=True).read_reminders({7})[7].count == 2, "in check mode, nothing changes"
    found = run.read_reminders({7, 9})
    assert (found[7].count, found[7].last, found[8].count, 9 in found) == (0, None, 2, False)
    assert found[7].enrolled
    assert run.claim_reminder(7, "ann", 1)


@pytest.mark.usefixtures("clock")
def test_a_reminder_that_was_sent_counts(script: Script, tmp_path: Path) -> None:
    """Without a sender, as for a task file."""

    def server(call: Call) -> Reply:
        if call.path.startswith("/auth/"):
            return reply(200, {"access_token": "t", "account_id": 1, "expires_in": 36000, "token_type": "bearer"})
        return reply(
            200, [] if call.path.endswith("/devices") else [{"id": 7, "email": "ann@example.com", "status": 1}]
        )

    script.server = server
    journal = {"journal": str(tmp_path / "journal.sqlite"), "access_token": None}
    sent = run(build_reminding(None), {"batch": [{"user_id": 7, "person": ANN}], **journal})
    assert (sent["summary"], sent["results"][0]["changed"]) == ({"reminded": 1}, True)
    (found,) = run(FIND, {"batch": [{"user_id": 7}], **journal})["results"]
    assert (found["reminder"]["status"], found["reminder"]["sent"], found["reminder"]["number"]) == ("waiting", 1, 2)
    (entry,) = run(journal_operations.INFO, {"journal": journal["journal"]})["entries"]
    assert (entry["kind"], entry["status"]) == ("reminder", "sent")


class _Sender:
    """A sender that fails in one of two ways, or in none."""

    def __init__(self, check: OneLoginError | None, send: Exception | None) -> None:
        self._errors = {"check": check, "send": send}
        self.asked: list[tuple[str, Any]] = []

    def _ask(self, what: str, person: Mapping[str, Any]) -> None:
        self.asked.append((what, person["user_id"]))
        if error := self._errors[what]:
            raise error

    def check(self, person: Mapping[str, Any]) -> None:
        self._ask("check", person)

    def send(self, person: Mapping[str, Any]) -> None:
        self._ask("send", person)


NO_SERVER = OneLoginError("unavailable", "The mail server cannot be reached.")
ROW = {"user_id": 7, "email": "ann@example.com", "username": "ann", "name": "Ann", "number": 1}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("check", "send", "code", "asked", "status", "second"),
    [
        (None, None, None, ["check", "send"], "sent", "waiting"),
        (NO_SERVER, None, "unavailable", ["check"], None, "reminded"),
        (None, NO_SERVER, "unavailable", ["check", "send"], None, "reminded"),
        (None, OutcomeUnknown(NO_SERVER), "unconfirmed", ["check", "send"], "unconfirmed", "waiting"),
    ],
)
def test_a_reminder_is_sent_at_most_once(
    script: Script,
    tmp_path: Path,
    check: OneLoginError | None,
    send: Exception | None,
    code: str | None,
    asked: list[str],
    status: str | None,
    second: str,
) -> None:
    token = {"access_token": "t", "account_id": 1, "expires_in": 36000, "token_type": "bearer"}
    script.server = lambda _call: reply(200, token)
    journal = str(tmp_path / "journal.sqlite")
    options = {"batch": [{"user_id": 7, "person": ROW}], "journal": journal, "access_token": None}
    sender = _Sender(check, send)
    (row,) = run(build_reminding(sender), options)["results"]
    assert (row["failed"], row["changed"], (row.get("error") or {}).get("code")) == (bool(code), not code, code)
    assert sender.asked == [(what, 7) for what in asked]
    if not code:
        assert (row["msg"], row["reminder"]) == ("Reminder 1 was sent.", {**ROW, "status": "reminded"})
    assert [its["status"] for its in run(journal_operations.INFO, {"journal": journal})["entries"]] == [
        *([status] if status else [])
    ]

    (again,) = run(build_reminding(_Sender(None, None)), options)["results"]
    assert again["reminder"]["status"] == second
    assert again["msg"] == ("Another run has sent this reminder." if second == "waiting" else "Reminder 1 was sent.")
