# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Behaviour that OneLogin's documentation leaves open: the same tasks have the same results for every switch.

Only OneLogin's responses differ, which the modules read the same way with and without Ansible. So they run here
without Ansible, in the process of the tests, and in playbooks in test_modules.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.switches import SWITCHES
from tests.integration.harness import Simulator
from tests.integration.operations import OperationRunner

pytestmark = [
    pytest.mark.once("it is about OneLogin's responses; the modules that read them run there in test_modules.py"),
    pytest.mark.shows("MFA token", "what mfa_token returns", "it is asked for one"),
]

KELLY, EVE, NILS = (dict[str, Any](user_id=number) for number in (36216766, 36216769, 36216768))
SMALL: dict[str, Any] = {"client_id": "small-id", "client_secret": "small-secret-9z8y7x"}
ELSEWHERE = {
    "throttle": "test_trouble",
    "throttle_headers": "test_trouble",
    "token_401": "test_pages",
    "email_link": "below",
    "missing_contact": "below",
    "scope_error": "below",
    "expired": "below",
    "enrolment_event": "test_events",
    "event_lag": "test_events",
    "event_order": "test_events",
    "event_copies": "test_events",
    "events_listed": "test_events",
    "event_page": "test_events",
    "filter_case": "test_input",
    "verified_unsupported": "below",
    "expires_in_bounds": "below",
    "unknown_factor": "below",
    "already_enrolled": "below",
    "device_type_name": "test_factors",
    "user_422": "test_user",
    "custom_attributes_put": "test_user",
    "policies": "test_groups",
    "policy_list": "test_groups",
}
SIDES = [(switch.name, choice) for switch in SWITCHES if switch.name not in ELSEWHERE for choice in switch.choices[1:]]


@pytest.fixture
def runner(paced: OperationRunner) -> OperationRunner:
    """The modules without Ansible, on the simulator's time."""
    return paced


def code_of(sim: Simulator, person: str, wrong: bool = False) -> str:
    """The last code that a person was sent, or a wrong one."""
    code = str(sim.messages(person)[-1]["code"])
    return f"{(int(code) + 1) % 10**6:06d}" if wrong else code


def test_every_switch_is_tested() -> None:
    assert set(ELSEWHERE) < {switch.name for switch in SWITCHES}
    assert len(SIDES) > 15


@pytest.mark.parametrize(("name", "choice"), SIDES, ids=str)
def test_the_whole_flow_with_a_changed_switch(sim: Simulator, runner: OperationRunner, name: str, choice: str) -> None:
    sim.switch(**{name: choice})
    sms = "OneLogin SMS"

    enrolled = runner("mfa_registration", **KELLY, factor=sms)
    registration = {**KELLY, "factor": sms, "registration_id": enrolled["registration"]["id"]}
    confirmed = runner("mfa_registration", **registration, otp=code_of(sim, "kelly"))
    found = [
        runner("mfa_registration", **KELLY, factor=sms),
        runner("mfa_registration", **EVE, factor="OneLogin Email"),
    ]

    activated = runner("mfa_verification", **EVE, factor=sms)
    known = {**EVE, "verification_id": activated["verification"]["id"]}
    code = code_of(sim, "eve")
    looked = runner("mfa_verification_info", **known)
    answered, again = (runner("mfa_verification", **known, factor=sms, otp=code) for _time in range(2))
    called = runner("mfa_verification", **EVE, factor="OneLogin Voice")["verification"]["id"]
    waited = runner("mfa_verification_wait", **EVE, verification_id=called, sleep=0.2, timeout=30)

    token = runner("mfa_token", **EVE)
    missing = runner("mfa_device", **EVE, device_id="1")
    removed = runner("mfa_device", **EVE, factor=sms)
    user = runner("user_info", username="kelly")
    left = runner("mfa_device_info", batch=[{"username": "kelly"}, {"username": "eve"}])

    made = runner("mfa_registration", **NILS, factor=sms)["registration"]["id"]
    wrong = code_of(sim, "nils", wrong=True)
    refused = [runner("mfa_registration", **NILS, factor=sms, registration_id=made, otp=wrong)]
    runner("mfa_registration", **EVE, factor=sms, verified=True)
    made = runner("mfa_verification", **EVE, factor=sms)["verification"]["id"]
    wrong = code_of(sim, "eve", wrong=True)
    refused.append(runner("mfa_verification", **EVE, factor=sms, verification_id=made, otp=wrong))

    for result in (enrolled, confirmed, activated, answered, token, removed):
        assert result["changed"], result
    for result in (*found, looked, again, waited, missing, user, left):
        assert (result["changed"], result["failed"]) == (False, False), result
    assert enrolled["registration"]["status"] == "pending"
    assert confirmed["registration"]["status"] == "accepted"
    assert isinstance(confirmed["registration"]["device_id"], str)
    assert looked["verification"]["status"] == "pending"
    assert isinstance(looked["verification"]["user_id"], int)
    assert answered["verification"]["status"] == "accepted"
    assert waited["verification"]["status"] == "accepted"
    assert missing["device"] is None
    assert token["mfa_token"]["mfa_token"]
    assert [len(result["devices"]) for result in left["results"]] == [1, 4]
    for result in refused:
        assert result["error"]["code"] == "otp_rejected", result
    assert [message["kind"] for message in sim.messages()] == ["sms", "sms", "call", "sms", "sms"]


