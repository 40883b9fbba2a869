# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source for ansible-rulebook: what it hands over, and when it ends."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._events.source import run

from tests.unit.harness import EPOCH, Call, FakeClock, Reply, Script, broken, reply
from tests.unit.test_event_options import arguments, no_environment

__all__ = ["arguments", "no_environment"]

pytestmark = pytest.mark.libraries("ansible-core has no part in it")

ROOT = Path(__file__).resolve().parents[2]
NAMES = {22: "USER_ADDED_OTP_DEVICE", 24: "USER_REMOVED_OTP_DEVICE"}
SCOPES = "Use an API credential of the scope Read Users, or of one that includes it, such as Manage All."


class Ended(Exception):
    """ansible-rulebook ends."""


class RulebookQueue:
    """Takes events, and ends at a moment."""

    def __init__(self, ends_with: int) -> None:
        self.got: list[dict[str, Any]] = []
        self.ends_with = ends_with
        self.confirmed = 0

    async def put(self, item: dict[str, Any]) -> None:
        """Take an event."""
        self.got.append(item)
        if len(self.got) == self.ends_with:
            raise Ended

    async def get(self) -> None:
        """Confirm one."""
        self.confirmed += 1


def row(number: int, at: float, kind: int = 24) -> dict[str, Any]:
    """A row of the log, written so many seconds after the epoch."""
    return {
        "id": number,
        "event_type_id": kind,
        "user_id": 7,
        "created_at": f"2026-01-01T00:{at // 60:02.0f}:{at % 60:02.0f}Z",
    }


def serve(*rows: Any) -> Callable[[Call], Reply]:
    """An account with this log; replies that stand first are given instead, each once."""
    replies = [its for its in rows if not isinstance(its, dict)]

    def server(call: Call) -> Reply:
        if call.path.endswith("/token"):
            return reply(200, {"access_token": "token", "account_id": 45})
        if call.path.endswith("/types"):
            return reply(200, {"data": [{"id": number, "name": name} for number, name in NAMES.items()]})
        if replies:
            return replies.pop(0)  # type: ignore[no-any-return]
        return reply(200, {"data": [its for its in rows if isinstance(its, dict)]})

    return server


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses of the source, which take no time; every sixth ends it."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) % 6 == 0:
            raise Ended

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return slept


def hand_over(arguments: dict[str, Any], *, ends_with: int = 0, **more: Any) -> list[dict[str, Any]]:
    """Run the source until ansible-rulebook ends, and return what it got."""
    queue = RulebookQueue(ends_with)
    with pytest.raises(Ended):
        asyncio.run(run(queue, {**arguments, **more}))
    return queue.got


def ids(events: list[dict[str, Any]]) -> list[int]:
    """The ids of events."""
    return [event["id"] for event in events]


@pytest.mark.usefixtures("naps")
@pytest.mark.parametrize("feedback", [{}, {"eda_feedback_queue": RulebookQueue(0)}], ids=["", "feedback"])
def test_an_event_is_handed_over_once_also_after_a_restart(
    clock: FakeClock, script: Script, arguments: dict[str, Any], feedback: dict[str, Any]
) -> None:
    state = Path(arguments["state_file"])
    script.server = serve()
    assert hand_over(arguments, **feedback) == []
    assert json.loads(state.read_text())["since"] == EPOCH.isoformat(), "what comes from now on counts"
    clock.passed = 60
    script.server = serve(row(3, 30), row(1, 10), row(2, 20))
    first = hand_over(arguments, ends_with=2, **feedback)
    clock.passed = 2000
    script.server = serve(row(4, 1900), row(3, 30), row(1, 10), row(2, 20))
    second = hand_over(arguments, **feedback)
    assert (ids(first), ids(second)) == ([1, 2], [2, 3, 4]), "it was ended before it recorded the second"
    assert first[1] == second[0]
    assert {name: value for name, value in second[0].items() if value is not None} == {
        "id": 2,
        "event_type_id": 24,
        "event_type": "USER_REMOVED_OTP_DEVICE",
        "created_at": "2026-01-01T00:00:20Z",
        "user_id": 7,
        "meta": {"uuid": "f3fa4765-ce95-55c4-ace8-d3746a38008f"},
    }
    assert len({event["meta"]["uuid"] for event in [*first, *second]}) == 4
    assert json.loads(state.read_text()) == {
        "host": "acme.example",
        "region": "us",
        "account_id": 45,
        "since": "2026-01-01T00:21:40+00:00",
        "seen": {"4": "2026-01-01T00:31:40+00:00"},
    }
    asked = [call.query["since"] for call in script.calls if call.path == "/api/1/events"]
    assert asked == ["2026-01-01T00:00:00.000Z"] * 8 + ["2026-01-01T00:21:40.000Z"] * 5
    assert {call.query["limit"] for call in script.calls if call.path == "/api/1/events"} == {1000}
    assert hand_over(arguments, **feedback) == []
    assert [queue.confirmed for queue in feedback.values()] == [4 for _queue in feedback], (
        "the second was not confirmed"
    )


@pytest.mark.usefixtures("clock", "naps")
def test_a_state_of_another_account_ends_it(script: Script, arguments: dict[str, Any]) -> None:
    script.server = serve()
    hand_over(arguments)
    state = Path(arguments["state_file"])
    text = state.read_text().replace('"account_id": 45', '"account_id": 46')
    state.write_text(text)
    with pytest.raises(RuntimeError) as end:
        asyncio.run(run(RulebookQueue(0), arguments))
    assert str(end.value) == (
        "The state file belongs to the account us/46, and the credential to us/45."
        " Give each account a state_file of its own."
    )
    assert state.read_text() == text


