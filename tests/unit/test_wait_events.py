# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting with the account's events: which items are polled when, and that no event changes a result."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._operations.registration import WAIT as OPERATION
from ansible_collections.community.onelogin.plugins.module_utils._operations.verification import (
    WAIT as VERIFICATION_WAIT,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.harness import EPOCH, Call, FakeClock, Reply, Script, broken, reply, run

TYPES = {22: "USER_ADDED_OTP_DEVICE", 537: "API_CONFIRM_FACTOR", 538: "API_CONFIRM_FACTOR_FAILED", 5: "LOGIN"}
NEVER = float("inf")


@dataclass(frozen=True)
class Person:
    """A person with a registration, and the time of the answer."""

    answers_at: float = NEVER
    status: str = "accepted"
    expires_at: float | None = None


@dataclass(frozen=True)
class Log:
    """The behaviour of OneLogin's log of events.

    :param lost: the fraction of events that are never listed.
    :param lag: the longest time until an event is listed, in seconds.
    :param copies: how many times an event is listed.
    :param ahead: seconds by which the times of events are ahead of this machine's clock.
    :param shows_time: whether responses have the time on that clock.
    """

    lost: float = 0.0
    lag: float = 0.0
    copies: int = 1
    mixed: bool = False
    ahead: float = 0.0
    shows_time: bool = False
    page: int = 1000
    seed: int = 0


@dataclass
class Account:
    """An account with one registration for each person, whose user id is 1 and so on, and a log."""

    clock: FakeClock
    people: Sequence[Person]
    log: Log = field(default_factory=Log)
    more: list[dict[str, Any]] = field(default_factory=list)
    refusal: Reply | None = None
    polls: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    readings: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, call: Call) -> Reply:
        if call.path.startswith("/api/1/events"):
            return self.refusal or self._events(call)
        number = int(call.path.rpartition("/")[2])
        self.polls[number].append(self.clock.passed)
        return reply(200, {"id": str(number), "status": self._status(self.people[number - 1])})

    def _status(self, person: Person) -> str:
        if self.clock.passed >= min(person.answers_at, person.expires_at or NEVER):
            return person.status if person.answers_at <= (person.expires_at or NEVER) else "rejected"
        return "pending"

    def _events(self, call: Call) -> Reply:
        date = {"Date": format_datetime(self._time(self.clock.passed), usegmt=True)} if self.log.shows_time else {}
        if call.path.endswith("/types"):
            rows = [{"id": number, "name": name} for number, name in TYPES.items()]
            return reply(200, {"data": rows}, **date)
        if "after_cursor" not in call.query:
            self.readings.append((self.clock.passed, dict(call.query)))
        found = [row for row in self._listed() if row["created_at"] > call.query["since"]]
        start = int(call.query.get("after_cursor", 0))
        after = str(start + self.log.page) if start + self.log.page < len(found) else None
        return reply(200, {"pagination": {"after_cursor": after}, "data": found[start : start + self.log.page]}, **date)

    def _listed(self) -> list[dict[str, Any]]:
        chance = random.Random(self.log.seed)
        rows: list[dict[str, Any]] = []
        for number, person in enumerate(self.people, 1):
            for kind in (537, 22) if person.status == "accepted" else (538,):
                at, lost, lag = person.answers_at, chance.random() < self.log.lost, chance.uniform(0, self.log.lag)
                if not lost and at + lag <= self.clock.passed:
                    rows.append(event(len(rows), number, at, kind) | {"created_at": self._time(at).isoformat()[:26]})
        for row in rows:
            row["id"] = row["user_id"] * 10 + row["event_type_id"] % 7  # the same id in each reading
        rows += [row for row in self.more if row["at"] <= self.clock.passed]
        rows.sort(key=lambda row: str(row["id"]), reverse=True)
        if self.log.mixed:
            chance.shuffle(rows)
        return [row for row in rows for _copy in range(self.log.copies)]

    def _time(self, passed: float) -> datetime:
        return EPOCH + timedelta(seconds=passed + self.log.ahead)


def event(number: int, user_id: Any, at: float, kind: int = 537, **more: Any) -> dict[str, Any]:
    """Build a row of the log."""
    created = (EPOCH + timedelta(seconds=at)).isoformat()
    return {"id": number, "event_type_id": kind, "user_id": user_id, "created_at": created, "at": at, **more}


def items(people: Sequence[Person]) -> list[dict[str, Any]]:
    """Build the items of a wait for the people's registrations."""
    return [
        {
            "user_id": number,
            "registration_id": str(number),
            **({"expires_at": (EPOCH + timedelta(seconds=its.expires_at)).isoformat()} if its.expires_at else {}),
        }
        for number, its in enumerate(people, 1)
    ]


def wait(account: Account, **options: Any) -> dict[str, Any]:
    """Wait for everyone, with events."""
    return run(OPERATION, {"batch": items(account.people), "timeout": 300, "events": True, **options})


@pytest.fixture
def account(clock: FakeClock, script: Script) -> Account:
    """Three people: one accepts, one rejects, and one never answers."""
    own = Account(clock, [Person(20.5), Person(7.2, "rejected"), Person()])
    script.server = own
    return own


