# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal alone: cases that are difficult to produce with playbooks."""

from __future__ import annotations

import fcntl
import os
import platform
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Registration
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._engine.at_most_once import SendRequest, send
from ansible_collections.community.onelogin.plugins.module_utils._journal import sqlite as _journal_sqlite
from ansible_collections.community.onelogin.plugins.module_utils._journal.database import DatabaseJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.entries import JournalEntries
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import (
    Account,
    Claim,
    Journal,
    JournalKey,
    NullJournal,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.opening import open_journal
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import STEPS, upgrade
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlite import warn_of_network
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store
from ansible_collections.community.onelogin.plugins.module_utils._operations.journal import JournalQuery

SMS = JournalKey("registration", 7, "kelly", "1", "SMS")


class ManualClock(Clock):
    """A clock that moves only when the test advances it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, tzinfo=timezone.utc)

    def now(self) -> datetime:
        """Return the set time."""
        return self.time

    def advance(self, seconds: float) -> None:
        """Advance the clock."""
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> ManualClock:
    """The clock of the test."""
    return ManualClock()


class Journals:
    """Open journals on one file."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.file = str(folder / "journal.sqlite")
        self.opened: list[DatabaseJournal] = []
        self._clock = clock

    def __call__(self, host: str = "acme", account_id: int | None = None, **options: Any) -> DatabaseJournal:
        """Open the journal as another run."""
        account = Account(host, options.pop("region", "us"), account_id)
        self.opened.append(DatabaseJournal(self.file, account, self._clock, **options))
        return self.opened[-1]

    def rows(self, host: str = "") -> list[Mapping[str, Any]]:
        """The entries, oldest first."""
        with closing(JournalEntries(self.file, host, self._clock)) as entries:
            return list(entries.find(lambda _entry: True))


@pytest.fixture
def journal_of(tmp_path: Path, clock: ManualClock) -> Iterator[Journals]:
    """A factory that opens the journal as another run."""
    journals = Journals(tmp_path, clock)
    yield journals
    for journal in journals.opened:
        journal.close()


def request(post: Callable[[Callable[[], None]], Registration], **changed: Any) -> SendRequest[Registration]:
    """Build the request for a registration that sends a message and does not exist yet."""
    values: dict[str, Any] = {
        "sends_message": True,
        "lifetime": 120,
        "get": lambda _id: None,
        "find_effect": lambda: None,
    }
    return SendRequest(SMS, post=post, **{**values, **changed})


def context(journal: Journal, clock: Clock, retries: int = 2) -> Any:
    """Build the parts of a context that ``send`` uses."""
    client = SimpleNamespace(connection=SimpleNamespace(retries=retries, request_timeout=30.0))
    return SimpleNamespace(journal=journal, clock=clock, client=client, check_mode=False)


def record(journal: DatabaseJournal, claim: Claim, object_id: str, status: str, device_id: str | None = None) -> None:
    """Record a response that does not say when the message expires."""
    journal.record_sent(claim, status=status, object_id=object_id, device_id=device_id, expires_at=None)


def test_runs_count_the_concurrent_calls_of_all_runs(journal_of: Journals) -> None:
    first, second, plan = journal_of(), journal_of(), journal_of(read_only=True)
    first.announce(8)
    assert first.count_calls_in_progress() == 0
    second.announce(16)
    plan.announce(32)
    assert first.count_calls_in_progress() == second.count_calls_in_progress() == 24
    second.close()
    assert first.count_calls_in_progress() == 0


def test_a_message_that_is_sent_late_expires_later(journal_of: Journals, clock: ManualClock) -> None:
    """The rate limit delayed the request by ten minutes, and then the run was interrupted."""
    first = journal_of()

    def post(leaving: Callable[[], None]) -> Registration:
        clock.advance(600)
        leaving()
        raise OutcomeUnknown(OneLoginError("unavailable", "It broke."))

    with pytest.raises(OutcomeUnknown) as unknown:
        send(request(post), context(first, clock))
    assert "2026-11-22T00:12:30Z" in unknown.value.hint
    first.close()
    clock.advance(149)
    second = journal_of()
    made: list[int] = []

    def post_again(leaving: Callable[[], None]) -> Registration:
        made.append(1)
        return Registration("two", 7, "pending")

    with pytest.raises(OutcomeUnknown) as unknown:
        send(request(post_again), context(second, clock))
    assert "2026-11-22T00:12:30Z" in unknown.value.hint
    assert not made
    clock.advance(2)
    assert send(request(post_again), context(second, clock)).replaces == "unconfirmed and expired"
    assert made == [1]


def test_the_effect_of_an_interrupted_request_is_found_and_recorded(journal_of: Journals, clock: ManualClock) -> None:
    first = journal_of()
    first.claim(SMS, 120)
    first.close()
    made = Registration("x", 7, "accepted", device_id="9")

    def post(_leaving: Callable[[], None]) -> Registration:
        raise AssertionError("nothing is sent")

    sent = send(request(post, find_effect=lambda: made), context(journal_of(), clock))
    assert (sent.by_this_run, sent.confirmation) == (False, made)
    assert [(row["status"], row["device_id"]) for row in journal_of.rows()] == [("accepted", "9")]


def test_without_a_journal_every_claim_succeeds_and_nothing_is_known() -> None:
    journal = NullJournal()
    claim = Claim("claimed")
    assert journal.claim(SMS, 120) == journal.replace_claim(claim, SMS, 120, "expired") == claim
    assert journal.claim_reminder(7, "ann", 1) == claim
    assert (journal.has_replaced(SMS), journal.find_pending(SMS), journal.find_key("registration", 7, "x")) == (
        False,
        None,
        None,
    )
    assert (journal.count_calls_in_progress(), journal.list_device_factors(), journal.read_reminders({7})) == (
        0,
        (),
        {},
    )


def test_a_journal_that_does_not_exist_has_no_entries_and_is_not_created(journal_of: Journals) -> None:
    assert (journal_of.rows(), Path(journal_of.file).exists()) == ([], False)


def test_a_message_that_is_sent_at_once_needs_no_further_record(journal_of: Journals, clock: ManualClock) -> None:
    journal = journal_of()
    claim = journal.claim(SMS, 120)
    expiries: list[str] = []
    for seconds in (1, 0.5):
        clock.advance(seconds)
        journal.record_sending(claim, 120)
        expiries += [row["expires_at"] for row in journal_of.rows()]
    assert expiries == ["2026-11-22T00:02:00Z", "2026-11-22T00:02:01Z"]


@pytest.mark.parametrize("where", [None, "", "none"])
def test_entries_of_no_journal_cannot_be_listed(where: str | None) -> None:
    with pytest.raises(OneLoginError, match="No journal is set"):
        JournalQuery.parse({"journal": where})


def test_a_request_without_a_message_is_repeated_at_once(journal_of: Journals, clock: ManualClock) -> None:
    first = journal_of()
    first.claim(SMS, None)
    first.close()
    sent = send(
        request(lambda _leaving: Registration("x", 7, "pending"), sends_message=False), context(journal_of(), clock)
    )
    assert sent.confirmation.id == "x"
    assert [row["status"] for row in journal_of.rows()] == ["unknown", "pending"]


@pytest.mark.parametrize("retries", [1, 2, 3])
def test_a_request_without_a_message_is_tried_retries_times(
    journal_of: Journals, clock: ManualClock, retries: int
) -> None:
    tries: list[int] = []

    def broken(_leaving: Callable[[], None]) -> Registration:
        tries.append(1)
        raise OutcomeUnknown(OneLoginError("unavailable", "It broke."))

    with pytest.raises(OutcomeUnknown) as unknown:
        send(request(broken, sends_message=False), context(journal_of(), clock, retries=retries))
    assert (len(tries), unknown.value.hint) == (retries, "Run again: that sends no message.")


def test_an_id_that_cannot_be_recorded_is_in_the_error(
    journal_of: Journals, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = journal_of()

    def full(*_args: object, **_values: object) -> None:
        raise OneLoginError("unavailable", "The journal cannot be used: disk full")

    monkeypatch.setattr(journal, "record_sent", full)
    with pytest.raises(OneLoginError) as error:
        send(request(lambda _leaving: Registration("the-id", 7, "pending")), context(journal, clock))
    assert "The registration the-id was made, but could not be recorded." in error.value.message
    assert "registration_id the-id" in error.value.hint


def test_a_refusal_leaves_no_claim(journal_of: Journals, clock: ManualClock) -> None:
    def refused(_leaving: Callable[[], None]) -> Registration:
        raise OneLoginError("invalid", "No.")

    journal = journal_of()
    with pytest.raises(OneLoginError, match="No"):
        send(request(refused), context(journal, clock))
    assert journal_of.rows() == []


def test_a_refusal_after_an_unconfirmed_attempt_leaves_the_entry_unconfirmed(
    journal_of: Journals, clock: ManualClock
) -> None:
    tries = iter([OutcomeUnknown(OneLoginError("unavailable", "It broke.")), OneLoginError("forbidden", "No.")])

    def refused(_leaving: Callable[[], None]) -> Registration:
        raise next(tries)

    journal = journal_of()
    with pytest.raises(OutcomeUnknown, match="It broke"):
        send(request(refused, sends_message=False), context(journal, clock, retries=3))
    assert [row["status"] for row in journal_of.rows()] == ["unconfirmed"]


def test_a_run_waits_until_another_run_has_recorded_a_device(journal_of: Journals) -> None:
    """The other run reads the devices after OneLogin created one and before the response arrives."""
    creator, reader = journal_of(), journal_of()
    claim = creator.claim(SMS, None)
    threading.Timer(0.4, lambda: record(creator, claim, "its-id", "accepted", device_id="9")).start()
    assert reader.resolve_registration(SMS, "9") == "its-id"


def test_a_claim_of_an_interrupted_run_does_not_get_the_device_of_another_run(journal_of: Journals) -> None:
    """A run was interrupted after its claim, before it saw what another run had done."""
    first, second, third = journal_of(), journal_of(), journal_of()
    record(first, first.claim(SMS, 150), "its-id", "accepted", device_id="9")
    second.claim(SMS, 150)
    second.close()
    assert third.resolve_registration(SMS, "9") == "its-id"
    assert [row["status"] for row in journal_of.rows()] == ["accepted", "unconfirmed"]


def test_a_device_is_not_assigned_to_the_runs_own_claim(journal_of: Journals) -> None:
    """The run reads the devices after its own claim and before it sends the request."""
    journal = journal_of()
    journal.claim(SMS, 150)
    assert journal.resolve_registration(SMS, "9") is None
    assert [row["status"] for row in journal_of.rows()] == ["claimed"]


def test_a_run_waits_for_a_claim_and_gets_its_id(journal_of: Journals) -> None:
    first, second = journal_of(), journal_of()
    claim = first.claim(SMS, 120)
    threading.Timer(0.4, lambda: record(first, claim, "its-id", "pending")).start()
    known = second.claim(SMS, 120)
    assert (known.state, known.object_id) == ("pending", "its-id")


def test_two_threads_of_a_run_do_not_claim_the_same_key(journal_of: Journals) -> None:
    journal = journal_of()
    claim = journal.claim(SMS, 120)
    threading.Timer(0.4, lambda: record(journal, claim, "its-id", "pending")).start()
    known = journal.claim(SMS, 120)
    assert (known.state, known.object_id) == ("pending", "its-id")


def test_after_another_claim_has_ended_the_run_looks_again_before_it_claims(journal_of: Journals) -> None:
    """The other run may have created a device after this run read the devices."""
    first, second = journal_of(), journal_of()
    claim = first.claim(SMS, 120)
    threading.Timer(0.4, lambda: record(first, claim, "its-id", "accepted")).start()
    assert second.claim(SMS, 120).state == "finished"
    assert [row["status"] for row in journal_of.rows()] == ["accepted"]
    assert second.claim(SMS, 120).state == "claimed"


def test_the_expiry_that_onelogin_states_replaces_the_estimate(journal_of: Journals) -> None:
    journal = journal_of()
    claim = journal.claim(SMS, 150)
    assert [row["expires_at"] for row in journal_of.rows()] == ["2026-11-22T00:02:30Z"]
    record(journal, claim, "its-id", "pending")
    assert [row["expires_at"] for row in journal_of.rows()] == ["2026-11-22T00:02:30Z"]
    moment = "2026-11-22T00:02:00Z"
    journal.record_sent(claim, status="pending", object_id="its-id", device_id=None, expires_at=moment)
    assert [row["expires_at"] for row in journal_of.rows()] == [moment]


def test_a_confirmation_that_another_run_saw_meanwhile_counts(journal_of: Journals, clock: ManualClock) -> None:
    """Two runs have the same code; one confirms the challenge with it before the other claims the challenge."""
    challenge = JournalKey("verification", 7, "kelly", "1", "SMS")
    sender = journal_of()
    record(sender, sender.claim(challenge, 120), "its-id", "pending")
    clock.advance(5)
    slow = journal_of()
    clock.advance(1)
    sender.record_outcome("verification", 7, "its-id", status="accepted", device_id=None)
    asked = SendRequest(
        challenge,
        sends_message=True,
        lifetime=120,
        post=lambda _on_send: pytest.fail("sent twice"),
        get=lambda given: Registration(given, 7, "accepted"),
        find_effect=lambda: None,
    )
    assert send(asked, context(slow, clock)).confirmation.id == "its-id"
    clock.advance(1)
    later = journal_of()
    anew = SendRequest(**{**vars(asked), "post": lambda _on_send: Registration("new-id", 7, "pending")})
    assert send(anew, context(later, clock)).confirmation.id == "new-id"


def test_a_confirmation_counts_for_one_run_and_the_next_run_asks_again(
    journal_of: Journals, clock: ManualClock
) -> None:
    """The person confirms between two runs; the next run finds it, and the one after that asks again."""
    ids = iter(["first", "second"])
    asked = SendRequest(
        JournalKey("verification", 7, "kelly", "1", "SMS"),
        sends_message=True,
        lifetime=120,
        post=lambda _leaving: Registration(next(ids), 7, "pending"),
        get=lambda given: Registration(given, 7, "accepted"),
        find_effect=lambda: None,
    )
    for found, by_this_run in (("first", True), ("first", False), ("second", True)):
        sent = send(asked, context(journal_of(), clock))
        assert (sent.confirmation.id, sent.by_this_run) == (found, by_this_run)
        clock.advance(1)


def test_the_device_of_an_unconfirmed_request_is_recorded(journal_of: Journals, clock: ManualClock) -> None:
    def broke(_leaving: Callable[[], None]) -> Registration:
        raise OutcomeUnknown(OneLoginError("unavailable", "It broke."))

    journal = journal_of()
    asked = request(broke, find_effect=lambda: Registration(None, 7, "accepted", device_id="9"))
    assert send(asked, context(journal, clock)).confirmation.device_id == "9"
    assert [(row["status"], row["device_id"]) for row in journal_of.rows()] == [("accepted", "9")]


def test_only_pending_entries_get_an_outcome(journal_of: Journals) -> None:
    journal = journal_of()
    claim = journal.claim(SMS, None)
    record(journal, claim, "its-id", "pending")
    journal.replace_claim(claim, SMS, None, "expired")
    challenge = JournalKey("verification", 7, "kelly", "1", "SMS")
    record(journal, journal.claim(challenge, None), "its-id", "pending")
    journal.record_outcome("registration", 7, "its-id", status="accepted", device_id="9")
    assert [row["status"] for row in journal_of.rows()] == ["expired", "claimed", "pending"]
    journal.record_outcome("verification", 7, "its-id", status="accepted", device_id="9")
    assert [row["status"] for row in journal_of.rows()] == ["expired", "claimed", "accepted"]


def test_a_device_ends_its_registration(journal_of: Journals) -> None:
    journal = journal_of()
    record(journal, journal.claim(SMS, None), "its-id", "pending")
    assert journal.resolve_registration(SMS, "9") == "its-id"
    assert [(row["status"], row["device_id"]) for row in journal_of.rows()] == [("accepted", "9")]


def test_a_read_only_journal_records_nothing(journal_of: Journals, clock: ManualClock) -> None:
    journal = journal_of()
    record(journal, journal.claim(SMS, None), "its-id", "pending")
    before = journal_of.rows()
    clock.advance(0.5)
    plan = journal_of(read_only=True)
    plan.record_outcome("registration", 7, "its-id", status="accepted", device_id="9")
    assert plan.resolve_registration(SMS, "9") == "its-id"
    assert journal_of.rows() == before


def test_accounts_on_one_file_do_not_see_each_other(journal_of: Journals, clock: ManualClock) -> None:
    own, other = journal_of(), journal_of("other")
    own.announce(8)
    other.announce(16)
    assert (own.count_calls_in_progress(), other.count_calls_in_progress()) == (0, 0)
    journal_of().announce(4)
    assert (own.count_calls_in_progress(), other.count_calls_in_progress()) == (12, 0)
    record(own, own.claim(SMS, None), "its-id", "pending")
    assert other.find_pending(SMS) is None
    assert other.resolve_registration(SMS, "9") is None
    claim = other.claim(SMS, None)
    assert claim.state == "claimed"
    record(other, claim, "its-id", "pending")
    own.record_outcome("registration", 7, "its-id", status="accepted", device_id=None)
    assert [(row["account"], row["status"]) for row in journal_of.rows("acme")] == [("acme", "accepted")]
    assert [(row["account"], row["status"]) for row in journal_of.rows("other")] == [("other", "pending")]
    other.record_outcome("registration", 7, "its-id", status="accepted", device_id=None)
    clock.advance(1)
    assert own.prune(0) == 1
    assert [row["account"] for row in journal_of.rows("other")] == ["other"]


def test_old_entries_that_have_ended_are_removed(journal_of: Journals, clock: ManualClock) -> None:
    journal = journal_of()
    for identifier, days in (("four days ago", 2), ("two days ago", 2), ("now", 0)):
        record(journal, journal.claim(SMS, None), identifier, "accepted")
        clock.advance(days * 86400)
    assert journal.prune(3) == 1
    assert [row["id"] for row in journal_of.rows()] == ["two days ago", "now"]


def test_a_database_that_stays_locked_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_journal_sqlite, "_BUSY_TIMEOUT", 0.3)
    file = tmp_path / "journal.sqlite"
    store = Store(str(file))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OneLoginError, match="cannot be used: database is locked"):
        store.do(lambda connection: 1)
    other.execute("ROLLBACK")
    other.close()
    assert store.do(lambda connection: 1) == 1, "it continues after the lock is released"
    store.close()


