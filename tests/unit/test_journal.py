# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal on its own: what is hard to bring about with whole playbooks."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import State
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._engine.at_most_once import Sending, start
from ansible_collections.community.onelogin.plugins.module_utils._journal import store as _journal_store
from ansible_collections.community.onelogin.plugins.module_utils._journal.database import DatabaseJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Claim, Journal, JournalKey
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import STEPS, upgrade
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

SMS = JournalKey("registration", 7, "kelly", "1", "SMS")
Open = Callable[..., DatabaseJournal]


class HeldClock(Clock):
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, tzinfo=UTC)

    def now(self) -> datetime:
        """The time it was given."""
        return self.time

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HeldClock:
    """The clock of the test."""
    return HeldClock()


@pytest.fixture
def journal_of(tmp_path: Path, clock: HeldClock) -> Iterator[Open]:
    """Opens the journal as one more run."""
    opened: list[DatabaseJournal] = []

    def _open(account: str = "acme", **options: Any) -> DatabaseJournal:
        opened.append(DatabaseJournal(str(tmp_path / "journal.sqlite"), account, clock, **options))
        return opened[-1]

    yield _open
    for journal in opened:
        journal.close()


def sending(post: Callable[[Callable[[], None]], State], **changed: Any) -> Sending:
    """A registration that sends a message and of which OneLogin knows nothing beforehand."""
    values: dict[str, Any] = {"sends_message": True, "lifetime": 120, "get": lambda _id: None, "effect": lambda: None}
    return Sending(SMS, post=post, **{**values, **changed})


def context(journal: Journal, clock: Clock, retries: int = 2) -> Any:
    """As much of a context as sending looks at."""
    client = SimpleNamespace(connection=SimpleNamespace(retries=retries, request_timeout=30.0))
    return SimpleNamespace(journal=journal, clock=clock, client=client, check_mode=False)


def record(journal: DatabaseJournal, claim: Claim, object_id: str, status: str, device_id: str | None = None) -> None:
    """Record a response that does not say when the message expires."""
    journal.record_sent(claim, status=status, object_id=object_id, device_id=device_id, expires_at=None)


def test_runs_know_how_many_calls_they_have_under_way_together(journal_of: Open) -> None:
    first, second, plan = journal_of(), journal_of(), journal_of(read_only=True)
    first.enter(8)
    assert first.calls_under_way() == 0
    second.enter(16)
    plan.enter(32)
    assert first.calls_under_way() == second.calls_under_way() == 24
    second.close()
    assert first.calls_under_way() == 0


def test_a_message_that_left_late_is_good_for_longer(journal_of: Open, clock: HeldClock) -> None:
    """The hourly limit held the request back for ten minutes, and then the run died."""
    first = journal_of()

    def post(leaving: Callable[[], None]) -> State:
        clock.pass_by(600)
        leaving()
        raise OutcomeUnknown(OneLoginError("unavailable", "It broke."))

    with pytest.raises(OutcomeUnknown) as unknown:
        start(sending(post), context(first, clock))
    assert "2026-11-22T00:12:30Z" in unknown.value.hint
    first.close()
    clock.pass_by(149)
    second = journal_of()
    made: list[int] = []

    def post_again(leaving: Callable[[], None]) -> State:
        made.append(1)
        return State("two", "pending")

    with pytest.raises(OutcomeUnknown) as unknown:
        start(sending(post_again), context(second, clock))
    assert "2026-11-22T00:12:30Z" in unknown.value.hint
    assert not made
    clock.pass_by(2)
    assert start(sending(post_again), context(second, clock)).instead_of == "unconfirmed and expired"
    assert made == [1]


def test_what_sends_no_message_is_repeated_at_once(journal_of: Open, clock: HeldClock) -> None:
    first = journal_of()
    first.claim(SMS, None)
    first.close()
    started = start(sending(lambda _leaving: State("x", "pending"), sends_message=False), context(journal_of(), clock))
    assert started.state.id == "x"
    assert [row["status"] for row in journal_of().rows()] == ["unknown", "pending"]