def test_an_event_selects_the_item_to_poll(account: Account) -> None:
    result = wait(account)
    assert result["summary"] == {"accepted": 1, "rejected": 1, "timeout": 1}
    assert account.polls[1] == pytest.approx([23.75])
    assert account.polls[2] == pytest.approx([7.5])
    assert account.polls[3] == pytest.approx([61.3, 121.3, 181.3, 241.3, 300], abs=0.5), "once a minute, and at the end"
    assert result["polls"] == 7
    read = {"readings": len(account.readings), "events": 3, "named": 2}
    assert {name: result["events"][name] for name in read} == read
    assert result["events"]["lag"] == pytest.approx(3.25, abs=0.1)
    assert "warnings" not in result


def test_the_types_and_the_start_of_the_first_reading(account: Account) -> None:
    wait(account, timeout=5)
    first = account.readings[0][1]
    assert first["event_type_id"] == "22,537,538,540,1400", "types that the account does not list have their known ids"
    assert first["since"] == "2025-12-31T23:45:00.000Z"
    account.people = [Person(expires_at=-1800)]
    wait(account, timeout=5)
    assert account.readings[-1][1]["since"] == "2025-12-31T23:15:00.000Z", (
        "the oldest start of a registration that expired 30 minutes ago"
    )


def test_pauses_between_readings_grow_while_no_one_answers(account: Account) -> None:
    account.people = [Person(125), Person()]
    wait(account, max_sleep=30)
    times = [at for at, _query in account.readings]
    pauses = [round(after - before, 1) for before, after in pairwise(times)]
    assert pauses[:7] == pytest.approx([3, 4.5, 6.8, 10.1, 15.2, 22.8, 30], abs=0.3)
    assert min(pauses[7:]) == pytest.approx(2, abs=0.3), "short again after the answer"
    assert len(account.readings) < 20


def test_a_longer_sleep_reduces_polls(account: Account) -> None:
    account.log = Log(lost=1)
    wait(account, sleep=12, max_sleep=30)
    assert account.polls[1] == pytest.approx([120], abs=0.5)


def test_answers_before_the_wait_are_found(account: Account, clock: FakeClock) -> None:
    clock.passed = 100
    result = wait(account)
    assert [row["polls"] for row in result["results"][:2]] == [1, 1]
    assert max(account.polls[1] + account.polls[2]) < 102


def test_an_expired_registration_is_polled_at_once(account: Account) -> None:
    account.people = [Person(expires_at=-30.0)]
    assert wait(account)["summary"] == {"expired": 1}
    assert account.polls[1] == [0]


def test_irrelevant_events_cause_no_polls(account: Account) -> None:
    account.people = [Person()]
    account.more = [
        event(901, 8, 3, user_name="Kelly"),
        event(902, None, 3),
        event(903, "1x", 3),
        event(904, True, 3),
        event(905, {"id": 1}, 3),
        event(0, 1, 3) | {"id": "no id"},  # without a valid id it cannot be recognized as new
        event(906, 1, 3, kind=5),  # a login, which the query did not request
    ]
    assert wait(account, timeout=50)["polls"] == 1
    assert account.polls[1] == pytest.approx([50], abs=0.1)


def test_an_event_of_another_device_causes_no_poll(clock: FakeClock, script: Script) -> None:
    account = script.server = Account(clock, [Person(), Person(20)])
    account.more = [event(901, 1, 5, kind=528, otp_device_id=4711), event(902, 2, 21, kind=528, otp_device_id=77)]
    rows = [{"verification": {"id": str(n), "user_id": n, "status": "pending", "device_id": "77"}} for n in (1, 2)]
    run(VERIFICATION_WAIT, {"batch": rows, "timeout": 50, "events": True})
    assert account.polls[1] == pytest.approx([50], abs=0.1)
    assert account.polls[2] == pytest.approx([24.375])


def test_two_registrations_of_one_user(clock: FakeClock, script: Script) -> None:
    """An event without a device can be about either; an event of a finished device is about no other."""
    account = Account(clock, [Person(10), Person()])

    def server(call: Call) -> Reply:
        answer = account(call)
        assert isinstance(answer, Response)
        if call.path.endswith("/1") and answer.body["status"] == "accepted":
            answer.body["device_id"] = "77"
        return answer

    script.server = server
    account.more = [event(901, 7, 10), event(902, 7, 20, kind=22, otp_device_id="77")]
    account.log = Log(lost=1)
    batch = [{"user_id": 7, "registration_id": number} for number in ("1", "2")]
    run(OPERATION, {"batch": batch, "timeout": 50, "events": True})
    assert [len(account.polls[number]) for number in (1, 2)] == [1, 2]