def test_all_threads_wait_for_a_busy_database_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_journal_sqlite, "_BUSY_TIMEOUT", 0.5)
    file = tmp_path / "journal.sqlite"
    store = Store(str(file))

    def fail(_number: int) -> str:
        with pytest.raises(OneLoginError) as error:
            store.do(lambda connection: 1)
        return error.value.message

    with closing(sqlite3.connect(file, isolation_level=None)) as other, ThreadPoolExecutor(16) as pool:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        messages = list(pool.map(fail, range(16)))
        took = time.monotonic() - began
    store.close()
    assert all("cannot be used: database is locked" in message for message in messages)
    assert took < 4, "16 threads that wait one after the other take 8 s"


def test_an_interruption_does_not_stop_a_transaction(tmp_path: Path) -> None:
    """Ctrl-C arrives in the main thread while it records the id of a message that was sent."""
    file = tmp_path / "journal.sqlite"
    store = Store(str(file))

    def slow(connection: Any) -> None:
        connection.exec_driver_sql("CREATE TABLE first (id INTEGER)")
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.2)
        connection.exec_driver_sql("CREATE TABLE second (id INTEGER)")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            store.do(slow)
    finally:
        signal.signal(signal.SIGINT, before)
    store.close()
    with closing(sqlite3.connect(file)) as other:
        tables = {name for (name,) in other.execute("SELECT name FROM sqlite_master")}
    assert tables >= {"first", "second"}


