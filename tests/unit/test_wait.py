# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting: the number of polls, the time, and the outcomes."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import closing, nullcontext
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._journal.database import DatabaseJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.entries import JournalEntries
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account, JournalKey
from ansible_collections.community.onelogin.plugins.module_utils._operations.registration import WAIT as OPERATION

from tests.unit.harness import EPOCH, Call, FakeClock, Reply, Script, broken, reply, run


class People:
    """Registrations that people answer at set times, and the times of the polls of each."""

    def __init__(self, clock: FakeClock, answers: dict[str, tuple[float, str]]) -> None:
        self.clock = clock
        self.answers = answers
        self.polls: dict[str, list[float]] = defaultdict(list)
        self.headers: dict[str, Any] = {}
        self.trouble: list[Reply] = []

    def __call__(self, call: Call) -> Reply:
        if call.path == "/auth/oauth2/v2/token":
            return reply(200, {"access_token": "token-2"})
        identifier = call.path.rpartition("/")[2]
        self.polls[identifier].append(self.clock.passed)
        if self.trouble:
            return self.trouble.pop(0)
        at, status = self.answers.get(identifier, (float("inf"), "pending"))
        headers = {
            name: value(self.clock.passed, call) if callable(value) else value for name, value in self.headers.items()
        }
        return reply(200, {"id": identifier, "status": status if self.clock.passed >= at else "pending"}, **headers)


def _items(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"user_id": 7, "registration_id": name, **more} for name in names]


def test_pauses_grow_up_to_the_longest(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {"a": (100, "accepted")})
    result = run(OPERATION, {**_items("a")[0], "timeout": 300, "sleep": 2, "max_sleep": 10})
    assert not result["failed"]
    polls = people.polls["a"]
    pauses = [after - before for before, after in pairwise(polls)]
    assert pauses[:5] == pytest.approx([2.2, 3.3, 4.95, 7.425, 11], rel=0.01), "each half as long again, at most 10"
    assert result["polls"] == len(polls)
    assert 100 <= result["elapsed"] <= 111


def test_jitter_stays_within_a_tenth(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {})
    clock.draw = 0.0
    run(OPERATION, {**_items("a")[0], "timeout": 20, "sleep": 4, "max_sleep": 4})
    assert set(clock.jitters) == {(0.9, 1.1)}
    assert people.polls["a"][:3] == pytest.approx([0, 3.6, 7.2], abs=0.01)


def test_the_last_poll_is_at_the_end_of_the_timeout(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {"late": (9.99, "accepted")})
    result = run(OPERATION, {"batch": _items("late", "never"), "timeout": 10, "sleep": 4, "max_sleep": 40})
    late, never = result["results"]
    assert late["registration"]["status"] == "accepted"
    assert never["error"]["code"] == "timeout"
    assert never["registration"]["status"] == "pending"
    for name in ("late", "never"):
        assert people.polls[name][-1] == pytest.approx(10, abs=0.1)
    assert result["summary"] == {"accepted": 1, "timeout": 1}


def test_an_item_is_not_polled_after_its_outcome(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {"yes": (5, "accepted"), "no": (8, "rejected"), "gone": (3, "expired")})
    result = run(OPERATION, {"batch": _items("yes", "no", "gone", "silent"), "timeout": 60, "sleep": 1})
    assert result["summary"] == {"accepted": 1, "expired": 1, "rejected": 1, "timeout": 1}
    assert result["failed"]
    assert result["msg"].startswith("3 of 4 failed. ")
    for name, at in (("yes", 5), ("no", 8), ("gone", 3)):
        assert sum(poll >= at for poll in people.polls[name]) == 1, name
    assert result["polls"] == sum(map(len, people.polls.values()))
    assert result["elapsed"] == 60


def test_an_unknown_registration_ends_the_wait_at_once(clock: FakeClock, script: Script) -> None:
    script.server = lambda _call: reply(404, {})
    result = run(OPERATION, {"batch": _items("a"), "timeout": 60})
    assert result["results"][0]["error"]["code"] == "not_found"
    assert result["results"][0]["polls"] == 1
    assert clock.passed < 1


def test_a_permanent_connection_error_ends_the_wait_at_once(clock: FakeClock, script: Script) -> None:
    script.server = lambda _call: broken(sent=False, lasting=True)
    result = run(OPERATION, {"batch": _items("a"), "timeout": 60})
    assert result["results"][0]["error"]["code"] == "unavailable"
    assert (result["polls"], result["api"]["retries"]) == (1, 0)
    assert clock.passed < 1