def test_an_id_that_cannot_be_noted_is_handed_to_the_reader(
    journal_of: Open, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = journal_of()

    def full(*_args: object, **_values: object) -> None:
        raise OneLoginError("unavailable", "The journal cannot be used: disk full")

    monkeypatch.setattr(journal, "record_sent", full)
    with pytest.raises(OneLoginError) as error:
        start(sending(lambda _leaving: State("the-id", "pending")), context(journal, clock))
    assert "The registration the-id is made, but could not be noted." in error.value.message
    assert "registration_id the-id" in error.value.hint


def test_a_refusal_leaves_no_claim(journal_of: Open, clock: HeldClock) -> None:
    def refused(_leaving: Callable[[], None]) -> State:
        raise OneLoginError("invalid", "No.")

    journal = journal_of()
    with pytest.raises(OneLoginError, match="No"):
        start(sending(refused), context(journal, clock))
    assert journal.rows() == []


def test_a_refusal_after_a_try_of_unknown_outcome_settles_nothing(journal_of: Open, clock: HeldClock) -> None:
    tries = iter([OutcomeUnknown(OneLoginError("unavailable", "It broke.")), OneLoginError("forbidden", "No.")])

    def refused(_leaving: Callable[[], None]) -> State:
        raise next(tries)

    journal = journal_of()
    with pytest.raises(OutcomeUnknown, match="It broke"):
        start(sending(refused, sends_message=False), context(journal, clock, retries=3))
    assert [row["status"] for row in journal.rows()] == ["unconfirmed"]


def test_a_device_is_waited_with_until_its_maker_has_noted_it(journal_of: Open) -> None:
    """Another run reads the devices between OneLogin's making one and this run's hearing of it."""
    maker, reader = journal_of(), journal_of()
    claim = maker.claim(SMS, None)
    threading.Timer(0.4, lambda: record(maker, claim, "its-id", "accepted", device_id="9")).start()
    assert reader.recall(SMS, "9") == "its-id"


def test_a_claim_left_behind_takes_no_device_that_is_another_s(journal_of: Open) -> None:
    """A run died between its claim and its look at what another one had done meanwhile."""
    first, second, third = journal_of(), journal_of(), journal_of()
    record(first, first.claim(SMS, 150), "its-id", "accepted", device_id="9")
    second.claim(SMS, 150)
    second.close()
    assert third.recall(SMS, "9") == "its-id"
    assert [row["status"] for row in third.rows()] == ["accepted", "unconfirmed"]


def test_a_claim_is_waited_for_and_then_looked_at(journal_of: Open) -> None:
    first, second = journal_of(), journal_of()
    claim = first.claim(SMS, 120)
    threading.Timer(0.4, lambda: record(first, claim, "its-id", "pending")).start()
    known = second.claim(SMS, 120)
    assert (known.state, known.object_id) == ("known", "its-id")


def test_what_another_run_has_seen_answered_since_counts(journal_of: Open, clock: HeldClock) -> None:
    """Two runs have the same code: one has confirmed the challenge with it before the other comes to claim it."""
    challenge = JournalKey("verification", 7, "kelly", "1", "SMS")
    sender = journal_of()
    record(sender, sender.claim(challenge, 120), "its-id", "pending")
    clock.pass_by(5)
    slow = journal_of()
    clock.pass_by(1)
    sender.record_outcome("verification", 7, "its-id", status="accepted", device_id=None)
    asked = Sending(
        challenge,
        sends_message=True,
        lifetime=120,
        post=lambda _on_send: pytest.fail("told twice"),
        get=lambda given: State(given, "accepted"),
        effect=lambda: None,
    )
    assert start(asked, context(slow, clock)).state.id == "its-id"
    clock.pass_by(1)
    later = journal_of()
    anew = Sending(**{**vars(asked), "post": lambda _on_send: State("new-id", "pending")})
    assert start(anew, context(later, clock)).state.id == "new-id"


def test_an_answer_that_was_found_and_does_not_count_again_is_asked_for_anew(
    journal_of: Open, clock: HeldClock
) -> None:
    """The person confirms a challenge while no run looks; the next run finds it, and the one after asks again."""
    ids = iter(["first", "second"])
    asked = Sending(
        JournalKey("verification", 7, "kelly", "1", "SMS"),
        sends_message=True,
        lifetime=120,
        post=lambda _leaving: State(next(ids), "pending"),
        get=lambda given: State(given, "accepted"),
        effect=lambda: None,
    )
    for found, by_this_run in (("first", True), ("first", False), ("second", True)):
        started = start(asked, context(journal_of(), clock))
        assert (started.state.id, started.by_this_run) == (found, by_this_run)
        clock.pass_by(1)


def test_what_an_unclear_request_has_left_behind_is_noted(journal_of: Open, clock: HeldClock) -> None:
    def broke(_leaving: Callable[[], None]) -> State:
        raise OutcomeUnknown(OneLoginError("unavailable", "It broke."))

    journal = journal_of()
    asked = sending(broke, effect=lambda: State(None, "accepted", device_id="9"))
    assert start(asked, context(journal, clock)).state.device_id == "9"
    assert [(row["status"], row["device_id"]) for row in journal.rows()] == [("accepted", "9")]


def test_only_what_is_pending_is_settled(journal_of: Open) -> None:
    journal = journal_of()
    claim = journal.claim(SMS, None)
    record(journal, claim, "its-id", "pending")
    journal.renew(claim, SMS, None, "expired")
    challenge = JournalKey("verification", 7, "kelly", "1", "SMS")
    record(journal, journal.claim(challenge, None), "its-id", "pending")
    journal.record_outcome("registration", 7, "its-id", status="accepted", device_id="9")
    assert [row["status"] for row in journal.rows()] == ["expired", "claimed", "pending"]
    journal.record_outcome("verification", 7, "its-id", status="accepted", device_id="9")
    assert [row["status"] for row in journal.rows()] == ["expired", "claimed", "accepted"]


def test_a_device_ends_the_registration_that_it_came_from(journal_of: Open) -> None:
    journal = journal_of()
    record(journal, journal.claim(SMS, None), "its-id", "pending")
    assert journal.recall(SMS, "9") == "its-id"
    assert [(row["status"], row["device_id"]) for row in journal.rows()] == [("accepted", "9")]


def test_who_may_only_read_notes_nothing(journal_of: Open, clock: HeldClock) -> None:
    journal = journal_of()
    record(journal, journal.claim(SMS, None), "its-id", "pending")
    before = journal.rows()
    clock.pass_by(0.5)
    plan = journal_of(read_only=True)
    plan.record_outcome("registration", 7, "its-id", status="accepted", device_id="9")
    assert plan.recall(SMS, "9") == "its-id"
    assert journal.rows() == before


def test_accounts_on_one_file_do_not_see_each_other(journal_of: Open, clock: HeldClock) -> None:
    own, other = journal_of(), journal_of("other")
    own.enter(8)
    other.enter(16)
    assert (own.calls_under_way(), other.calls_under_way()) == (0, 0)
    journal_of().enter(4)
    assert (own.calls_under_way(), other.calls_under_way()) == (12, 0)
    record(own, own.claim(SMS, None), "its-id", "pending")
    assert other.peek(SMS) is None
    assert other.recall(SMS, "9") is None
    claim = other.claim(SMS, None)
    assert claim.state == "mine"
    record(other, claim, "its-id", "pending")
    own.record_outcome("registration", 7, "its-id", status="accepted", device_id=None)
    assert [(row["account"], row["status"]) for row in own.rows()] == [("acme", "accepted")]
    assert [(row["account"], row["status"]) for row in other.rows()] == [("other", "pending")]
    other.record_outcome("registration", 7, "its-id", status="accepted", device_id=None)
    clock.pass_by(1)
    assert own.prune(0) == 1
    assert [row["account"] for row in other.rows()] == ["other"]


def test_what_ended_longer_ago_than_is_kept_is_removed(journal_of: Open, clock: HeldClock) -> None:
    journal = journal_of()
    for identifier, days in (("four days ago", 2), ("two days ago", 2), ("now", 0)):
        record(journal, journal.claim(SMS, None), identifier, "accepted")
        clock.pass_by(days * 86400)
    assert journal.prune(3) == 1
    assert [row["id"] for row in journal.rows()] == ["two days ago", "now"]


def test_a_database_that_stays_locked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_journal_store, "_BUSY_TIMEOUT", 0.3)
    file = tmp_path / "journal.sqlite"
    store = Store(str(file))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OneLoginError, match="cannot be used: database is locked"):
        store.do(lambda connection: 1)
    other.execute("ROLLBACK")
    other.close()
    assert store.do(lambda connection: 1) == 1, "it goes on where the other lets go"
    store.close()