def test_transactions_that_are_queued_meanwhile_are_committed_together(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "journal.sqlite"))
    began, go_on = threading.Event(), threading.Event()

    def transaction(connection: Any) -> Any:
        return connection.get_transaction()

    def slow(connection: Any) -> Any:
        began.set()
        go_on.wait(5)
        return transaction(connection)

    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(store.do, slow)
        began.wait()
        others = [pool.submit(store.do, transaction) for _thread in range(8)]
        time.sleep(0.2)
        go_on.set()
        assert len({first.result(), *(other.result() for other in others)}) == 2
    store.close()


def test_a_commit_that_fails_is_not_repeated(tmp_path: Path) -> None:
    """The commit may have succeeded; a repeated claim would wait for itself."""
    store = Store(str(tmp_path / "journal.sqlite"))
    began, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def fail(_connection: Any) -> None:
        raise sqlalchemy.exc.InterfaceError("COMMIT", {}, Exception("the connection is gone"))

    def slow(_connection: Any) -> None:
        began.set()
        go_on.wait(5)

    sqlalchemy.event.listen(sqlalchemy.Engine, "commit", fail)
    try:
        with ThreadPoolExecutor(3) as pool:
            first = pool.submit(store.do, slow)
            began.wait()
            others = [pool.submit(store.do, lambda _connection: done.append(1)) for _thread in range(2)]
            time.sleep(0.2)
            go_on.set()
            for work in (first, *others):
                with pytest.raises(OneLoginError, match="the connection is gone"):
                    work.result()
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "commit", fail)
    assert len(done) == 2
    store.close()