@pytest.mark.parametrize(
    "refusal",
    [
        reply(403, {"message": "Not allowed"}),
        reply(401, {"status": {"error": True, "code": 401, "message": "Insufficient Permission"}}),
        reply(404, {}),
        reply(200, []),
        reply(200, {"data": 5}),
    ],
    ids=["403", "permission", "404", "list", "wrong type"],
)
def test_without_events_the_wait_warns_once_and_polls(account: Account, clock: FakeClock, refusal: Reply) -> None:
    account.refusal = refusal
    result = wait(account)
    (warning,) = result["warnings"]
    assert "Each item is polled as if events were not set." in warning
    with_events, account.polls = account.polls, defaultdict(list)
    clock.passed = 0
    plain = wait(account, events=False)
    assert result["summary"] == plain["summary"] == {"accepted": 1, "rejected": 1, "timeout": 1}
    assert {number: len(times) for number, times in with_events.items()} == {
        number: len(times) for number, times in account.polls.items()
    }


@pytest.mark.parametrize("trouble", [reply(503, {}), broken(sent=True), reply(429, {}, Retry_After=7)], ids=str)
def test_temporary_errors_of_events_do_not_end_the_wait(account: Account, trouble: Reply) -> None:
    account.refusal = trouble
    result = wait(account)
    assert result["summary"] == {"accepted": 1, "rejected": 1, "timeout": 1}
    assert "warnings" not in result
    assert account.polls[1][0] == pytest.approx(61, abs=8)


def test_check_mode_reads_no_events(account: Account, script: Script) -> None:
    result = run(OPERATION, {"batch": items(account.people), "events": True}, check=True)
    assert (result["polls"], "events" in result) == (3, False)
    assert not any("events" in call.path for call in script.calls)


def test_on_error_stop(account: Account) -> None:
    result = wait(account, on_error="stop")
    assert result["summary"] == {"rejected": 1, "skipped": 2}
    assert result["elapsed"] < 12


def test_a_wait_makes_about_one_call_per_person_and_reading(clock: FakeClock, script: Script) -> None:
    people = [Person(number % 50) for number in range(1, 301)]
    account = script.server = Account(clock, people)
    result = wait(account, concurrency=16)
    assert result["summary"] == {"accepted": 300}
    assert len(script.calls) <= 1.5 * 300 + 50 / 2
    clock.passed = 0
    assert len(script.calls) < run(OPERATION, {"batch": items(people), "timeout": 300, "concurrency": 16})["polls"]


def test_events_reserve_the_calls_for_the_last_polls(clock: FakeClock, script: Script) -> None:
    """Forty people who never answer, and 60 calls for ten minutes."""
    account, left = Account(clock, [Person()] * 40), [60]

    def server(call: Call) -> Reply:
        left[0] -= 1
        answer = account(call)
        assert isinstance(answer, Response)
        limit = {"X-RateLimit-Remaining": str(max(0, left[0])), "X-RateLimit-Reset": str(3600 - int(clock.passed))}
        return replace(answer, headers=limit)

    script.server = server
    result = wait(account, timeout=600)
    assert result["summary"] == {"timeout": 40}
    assert all(times[-1] >= 590 for times in account.polls.values())
    assert len(script.calls) <= 60


# Arbitrary logs: each of these properties can be wrong at the same time.
logs = st.builds(
    Log,
    lost=st.sampled_from([0, 0.3, 1, 1]),
    lag=st.sampled_from([0, 5, 90, 400]),
    copies=st.integers(1, 3),
    mixed=st.booleans(),
    ahead=st.sampled_from([0, -90, 90, -7200, 7200, -40_000_000]),
    shows_time=st.booleans(),
    page=st.sampled_from([1, 3, 1000]),
    seed=st.integers(0, 9),
)
# Whether a rejection in the minute before the expiry is recognized depends on the time of the poll.
persons = st.one_of(
    st.builds(Person, st.one_of(st.just(NEVER), st.integers(-800, 400).map(float)), st.just("accepted")),
    st.builds(Person, st.integers(-800, 400).map(float), st.just("rejected")),
    st.builds(Person, st.one_of(st.just(NEVER), st.integers(0, 115).map(float)), st.just("accepted"), st.just(120.0)),
    st.builds(Person, st.integers(0, 50).map(float), st.just("rejected"), st.just(120.0)),
    st.builds(Person, expires_at=st.sampled_from([-700.0, -30.0, 30.0])),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(persons, min_size=1, max_size=6),
    log=logs,
    noise=st.lists(st.integers(0, 7), max_size=5),
    sleep=st.sampled_from([15, 2]),  # with 15, polls without an event are rarer than the lifetime of a code
)
def test_the_results_are_the_same_as_without_events_for_any_log(
    clock: FakeClock, script: Script, people: list[Person], log: Log, noise: list[int], sleep: int
) -> None:
    found = []
    for events in (True, False):
        clock.passed = 0
        account = script.server = Account(clock, people, log)
        account.more = [event(10_000 + number, user, number * 9.0) for number, user in enumerate(noise)]
        result = wait(account, events=events, concurrency=2, sleep=sleep)
        assert "warnings" not in result or log.page < log.copies * 2, "pages that contain only copies"
        found.append([essence(row) for row in result["results"]])
    assert found[0] == found[1]


def essence(row: dict[str, Any]) -> Any:
    """The outcome of an item, without its times."""
    return row["registration"], row["failed"], row.get("error") and row["error"]["code"]
