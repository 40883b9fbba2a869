# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of the account: listed by a module and used by waits, with every behaviour of OneLogin's log."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, simulator, task
from tests.integration.operations import OperationRunner

PROTECT, SMS = "OneLogin Protect", "OneLogin SMS"
PEOPLE = [
    {
        "email": f"p{number}@example.com",
        "username": f"p{number}",
        "phone": "+12025550143",
        "sim_answer": "reject" if number % 4 == 3 else "accept",
        "sim_answer_after": 5 + number,
    }
    for number in range(12)
]
ITEMS = [{"email": person["email"], "factor": PROTECT} for person in PEOPLE]
ENDS = {"accepted": 9, "rejected": 3}
LOGS: list[dict[str, str]] = [
    {},
    {"event_lag": "30", "event_copies": "2"},
    {"event_lag": "uneven", "event_order": "mixed"},
    {"events_listed": "half", "event_page": "50", "enrolment_event": "540"},
    {"events_listed": "none"},
    {"enrolment_event": "none"},
    {"enrolment_event": "1400"},
]


@pytest.mark.once("it is about OneLogin's events, which the modules read the same way with and without Ansible")
@pytest.mark.parametrize("log", LOGS, ids=str)
def test_a_wait_has_the_same_result_for_every_behaviour_of_the_log(
    sim: Simulator, paced: OperationRunner, log: dict[str, str]
) -> None:
    sim.reset(PEOPLE)
    sim.switch(**log)
    made = paced("mfa_registration", batch=ITEMS)["results"]
    before = len(sim.log())
    waited = paced("mfa_registration_wait", batch=made, events=True, timeout=200)
    assert waited["summary"] == ENDS
    assert waited["polls"] <= 2 * len(PEOPLE)
    polls = [row["path"] for row in sim.log()[before:] if "/registrations/" in row["path"]]
    assert len(polls) == waited["polls"]
    if not log:
        assert len(polls) == len(PEOPLE), "one poll for each person, without a first poll of everyone"
        assert waited["events"]["named"] == len(PEOPLE)
        assert waited["events"]["lag"] < 10
    if "events_listed" not in log:
        assert waited["elapsed"] < 60


@pytest.mark.once("it is about OneLogin's events, which the modules read the same way with and without Ansible")
def test_a_wait_for_a_push_uses_its_events(sim: Simulator, paced: OperationRunner) -> None:
    """Events of an earlier enrolment and of the start of a push do not count."""
    sim.reset([{**person, "sim_enrolled": PROTECT} for person in PEOPLE])
    paced("mfa_registration", batch=[{**item, "factor": SMS, "verified": True} for item in ITEMS])
    made = paced("mfa_verification", batch=ITEMS)["results"]
    waited = paced("mfa_verification_wait", batch=made, events=True, timeout=200)
    assert (waited["summary"], waited["polls"]) == (ENDS, len(PEOPLE))


def test_events_in_a_playbook(sim: Simulator, playbook: Playbook, way: dict[str, Any]) -> None:
    people = [{**person, "sim_answer_after": 0.5} for person in PEOPLE[:4]]
    sim.reset(people)
    wait = {"batch": "{{ made.results }}", "events": True, "sleep": 0.3, "timeout": 20}
    refused = {"fault": "403", "path": "/api/1/events", "times": None}
    started = task("mfa_registration", {"batch": ITEMS[:4]}, register="made")
    done = playbook(
        [
            started,
            task("mfa_registration_wait", wait, name="watched", ignore_errors=True, **way),
            task("event_info", {"event_types": ["USER_ADDED_OTP_DEVICE"]}, name="devices", **way),
            task("event_info", {"batch": ["p0", "p3@example.com"], "limit": 1}, name="each", **way),
            simulator("POST", "/reset", {"people": people}),
            simulator("POST", "/faults", refused),
            started,
            task("mfa_registration_wait", wait, name="polled", ignore_errors=True, **way),
            task("event_info", name="refused", ignore_errors=True, **way),
        ]
    )
    for name in ("watched", "polled"):
        assert done[name]["summary"] == {"accepted": 3, "rejected": 1}, name
    assert (done["watched"]["polls"], done["watched"]["events"]["named"]) == (4, 4)
    assert len([text for text in done["polled"]["warnings"] if "as if events were not set." in text]) == 1
    assert done["devices"]["truncated"] is False
    added = {event["user_id"]: event for event in done["devices"]["events"]}
    accepted = [row["registration"] for row in done["watched"]["results"] if not row["failed"]]
    assert {(its["user_id"], its["device_id"]) for its in accepted} == {
        (user_id, event["otp_device_id"]) for user_id, event in added.items()
    }
    times = [event["created_at"] for event in done["devices"]["events"]]
    assert times == sorted(times)
    first, last = done["each"]["results"]
    assert [event["event_type"] for event in first["events"]] == ["USER_ADDED_OTP_DEVICE"]
    assert [event["event_type"] for event in last["events"]] == ["API_CONFIRM_FACTOR_FAILED"]
    assert (first["truncated"], last["truncated"]) == (True, False)
    assert done["refused"]["error"]["code"] == "forbidden"