def test_a_failed_transaction_does_not_fail_others(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "journal.sqlite"))
    insert = "INSERT INTO onelogin_journal_run VALUES ('{}', 'acme', 1)"

    def run(number: int) -> str:
        try:
            store.do(lambda connection: connection.exec_driver_sql(insert.format(number % 8)))
        except OneLoginError as error:
            return error.message
        return "added"

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(run, range(16)))
    store.close()
    assert results.count("added") == 8
    assert sum("UNIQUE constraint failed" in result for result in results) == 8


def test_closing_a_journal_commits_the_current_transaction(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "journal.sqlite"))
    began, go_on = threading.Event(), threading.Event()

    def slow(_connection: Any) -> str:
        began.set()
        go_on.wait()
        return "committed"

    with ThreadPoolExecutor(2) as pool:
        work = pool.submit(store.do, slow)
        began.wait()
        closed = pool.submit(store.close)
        time.sleep(0.1)
        too_early = closed.done()
        go_on.set()
        assert work.result() == "committed"
    assert not too_early
    with pytest.raises(OneLoginError, match="interrupted"):
        store.do(slow)


def test_a_journal_that_cannot_be_pruned_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OneLoginError("unavailable", "The journal cannot be used: disk full")

    monkeypatch.setattr(DatabaseJournal, "prune", fail)
    with pytest.raises(OneLoginError, match="disk full"):
        open_journal(str(tmp_path / "journal.sqlite"), Account("acme"), Clock(), read_only=False, keep_days=1)
    assert not list(tmp_path.glob("*-run-*")), "its lock is released"