def test_an_expiry_is_distinguished_from_a_rejection(clock: FakeClock, script: Script) -> None:
    script.server = People(clock, {"out": (30, "rejected"), "refused": (10, "rejected")})
    until = (EPOCH + timedelta(seconds=30)).isoformat()
    result = run(OPERATION, {"batch": _items("out", "refused", expires_at=until), "timeout": 100, "sleep": 1})
    assert [one["error"]["code"] for one in result["results"]] == ["expired", "rejected"]


def test_a_registration_still_pending_after_its_expiry_is_expired(clock: FakeClock, script: Script) -> None:
    script.server = People(clock, {})
    until = (EPOCH + timedelta(seconds=20)).isoformat()
    result = run(OPERATION, {**_items("a", expires_at=until)[0], "timeout": 300, "sleep": 1})
    assert result["error"]["code"] == "expired"
    assert clock.passed < 60


@pytest.mark.parametrize(
    "trouble",
    [
        [reply(500, text="<html>")],
        [reply(503, text=""), broken(sent=True), broken(sent=False)],
        [reply(200, text="<html>")],
        [reply(429, {}, Retry_After=5)],
        [reply(401, {"message": "Please provide valid credentials"})],
    ],
    ids=["500", "many", "html", "429", "401"],
)
def test_temporary_errors_do_not_end_the_wait(clock: FakeClock, script: Script, trouble: list[Reply]) -> None:
    people = script.server = People(clock, {"a": (3, "accepted")})
    people.trouble = trouble
    result = run(OPERATION, {**_items("a")[0], "timeout": 100})
    assert not result["failed"], result
    assert clock.passed < 60


def test_errors_until_the_timeout_are_in_the_message(clock: FakeClock, script: Script) -> None:
    script.server = lambda _call: reply(503, {"message": "down"})
    result = run(OPERATION, {**_items("a")[0], "timeout": 50})
    assert result["error"]["code"] == "timeout"
    assert "No poll succeeded within 50 s: down (HTTP 503)" in result["error"]["message"]
    assert clock.passed == pytest.approx(50, abs=1.5)


def test_a_final_refusal_ends_the_wait(clock: FakeClock, script: Script) -> None:
    script.server = lambda _call: reply(403, {})
    assert run(OPERATION, {**_items("a")[0], "timeout": 50})["error"]["code"] == "forbidden"
    assert len(script.calls) == 1


def test_polls_are_spread_over_the_remaining_rate_limit(clock: FakeClock, script: Script) -> None:
    """Fifty people and 300 calls for ten minutes: each is polled until the end, within the rate limit."""
    people = script.server = People(clock, {})
    left = [300]

    def remaining(_now: float, _call: Call) -> int:
        left[0] -= 1
        return max(0, left[0])

    people.headers = {"X_RateLimit_Remaining": remaining, "X_RateLimit_Reset": lambda now, _call: max(0, 3600 - now)}
    names = [str(n) for n in range(50)]
    options = {"batch": _items(*names), "timeout": 600, "sleep": 2, "max_sleep": 5, "concurrency": 4}
    result = run(OPERATION, options)
    assert len(script.calls) <= 300
    assert result["summary"] == {"timeout": 50}
    assert result["elapsed"] <= 605
    assert all(polls[-1] >= 590 for polls in people.polls.values())
    assert all(len(polls) >= 3 for polls in people.polls.values())


def test_the_delay_comes_before_the_first_poll(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {"a": (0, "accepted")})
    run(OPERATION, {**_items("a")[0], "delay": 7})
    assert people.polls["a"] == pytest.approx([7], abs=0.1)


def test_a_delay_beyond_the_timeout_is_a_poll_at_its_end(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {"a": (0, "accepted")})
    result = run(OPERATION, {"batch": _items("a", "b"), "delay": 20, "timeout": 10})
    assert result["summary"] == {"accepted": 1, "timeout": 1}
    assert [*people.polls["a"], *people.polls["b"]] == pytest.approx([10, 10], abs=0.1)


def test_check_mode_polls_once(clock: FakeClock, script: Script) -> None:
    script.server = People(clock, {})
    result = run(OPERATION, {"batch": _items("a", "b"), "timeout": 600}, check=True)
    assert result["polls"] == 2
    assert not result["failed"]


