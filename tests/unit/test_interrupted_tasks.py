# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task returns that ends early: an interruption, and trouble with what all items share."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._engine.watch import EventWatch
from ansible_collections.community.onelogin.plugins.module_utils._operations import device, registration

from tests.unit.harness import MFA, Call, Reply, Script, reply, run

DEVICE = {"device_id": "5", "type_display_name": "Text", "auth_factor_name": "SMS", "user_display_name": "Phone"}


def briefly(result: dict[str, Any]) -> list[tuple[Any, str | None, str]]:
    """Whether each item failed, its error code and its message."""
    return [(row["failed"], (row.get("error") or {}).get("code"), row.get("msg", "")) for row in result["results"]]


@pytest.mark.usefixtures("clock")
def test_an_interrupted_task_says_what_was_done(script: Script) -> None:
    def server(call: Call) -> Reply:
        if call.path == f"{MFA}/8/devices":
            raise KeyboardInterrupt
        return reply(200, [DEVICE])

    script.server = server
    batch = [{"user_id": number, "key": str(number)} for number in (7, 8, 9)]
    result = run(device.INFO, {"batch": batch, "concurrency": 1})
    not_done = "The run was interrupted before this was done. Raise the timeout, or check again later; a run without"
    not_done += " an answer changes nothing."
    assert briefly(result) == [
        (False, None, ""),
        *((True, "timeout", f"user_id {number}: {not_done}") for number in (8, 9)),
    ]
    assert (result["interrupted"], result["summary"]) == (True, {"enrolled": 1, "timeout": 2})


@pytest.mark.usefixtures("clock")
def test_users_who_cannot_be_looked_up_fail_with_the_same_error(script: Script) -> None:
    """The first failure is kept, so that OneLogin is not asked again for each of them."""

    def server(call: Call) -> Reply:
        return reply(503, {"message": "Try later"}) if call.path == "/api/2/users" else reply(200, [DEVICE])

    script.server = server
    batch: list[dict[str, Any]] = [{"email": "ann@x.example"}, {"username": "bob"}, {"user_id": 9}]
    result = run(device.INFO, {"batch": batch, "concurrency": 1, "retries": 1})
    assert [row[1] for row in briefly(result)] == ["unavailable", "unavailable", None]
    assert script.sent.count("GET /api/2/users") == 1


@pytest.mark.usefixtures("clock")
def test_a_mistake_in_reading_events_does_not_end_a_wait(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(_watch: EventWatch, _events: Any) -> list[int]:
        raise ZeroDivisionError

    monkeypatch.setattr(EventWatch, "take", take)
    state = {"id": "r1", "status": "accepted", "device_id": "5"}
    polled: list[str] = []

    def server(call: Call) -> Reply:
        if "/events" in call.path:
            return reply(200, {"pagination": {}, "data": []})
        polled.append(call.path)
        return reply(200, {**state, "status": "accepted" if len(polled) > 1 else "pending"})

    script.server = server
    options = {"user_id": 7, "registration_id": "r1", "events": True, "timeout": 60}
    result = run(registration.WAIT, options)
    assert (result["failed"], result["registration"]["status"], result["polls"]) == (False, "accepted", 2)
    (warning,) = result["warnings"]
    assert "ZeroDivisionError" in warning
    assert warning.endswith("Each item is polled as if events were not set.")