def test_a_thread_left_behind_does_not_wait_for_a_closed_journal(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "journal.sqlite"))
    store.close()
    with pytest.raises(OneLoginError, match="interrupted"):
        store.do(lambda connection: 1)


def test_a_second_close_closes_nothing_else(tmp_path: Path) -> None:
    """Other files may have got the descriptors of the closed files."""
    store = Store(str(tmp_path / "journal.sqlite"))
    store.close()
    with ExitStack() as stack:
        others = [stack.enter_context((tmp_path / f"other{number}").open("w")) for number in range(20)]
        store.close()
        for other in others:
            os.fstat(other.fileno())


def test_locks_of_ended_runs_are_removed_and_those_of_running_runs_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    active = Store(str(file))
    dead = tmp_path / "journal.sqlite-run-00dead00"
    dead.touch()
    next_one = Store(str(file))
    assert not dead.exists()
    assert len(list(tmp_path.glob("*-run-*"))) == 2
    with pytest.raises(BlockingIOError), (tmp_path / f"journal.sqlite-run-{active.runs.own}").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    active.close()
    next_one.close()
    assert not list(tmp_path.glob("*-run-*"))


def test_an_older_journal_is_upgraded_step_by_step() -> None:
    engine = sqlalchemy.create_engine("sqlite://")
    done: list[str] = []
    with engine.begin() as connection:
        upgrade(connection, STEPS)
        connection.exec_driver_sql(
            "INSERT INTO onelogin_journal (account, kind, user_id, user_name, target, auth_name, factor_name, status,"
            " requested_at, updated_at, run, machine)"
            " VALUES ('a', 'registration', 1, 'u', '1', 'SMS', 'SMS', 'pending', 1, 1, 'r', 'm')"
        )

        def second(within: Any) -> None:
            done.append("second")
            within.exec_driver_sql("ALTER TABLE onelogin_journal ADD COLUMN note TEXT")

        newer = [*STEPS, second, lambda _within: done.append("third")]
        upgrade(connection, newer)
        upgrade(connection, newer)
        assert done == ["second", "third"], "each once"
        assert connection.exec_driver_sql("SELECT user_name, note FROM onelogin_journal").all() == [("u", None)]
        with pytest.raises(OneLoginError, match="has version 3, but this release of the collection supports up to 1"):
            upgrade(connection, STEPS)


