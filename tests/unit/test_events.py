# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading events: once by the module, and repeatedly by a feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.events import EventFeed
from ansible_collections.community.onelogin.plugins.module_utils._operations.event import INFO

from tests.unit.harness import EPOCH, Call, FakeClock, Reply, Script, broken, reply, run

NAMES = {5: "USER_LOGGED_IN", 22: "USER_ADDED_OTP_DEVICE", 24: "USER_REMOVED_OTP_DEVICE"}


def row(number: Any, at: float = 0, kind: int = 22, **more: Any) -> dict[str, Any]:
    """Build a row of the log; ``at`` is in seconds after the epoch."""
    created = (EPOCH + timedelta(seconds=at)).isoformat(timespec="milliseconds")
    return {"id": number, "event_type_id": kind, "user_id": 7, "created_at": created, **more}


def serve(*pages: Any, date: datetime | None = None) -> Callable[[Call], Reply]:
    """Serve a log in pages, without filtering; a page can also be a complete reply."""

    def server(call: Call) -> Reply:
        if call.path.endswith("/types"):
            return reply(200, {"data": [{"id": number, "name": name} for number, name in NAMES.items()]})
        number = int(call.query.get("after_cursor", 0))
        page = pages[number]
        if not isinstance(page, list):
            return page  # type: ignore[no-any-return]
        after = str(number + 1) if number + 1 < len(pages) else '""'
        headers = {"Date": format_datetime(date, usegmt=True)} if date else {}
        return reply(200, {"pagination": {"after_cursor": after}, "data": page}, **headers)

    return server


@pytest.mark.usefixtures("clock")
def test_events_are_shown_once_oldest_first(script: Script) -> None:
    """Two events without an id may differ, so both are shown."""
    script.server = serve([row(3, 30, 24), row(1, 10)], [row(1, 10), row(2, 20, 99), row("x", 15), row("x", 15)])
    result = run(INFO, {"user_id": 7})
    assert [its["id"] for its in result["events"]] == [1, None, None, 2, 3]
    assert [its["event_type"] for its in result["events"]] == [NAMES[22], NAMES[22], NAMES[22], None, NAMES[24]]
    assert result["truncated"] is False
    sent = {call.path: call.query for call in script.calls}["/api/1/events"]
    assert sent == {"sort": "-id", "limit": 1000, "user_id": 7, "after_cursor": "1"}


@pytest.mark.usefixtures("clock")
def test_texts_of_events_are_cleaned_and_shortened(script: Script) -> None:
    wild = {"user_name": "Eve\x1b[2J\u202e", "notes": "n" * 9000, "__ansible_unsafe": "x", "custom_message": "123456"}
    ids = {"otp_device_id": 3920371, "actor_user_id": "12", "client_id": True, "group_id": "9" * 40, "role_id": [1]}
    script.server = serve([row(1) | wild | ids])
    (shown,) = run(INFO, {})["events"]
    assert shown["user_name"] == "Eve[2J"
    assert len(shown["notes"]) == 500
    assert (shown["otp_device_id"], shown["actor_user_id"]) == ("3920371", 12)
    assert [shown[name] for name in ("client_id", "group_id", "role_id")] == [None, None, None]
    assert not {"__ansible_unsafe", "custom_message"} & set(shown)


@pytest.mark.usefixtures("clock")
def test_types_are_names_or_ids_and_other_events_are_dropped(script: Script) -> None:
    script.server = serve([row(4, 50, 5), row(3, 40), row(2, 30, 24), row(1, 5)])
    query = {"since": "2026-01-01T00:00:10Z", "until": "2026-01-01 00:00:35", "limit": 5}
    item = {**query, "event_types": ["user_added_otp_device", "24"]}
    first, second = run(INFO, {"batch": [item, {**query, "event_types": [5]}]})["results"]
    assert [its["id"] for its in first["events"]] == [2], "the server ignores the filters"
    assert second["events"] == []
    assert script.sent.count("GET /api/1/events/types") == 1
    sent = next(call.query for call in script.calls if "event_type_id" in call.query)
    assert sent["event_type_id"] == "22,24"
    assert (sent["since"], sent["until"]) == ("2026-01-01T00:00:10.000Z", "2026-01-01T00:00:35.000Z")


@pytest.mark.usefixtures("clock")
def test_the_limit_keeps_the_newest_events_and_reports_it(script: Script) -> None:
    script.server = serve([row(3, 3), row(2, 2)], [row(1, 1)])
    cut, whole = (run(INFO, {"limit": limit}) for limit in (2, 3))
    assert [its["id"] for its in cut["events"]] == [2, 3]
    assert (cut["truncated"], whole["truncated"]) == (True, False)
    assert cut["msg"] == "There are more events: these are the newest 2. Raise limit, or set since."
    assert len(whole["events"]) == 3


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"since": "yesterday"}, "since is yesterday; it must be a time such as 2026-11-24T09:30:00Z."),
        ({"since": "2026-01-02", "until": "2026-01-01"}, "since, 2026-01-02, is not before until, 2026-01-01."),
        ({"limit": 0}, "limit is 0"),
        ({"email": "*@example.com"}, "contains a wildcard"),
    ],
)
def test_an_invalid_query_is_refused_before_a_call(script: Script, options: dict[str, Any], message: str) -> None:
    error = run(INFO, options)["error"]
    assert error["code"] == "invalid"
    assert message in error["message"]
    assert script.calls == []