@pytest.mark.usefixtures("clock", "naps")
def test_an_account_without_an_id_is_known_by_its_host_and_its_clock_counts(
    script: Script, arguments: dict[str, Any]
) -> None:
    """An event that comes late is found behind a page of known ones."""
    usual, late = serve(), list[dict[str, Any]]()

    def server(call: Call) -> Reply:
        if call.path.endswith("/token"):
            return reply(200, {"access_token": "token"})
        if call.path.endswith("/types"):
            return reply(200, usual(call).body, Date="Thu, 01 Jan 2026 00:00:50 GMT")  # type: ignore[union-attr]
        if not call.query.get("after_cursor"):
            return reply(200, {"data": [row(4, 70), row(2, 60)], "pagination": {"after_cursor": "next"}})
        late.append(row(3, 55))
        return reply(200, {"data": late[1:2]})

    script.server = server
    events = hand_over(arguments)
    assert [(its["id"], its["meta"]["uuid"]) for its in events] == [
        (2, "7271c25f-2dba-530a-b7c6-3f08c82cd8b8"),
        (4, "cca3a7ff-f469-5e4b-a633-bcca24150ce2"),
        (3, "ffc34926-f62b-536d-8af7-e65e5a3bbe81"),
    ]
    assert json.loads(Path(arguments["state_file"]).read_text())["account_id"] is None
    assert {call.query["since"] for call in script.calls if "since" in call.query} == {"2026-01-01T00:00:50.000Z"}


@pytest.mark.usefixtures("clock", "naps")
def test_the_first_start_can_begin_earlier(script: Script, arguments: dict[str, Any]) -> None:
    script.server = serve(row(1, 10), row(2, 20))
    assert ids(hand_over(arguments, since="2026-01-01T00:00:15Z", event_types=[24, NAMES[22]])) == [2]
    assert next(call.query["event_type_id"] for call in script.calls if "event_type_id" in call.query) == "24,22"


@pytest.mark.usefixtures("clock")
def test_it_keeps_trying_with_growing_pauses_and_says_so_once(
    script: Script, arguments: dict[str, Any], naps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    limit = reply(429, {}, X_RateLimit_Remaining=0, Retry_After=700)
    script.server = serve(broken(sent=True), reply(503, {}), reply(502, {}), limit, row(1, 10))
    assert ids(hand_over(arguments, interval=10, since="2026-01-01T00:00:00Z")) == [1]
    assert naps[:5] == [10, 20, 40, 700, 10]
    assert caplog.record_tuples == [
        (
            "community.onelogin.events",
            logging.WARNING,
            "OneLogin's events cannot be read; the source keeps trying. The connection broke.",
        ),
        ("community.onelogin.events", logging.WARNING, "OneLogin's events can be read again."),
    ]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("interval", "pauses"), [(100, [100, 200, 300, 300, 300, 300]), (400, [400, 400, 400, 400, 400, 400])]
)
def test_the_pauses_grow_to_five_minutes_or_the_interval(
    script: Script, arguments: dict[str, Any], naps: list[float], interval: float, pauses: list[float]
) -> None:
    script.server = serve(*[reply(200, text="<html>")] * 6)
    assert hand_over(arguments, interval=interval) == []
    assert naps == pauses


@pytest.mark.usefixtures("clock", "naps")
def test_a_token_that_could_not_be_got_is_asked_for_again(script: Script, arguments: dict[str, Any]) -> None:
    log = serve(row(1, 10))
    failures: list[Reply] = [broken(sent=False), reply(503, {})]

    def server(call: Call) -> Reply:
        return failures.pop() if failures and call.path.endswith("/token") else log(call)

    script.server = server
    assert ids(hand_over(arguments, since="2026-01-01T00:00:00Z")) == [1]


@pytest.mark.usefixtures("clock", "naps")
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (reply(403, {"message": "No"}), f"No (HTTP 403). {SCOPES}"),
        (reply(401, {"message": "Insufficient Permission"}), f"Insufficient Permission (HTTP 401). {SCOPES}"),
        (
            reply(404, {"message": "No"}),
            "No (HTTP 404). Check the id; it may have been removed or have expired.",
        ),
    ],
)
def test_an_error_that_does_not_pass_ends_it(
    script: Script, arguments: dict[str, Any], answer: Reply, message: str
) -> None:
    script.server = serve(answer)
    with pytest.raises(RuntimeError) as end:
        asyncio.run(run(RulebookQueue(0), arguments))
    assert str(end.value) == message


def test_the_plugin_finds_the_collection_beside_another_package(tmp_path: Path) -> None:
    """The package ansible on PyPI has a folder of that name, which is a package and hides all others."""
    here = tmp_path / "own/ansible_collections/community"
    here.mkdir(parents=True)
    (here / "onelogin").symlink_to(ROOT)
    (tmp_path / "other/ansible_collections").mkdir(parents=True)
    (tmp_path / "other/ansible_collections/__init__.py").touch()
    code = (
        "import asyncio, runpy\n"
        f"main = runpy.run_path({str(here / 'onelogin/extensions/eda/plugins/event_source/events.py')!r})['main']\n"
        "asyncio.run(main(None, {}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path += {[str(tmp_path / 'other'), *sys.path]!r}\n{code}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert "RuntimeError: state_file is not set." in done.stderr