def test_only_an_open_entry_of_the_account_is_checked_against_the_clock(
    journal_of: Journals, clock: ManualClock
) -> None:
    journal, other = journal_of(), journal_of("other")
    record(journal, journal.claim(SMS, None), "its-id", "accepted")
    other.claim(SMS, None)
    clock.advance(-86400)
    journal_of().claim(replace(SMS, user_id=8), 120)
    clock.advance(-299)
    journal_of()
    clock.advance(-2)
    with pytest.raises(OneLoginError) as caught:
        journal_of()
    assert caught.value.message == (
        "The journal has an open registration of user 8 (kelly) from 2026-11-21T00:00:00Z, written by run"
        f" {journal_of.opened[2]._store.runs.own} on {platform.node()}, but the clock of this machine says"
        " 2026-11-20T23:54:59Z."
    )
    assert caught.value.hint.endswith(
        "If the other machine's clock was wrong, remove the entry: ansible localhost -m community.onelogin.mfa_journal"
        f" -a 'journal={journal_of.file} user_id=8 kind=registration state=absent'"
    )


def test_a_journal_that_is_refused_is_closed(journal_of: Journals, clock: ManualClock) -> None:
    ahead = journal_of()
    clock.advance(3600)
    ahead.claim(SMS, None)
    clock.advance(-3600)
    ahead.close()
    threads = threading.active_count()
    with pytest.raises(OneLoginError, match=r"^The journal has an open registration of user 7 ") as caught:
        journal_of()
    assert (caught.value.code, threading.active_count()) == ("invalid", threads)