@pytest.mark.usefixtures("clock")
def test_an_unknown_type_gets_a_suggestion(script: Script) -> None:
    script.server = serve([])
    error = run(INFO, {"event_types": ["USER_ADDED_OTP_DEVICES"]})["error"]
    assert error["message"].startswith("No type of event is named USER_ADDED_OTP_DEVICES. Did you mean USER_ADDED_OTP")
    assert script.sent == ["GET /api/1/events/types"]


@pytest.mark.usefixtures("clock")
def test_events_have_no_names_if_the_types_cannot_be_read(script: Script) -> None:
    log = serve([row(1)])
    script.server = lambda call: reply(404, {}) if call.path.endswith("/types") else log(call)
    assert run(INFO, {"event_types": ["22"]})["events"][0]["event_type"] is None
    assert run(INFO, {"event_types": [NAMES[22]]})["error"]["code"] == "not_found"


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    "pages",
    [
        ([row(1)], [row(1)], []),
        ([row(1)], [], []),
        (reply(200, [row(1)]),),
        (reply(200, {"data": [5]}),),
        ([row(1)], reply(200, {"data": None})),
        (reply(200, {"data": [row(1)], "pagination": {"after_cursor": True}}),),
        (reply(200, {"data": [row(1)], "pagination": "none"}),),
    ],
    ids=[
        "the same again",
        "an empty page in between",
        "no envelope",
        "no rows",
        "a page without data",
        "a cursor that is none",
        "text in place of the pages",
    ],
)
def test_an_incomplete_list_is_an_error(script: Script, pages: tuple[Any, ...]) -> None:
    script.server = serve(*pages)
    assert run(INFO, {})["error"]["code"] == "bad_response"


Feed = Callable[..., EventFeed]


@pytest.fixture
def feed(clock: FakeClock, client: Callable[..., Client]) -> Feed:
    """A factory for feeds that begin at the epoch."""
    return lambda **options: EventFeed(client(), clock, (22,), options.pop("since", EPOCH), **options)


def ids(feed: EventFeed) -> list[int | None]:
    """Read the feed and return the ids of the new events."""
    return [its.id for its in feed.read()]


def test_a_feed_returns_each_event_once_even_if_it_is_late(clock: FakeClock, script: Script, feed: Feed) -> None:
    events = feed()
    clock.passed = 200
    script.server = serve([row(3, 190), row(2, 180), row(2, 180)])
    assert ids(events) == [2, 3]
    first = events.lag
    clock.passed = 210
    script.server = serve([row(4, 200), row(3, 190), row(2, 180), row(1, 150)])
    assert ids(events) == [1, 4]
    assert (first, events.lag) == (None, 35.0), "the first events may be old, so they have no lag"
    assert ids(events) == []
    assert [call.query["since"][-10:] for call in script.calls] == ["00:00.000Z", "01:10.000Z", "01:20.000Z"]


def test_a_failed_reading_loses_no_events(clock: FakeClock, script: Script, feed: Feed) -> None:
    events = feed()
    clock.passed = 60
    script.server = serve([row(2, 50)], broken(sent=True, lasting=True))
    with pytest.raises(OneLoginError):
        events.read()
    script.server = serve([row(2, 50)], [row(1, 40)])
    assert ids(events) == [1, 2]


@pytest.mark.parametrize(("thorough", "found"), [(False, [9]), (True, [1, 9])])
def test_only_a_thorough_feed_reads_past_known_events(
    clock: FakeClock, script: Script, feed: Feed, thorough: bool, found: list[int]
) -> None:
    events = feed(thorough=thorough)
    clock.passed = 90
    script.server = serve([row(4, 50)], [row(3, 40), row(2, 30)])
    assert ids(events) == [2, 3, 4]
    script.server = serve([row(9, 60)], [row(4, 50)], [row(3, 40), row(2, 30)], [row(1, 35)])
    assert ids(events) == found


def test_an_event_with_a_future_time_hides_no_other_events(clock: FakeClock, script: Script, feed: Feed) -> None:
    events = feed()
    clock.passed = 300
    script.server = serve([row(2, 10**8), row(1, 290)])
    assert ids(events) == [1, 2]
    assert events.since == EPOCH + timedelta(seconds=170)


def test_the_time_of_the_response_is_used_instead_of_a_wrong_clock(
    clock: FakeClock, script: Script, feed: Feed
) -> None:
    events = feed()
    clock.passed = 10**7
    script.server = serve([row(1, 290)], date=EPOCH + timedelta(seconds=300))
    ids(events)
    script.server = serve([row(2, 310), row(1, 290)], date=EPOCH + timedelta(seconds=312))
    assert ids(events) == [2]
    assert events.lag == 2.0


def test_a_feed_continues_where_another_ended(clock: FakeClock, script: Script, feed: Feed) -> None:
    first = feed()
    clock.passed = 500
    script.server = serve([row(3, 490), row(2, 480), row(1, 10)])
    assert ids(first) == [1, 2, 3]
    assert set(first.seen) == {2, 3}, "the first event is too old to be remembered"
    script.server = serve([row(4, 495), row(3, 490), row(2, 480)])
    assert ids(feed(since=first.since, seen=first.seen)) == [4]