def test_timeout_zero_polls_once(clock: FakeClock, script: Script) -> None:
    script.server = People(clock, {"a": (0, "accepted")})
    result = run(OPERATION, {"batch": _items("a", "b"), "timeout": 0, "msg": "Too late."})
    assert result["summary"] == {"accepted": 1, "timeout": 1}
    assert result["results"][1]["error"]["message"] == "Too late."
    assert result["polls"] == 2


def test_thousands_of_items_wait_at_the_same_time(clock: FakeClock, script: Script) -> None:
    answers = {str(n): (float(n % 97), "accepted") for n in range(2000)}
    script.server = People(clock, answers)
    result = run(OPERATION, {"batch": _items(*answers), "timeout": 300, "concurrency": 16})
    assert result["summary"] == {"accepted": 2000}
    assert result["elapsed"] < 200


def test_on_error_stop_ends_all_polls(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {"refused": (3, "rejected")})
    items = _items("refused", "patient", "quiet")
    result = run(OPERATION, {"batch": items, "timeout": 60, "on_error": "stop", "concurrency": 1})
    assert result["summary"] == {"rejected": 1, "skipped": 2}
    assert [row.get("skipped", False) for row in result["results"]] == [False, True, True]
    assert max(at for polls in people.polls.values() for at in polls) < 6
    going_on = run(OPERATION, {"batch": items, "timeout": 60, "concurrency": 1})
    assert going_on["summary"] == {"rejected": 1, "timeout": 2}


def test_on_error_stop_waits_only_for_the_polls_under_way(clock: FakeClock, script: Script) -> None:
    under_way, further = threading.Event(), threading.Event()

    def server(call: Call) -> Reply:
        name = call.path.rpartition("/")[2]
        clock.sleep(1)  # so the others are due
        if name == "refused":
            assert under_way.wait(5)
            return reply(200, {"id": name, "status": "rejected"})
        (under_way if name == "patient" else further).set()
        if name == "patient":
            further.wait(0.3)
        return reply(200, {"id": name, "status": "pending"})

    script.server, script.lock = server, nullcontext()
    items = _items("refused", "patient", "quiet")
    result = run(OPERATION, {"batch": items, "timeout": 60, "sleep": 1, "on_error": "stop", "concurrency": 2})
    assert (result["summary"], further.is_set()) == ({"rejected": 1, "skipped": 2}, False)


def test_on_error_stop_applies_to_unknown_users(clock: FakeClock, script: Script) -> None:
    people = script.server = People(clock, {})
    items = [{"username": "nobody", "registration_id": "a"}, *_items("b")]
    script.server = lambda call: reply(200, []) if call.path == "/api/2/users" else people(call)
    result = run(OPERATION, {"batch": items, "timeout": 60, "on_error": "stop"})
    assert result["summary"] == {"skipped": 1, "unknown_user": 1}
    assert not people.polls


@pytest.mark.parametrize(("check", "status"), [(True, "pending"), (False, "accepted")])
def test_only_check_mode_does_not_change_the_journal(
    clock: FakeClock, script: Script, tmp_path: Path, check: bool, status: str
) -> None:
    script.server = People(clock, {"a": (0, "accepted")})
    file = str(tmp_path / "journal.sqlite")
    with closing(DatabaseJournal(file, Account("acme.example"), clock)) as journal:
        claim = journal.claim(JournalKey("registration", 7, "kelly", "1", "SMS"), 120)
        journal.record_sent(claim, status="pending", object_id="a", device_id=None, expires_at=None)
        run(OPERATION, {**_items("a")[0], "journal": file}, check=check)
    with closing(JournalEntries(file, "", clock)) as entries:
        assert [entry["status"] for entry in entries.find(lambda _entry: True)] == [status]


@pytest.mark.usefixtures("clock")
def test_a_wait_that_never_began_has_zero_elapsed_and_polls() -> None:
    alone = run(OPERATION, {"user_id": 7})
    assert (alone["error"]["code"], alone["elapsed"], alone["polls"]) == ("invalid", 0, 0)
    whole = run(OPERATION, {"batch": _items("a"), "sleep": 0})
    assert (whole["error"]["code"], whole["elapsed"], whole["polls"]) == ("invalid", 0, 0)
    (item,) = run(OPERATION, {"batch": [{"user_id": 7}]})["results"]
    assert (item["error"]["code"], item["elapsed"], item["polls"]) == ("invalid", 0, 0)