def test_an_accepted_entry_with_a_future_time_is_not_a_confirmation(journal_of: Journals, clock: ManualClock) -> None:
    ahead = journal_of()
    clock.advance(86400)
    record(ahead, ahead.claim(SMS, None), "its-id", "accepted")
    clock.advance(-86400)
    assert journal_of().claim(SMS, None).accepted_id is None


def test_all_hosts_of_an_account_share_its_entries(journal_of: Journals) -> None:
    first = journal_of("acme.onelogin.com", 5)
    record(first, first.claim(SMS, 120), "its-id", "pending")
    assert known(journal_of("api.us.onelogin.com", 5)) == "its-id"
    assert known(journal_of("api.us.onelogin.com", 6)) is None, "another account of the same host"
    assert known(journal_of("api.eu.onelogin.com", 5, region="eu")) is None, "another account of the same id"
    assert known(journal_of("acme.onelogin.com")) == "its-id", "a token whose account is not known"
    with pytest.raises(
        OneLoginError, match=r"The journal has 2 accounts of api\.us\.onelogin\.com, and the access token"
    ):
        journal_of("api.us.onelogin.com")
    assert known(journal_of("new.onelogin.com")) is None
    assert [row["account"] for row in journal_of.rows("api.us.onelogin.com")] == ["acme.onelogin.com"]
    assert journal_of.rows("new.onelogin.com") == []


def known(journal: DatabaseJournal, key: JournalKey = SMS) -> str | None:
    """The id of the pending entry, if there is one."""
    claim = journal.find_pending(key)
    return claim.object_id if claim else None


def test_entries_of_a_token_without_an_account_id_belong_to_the_account(
    journal_of: Journals, clock: ManualClock
) -> None:
    bare, elsewhere = journal_of("acme.onelogin.com"), journal_of("api.us.onelogin.com", 5)
    record(bare, bare.claim(SMS, 120), "its-id", "pending")
    again = replace(SMS, user_id=8)
    record(bare, bare.claim(again, 120), "first", "pending")
    record(elsewhere, elsewhere.claim(again, 120), "second", "pending")
    done = replace(SMS, user_id=9)
    record(bare, bare.claim(done, None), "done", "accepted", "77")
    with pytest.raises(OneLoginError, match=r"Another run works on acme\.onelogin\.com with an access token whose"):
        journal_of("acme.onelogin.com", 5)
    bare.close()
    assert known(journal_of("acme.onelogin.com", 5, read_only=True)) == "its-id", "check mode predicts it"
    journal = journal_of("acme.onelogin.com", 5)
    assert known(journal) == "its-id"
    assert known(journal, again) == "second", "an account has one open entry of a key"
    assert [factor.device_id for factor in journal.list_device_factors() if factor.user_id == 9] == ["77"]