def test_a_thread_left_behind_does_not_wait_for_a_closed_journal(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "journal.sqlite"))
    store.close()
    with pytest.raises(OneLoginError, match="interrupted"):
        store.do(lambda connection: 1)


def test_locks_of_the_dead_are_cleared_away_and_those_of_the_living_are_not(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    living = Store(str(file))
    dead = tmp_path / "journal.sqlite-run-00dead00"
    dead.touch()
    next_one = Store(str(file))
    assert not dead.exists()
    assert len(list(tmp_path.glob("*-run-*"))) == 2
    with pytest.raises(BlockingIOError), (tmp_path / f"journal.sqlite-run-{living.runs.own}").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    living.close()
    next_one.close()
    assert not list(tmp_path.glob("*-run-*"))


def test_an_older_journal_is_upgraded_step_by_step() -> None:
    engine = sqlalchemy.create_engine("sqlite://")
    done: list[str] = []
    with engine.begin() as connection:
        upgrade(connection, STEPS)
        connection.exec_driver_sql(
            "INSERT INTO onelogin_journal (account, kind, user_id, user_name, target, auth_name, status, requested_at,"
            " updated_at, run) VALUES ('a', 'registration', 1, 'u', '1', 'SMS', 'pending', 1, 1, 'r')"
        )

        def second(within: Any) -> None:
            done.append("second")
            within.exec_driver_sql("ALTER TABLE onelogin_journal ADD COLUMN note TEXT")

        newer = [*STEPS, second, lambda _within: done.append("third")]
        upgrade(connection, newer)
        upgrade(connection, newer)
        assert done == ["second", "third"], "each once"
        assert connection.exec_driver_sql("SELECT user_name, note FROM onelogin_journal").all() == [("u", None)]
        with pytest.raises(OneLoginError, match="is of version 3, and this release of the collection knows 1"):
            upgrade(connection, STEPS)


def test_a_clock_that_jumped_back_is_told(journal_of: Open, clock: HeldClock) -> None:
    journal_of().claim(SMS, 120)
    clock.pass_by(-299)
    journal_of()
    clock.pass_by(-2)
    with pytest.raises(OneLoginError, match="this machine's clock says 2026-11-21T23:54:59Z"):
        journal_of()