@pytest.mark.parametrize("form", ["rejected", "expired", "404"])
def test_an_expired_registration_is_started_again(sim: Simulator, runner: OperationRunner, form: str) -> None:
    sim.switch(expired=form)
    item: dict[str, Any] = {**KELLY, "factor": "OneLogin SMS"}
    made = runner("mfa_registration", **item)["registration"]
    known = {"registration_id": made["id"]}
    still_good = runner("mfa_registration", **item, **known)
    sim.pass_time(121)
    waited = runner("mfa_registration_wait", **KELLY, **known, expires_at=made["expires_at"])
    anew = runner("mfa_registration", **item, **known, otp="123456")
    assert not still_good["changed"]
    assert waited["polls"] == 1
    # Whether it expired or was rejected shows only in the expiry that the first task returned, on the real clock.
    assert waited["error"]["code"] == {"rejected": "rejected", "expired": "expired", "404": "not_found"}[form]
    assert anew["changed"]
    assert "The code was not used" in anew["msg"]
    assert len(sim.messages()) == 2


@pytest.mark.parametrize("status", ["422", "400"])
def test_a_refusal_of_onelogin_is_returned(sim: Simulator, runner: OperationRunner, status: str) -> None:
    sim.switch(missing_contact=status)
    # The user is given by id, because the record of a user who is looked up shows the problem earlier.
    error = runner("mfa_registration", user_id=sim.person("paul")["user_id"], factor="OneLogin SMS")["error"]
    assert error["code"] == "invalid"
    assert error["http_status"] == int(status)
    assert "phone" in error["message"]


@pytest.mark.parametrize("status", ["401", "403"])
def test_an_insufficient_scope_is_forbidden(sim: Simulator, runner: OperationRunner, status: str) -> None:
    sim.switch(scope_error=status)
    error = runner("mfa_device_info", **KELLY, **SMALL)["error"]
    users = runner("user_info", username="kelly", **SMALL)["users"]
    assert error["code"] == "forbidden"
    assert error["http_status"] == int(status)
    assert len(users) == 1
    assert sim.count("POST", "/auth/oauth2/v2/token") <= 2, "a new token would not have a larger scope"


def test_an_account_that_always_sends_magic_links(sim: Simulator, runner: OperationRunner) -> None:
    sim.switch(email_link="yes")
    made = runner("mfa_registration", **KELLY, factor="OneLogin Email")["registration"]["id"]
    waited = runner("mfa_registration_wait", **KELLY, registration_id=made, sleep=0.2, timeout=30)
    assert waited["registration"]["status"] == "accepted"


@pytest.mark.parametrize("status", ["422", "400", "404"])
def test_a_factor_that_the_policy_excludes_is_unknown(sim: Simulator, runner: OperationRunner, status: str) -> None:
    """For a single item, the user's list shows it; in a batch, the account's list has it, because kelly has it."""
    sim.switch(unknown_factor=status)
    pia: dict[str, Any] = {"username": "pia", "factor": "OneLogin Voice"}
    both: dict[str, Any] = {"batch": [{"username": "kelly", "factor": "OneLogin Email"}, pia], "concurrency": 1}
    one = runner("mfa_registration", **pia)
    check = runner("mfa_registration", check_mode=True, **both)
    many = runner("mfa_registration", **both)
    for result in (one, check["results"][1], many["results"][1]):
        assert result["error"]["code"] == "unknown_factor", result
        assert "OneLogin Protect, OneLogin SMS" in result["error"]["message"]
    assert [message["kind"] for message in sim.messages()] == ["mail"]


IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "verified_unsupported": {"factor": "OneLogin Protect", "verified": True},
    "expires_in_bounds": {"factor": "OneLogin SMS", "expires_in": 119},
}


@pytest.mark.parametrize(("name", "choice"), [(s.name, c) for s in SWITCHES if s.name in IMPOSSIBLE for c in s.choices])
def test_an_invalid_request_is_refused_before_it_is_sent(
    sim: Simulator, runner: OperationRunner, name: str, choice: str
) -> None:
    sim.switch(**{name: choice})
    error = runner("mfa_registration", **KELLY, **IMPOSSIBLE[name])["error"]
    assert error["code"] == "invalid"
    assert error["http_status"] is None
    assert sim.writes() == []


@pytest.mark.parametrize("choice", ["second_device", "422", "400"])
def test_an_enrolled_factor_is_found_before_anything_is_sent(
    sim: Simulator, runner: OperationRunner, choice: str
) -> None:
    sim.switch(already_enrolled=choice)
    eve: list[dict[str, Any]] = [{**EVE, "factor": factor} for factor in ("OneLogin SMS", "Authenticator")]
    both = runner("mfa_registration", batch=eve)
    for result in (*both["results"], runner("mfa_registration", **eve[0])):
        assert not result["changed"]
        assert not result["failed"], result
    assert sim.writes() == []