def test_entries_are_removed_unless_their_run_is_active(journal_of: Journals, clock: ManualClock) -> None:
    active, dead = journal_of(), journal_of()
    record(active, active.claim(SMS, 120), "its-id", "accepted", "77")
    dead.claim(replace(SMS, user_id=8), 120)
    active.claim(replace(SMS, user_id=9), 120)
    dead.close()
    with closing(JournalEntries(journal_of.file, "", clock)) as entries:
        with pytest.raises(OneLoginError, match="1 of 3 entries are open and belong to a run that is alive"):
            entries.remove(lambda _entry: True)
        assert len(entries.find(lambda _entry: True)) == 3
        removed = entries.remove(lambda entry: entry["user_id"] != 9)
        assert [(entry["user_id"], entry["status"]) for entry in removed] == [(7, "accepted"), (8, "unconfirmed")]
        assert [entry["user_id"] for entry in entries.find(lambda _entry: True)] == [9]
    assert "77" in [factor.device_id for factor in active.list_device_factors()], "the factor of a device is kept"


@pytest.mark.parametrize("read_only", [True, False])
def test_a_path_that_is_too_long_is_a_onelogin_error(clock: ManualClock, read_only: bool) -> None:
    with pytest.raises(OneLoginError, match="File name too long"):
        open_journal("x" * 5000, Account("acme"), clock, read_only=read_only, keep_days=None)


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "socket", "link to a device"])
def test_only_a_regular_file_is_a_journal(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "journal"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/null")
    elif kind == "socket":
        socket.socket(socket.AF_UNIX).bind(str(path))
    else:
        path.symlink_to("/dev/null")
    with pytest.raises(OneLoginError) as caught:
        Store(str(path))
    assert caught.value.message == f"The journal {path} is not a regular file."
    assert "chmod" not in caught.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the owner of a file")
def test_the_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.touch(0o600)
    os.chown(path, 12345, -1)
    with pytest.raises(OneLoginError, match=r"belongs to another user \(uid 12345\)"):
        Store(str(path))


def test_a_network_file_system_is_recognized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        r"40 22 0:35 / /net/team\040share rw,relatime shared:2 - nfs4 nas:/team rw"
        "\n"
        "41 40 8:2 / /net/teamwork rw - xfs /dev/sdb1 rw\n"
    )
    monkeypatch.setattr(_journal_sqlite, "_MOUNTS", mounts)
    on_nfs = Path("/net/team share/journal.sqlite")
    warning = warn_of_network(on_nfs) or ""
    assert warning.startswith(f"The journal {on_nfs} is on a network file system (nfs4).")
    assert warn_of_network(Path("/net/teamwork/journal.sqlite")) is None
    assert warn_of_network(Path("/srv/journal.sqlite")) is None
    monkeypatch.setattr(_journal_sqlite, "_MOUNTS", tmp_path / "missing")
    assert warn_of_network(on_nfs) is None


def test_a_journal_on_a_network_file_system_has_a_warning(
    journal_of: Journals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("40 22 0:35 / / rw,relatime - nfs4 nas:/home rw\n")
    monkeypatch.setattr(_journal_sqlite, "_MOUNTS", mounts)
    assert f"The journal {journal_of.file} is on a network file system (nfs4)." in (journal_of().warning or "")


def test_two_runs_may_remove_the_file_of_a_dead_run_at_the_same_time(
    journal_of: Journals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, flock = tmp_path / "journal.sqlite-run-dead", fcntl.flock
    left.touch()

    def flock_after_another_run(file: int, how: int) -> None:
        left.unlink(missing_ok=True)
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", flock_after_another_run)
    assert journal_of().find_pending(SMS) is None
    assert not left.exists()
