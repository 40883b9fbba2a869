# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe of simulated accounts: what it answers is how the account is set, and it leaves the account as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._operations import registration, verification
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.answers import NEVER_ASKED, QUESTIONS
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.probe import PROBE
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import DISPLAY_NAME

from simulator.switches import SWITCHES
from tests.unit.harness import FakeClock, Script, run
from tests.unit.simulated import SimulatedAccount

USER = "probe@example.com"
ROUNDS = max(len(switch.choices) for switch in SWITCHES)
"""So many settings of all switches together have each switch at each of its values."""
CROWD = 60

Create = Callable[..., SimulatedAccount]


@pytest.fixture
def account(simulated: Create) -> SimulatedAccount:
    """An account with a test user, who has no phone number."""
    return simulated([{"email": USER, "username": "probe"}])


def probe(**options: Any) -> dict[str, Any]:
    """Probe the account with the test user."""
    return run(PROBE, {"email": USER, **options})


def answers_of(result: dict[str, Any]) -> dict[str, str | None]:
    """The answers by name."""
    return {answer["name"]: answer["value"] for answer in result["answers"]}


def devices_of(account: SimulatedAccount) -> list[str]:
    """The names of the test user's devices."""
    return [its["user_display_name"] for its in account.admin("GET", f"/people/{USER}")["devices"]]


def writes(script: Script) -> Iterable[str]:
    """The calls that change something in the account."""
    return [call for call in script.sent if not call.startswith("GET") and "/auth/" not in call]


def test_there_is_a_question_for_each_switch() -> None:
    assert set(QUESTIONS) == {switch.name for switch in SWITCHES} | {"page_size"}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_the_answers_are_the_settings(simulated: Create, script: Script, clock: FakeClock, number: int) -> None:
    crowd = [{"email": f"p{its}@example.com", "sim_enrolled": "Authenticator"} for its in range(CROWD)]
    account = simulated([{"email": USER, "username": "probe"}, *crowd])
    run(verification.VERIFY, {"batch": [{"email": its["email"]} for its in crowd], "factor": "Authenticator"})
    wanted = {its.name: its.choices[number % len(its.choices)] for its in SWITCHES if its.name not in NEVER_ASKED}
    account.admin("PATCH", "/settings", {"switches": wanted, "page_size": 10 + number, "remaining": 250})
    clock.sleep(60)  # until all events are listed
    script.calls.clear()

    result = probe(use_rate_limit=True)
    without = {
        "wrong_otp_body": "401" not in (wanted["wrong_otp_verification"], wanted["wrong_otp_registration"]),
        "policy_list": wanted["policies"] == "406",
        "event_lag": wanted["enrolment_event"] == "none",
    }
    wanted = {name: choice for name, choice in wanted.items() if not without.get(name)}
    found = answers_of(result)
    assert {name: found[name] for name in wanted} == wanted, result
    assert found["page_size"] == str(10 + number)
    assert {name: found[name] for name in NEVER_ASKED} == dict.fromkeys(NEVER_ASKED)
    assert not result["failed"], result
    assert devices_of(account) == []
    assert account.admin("GET", "/messages") == []
    user = account.admin("GET", f"/people/{USER}")["user_id"]
    assert [call for call in writes(script) if f"/{user}/" not in call] == []
    shown = json.dumps(result)
    assert [its for its in account.admin("GET", "/secrets") if its["secret"] in shown] == []


def test_devices_that_are_not_of_the_probe(simulated: Create, script: Script) -> None:
    account = simulated([{"email": USER, "sim_enrolled": "OneLogin Protect"}])
    (before,) = account.admin("GET", f"/people/{USER}")["devices"]
    refused = probe()
    assert refused["error"] == {
        "code": "invalid",
        "http_status": None,
        "message": f"The user has devices: OneLogin Protect ({before['device_id']}). A test user should have none.",
        "request_id": None,
        "hint": "Name another user, or set mfa_probe_keep_devices: true. The probe does not touch these devices."
        " Nothing was done.",
    }
    assert writes(script) == []

    kept = probe(keep_devices=True)
    assert (kept["failed"], answers_of(kept)["already_enrolled"]) == (False, "second_device")
    assert account.admin("GET", f"/people/{USER}")["devices"] == [before]


@pytest.mark.usefixtures("clock")
def test_a_device_that_a_killed_probe_has_left_is_removed(account: SimulatedAccount) -> None:
    options = {"email": USER, "factor": "OneLogin Email", "display_name": DISPLAY_NAME, "verified": True}
    assert run(registration.REGISTER, options)["registration"]["device_id"]
    assert not probe()["failed"]
    assert devices_of(account) == []


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("method", "path", "kind", "skip"),
    [
        ("POST", "/registrations$", "reset_after", 3),
        ("PUT", "/registrations/", "reset_after", 1),
        ("GET", "/events$", "503", 2),
        ("POST", "/verifications$", "403", 0),
    ],
)
def test_a_failure_is_undone(
    account: SimulatedAccount, script: Script, method: str, path: str, kind: str, skip: int
) -> None:
    """The answers until then are returned. Where the answer is lost, the device is known by its name."""
    account.admin("POST", "/faults", {"fault": kind, "method": method, "path": path, "skip": skip, "times": 20})
    result = probe(retries=1)
    assert result["failed"]
    assert "DELETE" in " ".join(writes(script))
    assert answers_of(result)["filter_case"] == "insensitive"
    (last,) = (answer for answer in result["answers"] if answer["name"] == "expired")
    assert (last["value"], last["reason"]) == (None, "The probe ended before it asked this.")
    assert devices_of(account) == []


@pytest.mark.usefixtures("clock")
def test_what_cannot_be_undone_is_named(account: SimulatedAccount) -> None:
    account.admin("POST", "/faults", {"fault": "503", "method": "DELETE", "path": "/devices/", "times": None})
    result = probe(retries=1)
    assert result["error"]["hint"] == (
        "The devices of the probe, named 'community.onelogin probe', may still be there. Run the probe again, or remove"
        " them with mfa_device."
    )
    account.admin("DELETE", "/faults")
    assert not probe()["failed"]
    assert devices_of(account) == []
