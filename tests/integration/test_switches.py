# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both sides of what OneLogin's documentation leaves open: the same playbook ends the same."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.switches import SWITCHES
from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, Task, code_of, simulator, task

KELLY, EVE, NILS = ({"user_id": number} for number in (36216766, 36216769, 36216768))
WRONG = "{{ '%06d' % ((sent.answer.code | int + 1) % 1000000) }}"
ELSEWHERE = {
    "throttle": "test_trouble",
    "throttle_headers": "test_trouble",
    "token_401": "test_pages",
    "email_link": "below",
    "missing_contact": "below",
    "scope_error": "below",
    "expired": "below",
    "enrolment_event": "the collection reads no events",
    "filter_case": "test_input",
    "verified_unsupported": "below",
    "expires_in_bounds": "below",
    "unknown_factor": "below",
    "already_enrolled": "below",
}
SIDES = [(switch.name, choice) for switch in SWITCHES if switch.name not in ELSEWHERE for choice in switch.choices[1:]]


def _flow() -> list[Task]:
    registration = {**KELLY, "factor": "SMS", "registration_id": "{{ made.registration.id }}"}
    verification = {**EVE, "factor": "SMS", "verification_id": "{{ made.verification.id }}"}
    code = "{{ sent.answer.code }}"
    return [
        task("mfa_registration", {**KELLY, "factor": "SMS"}, name="enrolled", register="made"),
        code_of("kelly"),
        task("mfa_registration", {**registration, "otp": code}, name="confirmed"),
        task("mfa_registration", {**KELLY, "factor": "SMS"}, name="found"),
        task("mfa_registration", {**EVE, "factor": "OneLogin Email"}, name="found too"),
        task("mfa_verification", {**EVE, "factor": "SMS"}, name="activated", register="made"),
        code_of("eve"),
        task("mfa_verification_info", {**EVE, "verification_id": "{{ made.verification.id }}"}, name="looked"),
        task("mfa_verification", {**verification, "otp": code}, name="answered"),
        task("mfa_verification", {**verification, "otp": code}, name="answered already"),
        task("mfa_verification", {**EVE, "factor": "OneLogin Voice"}, register="made"),
        task(
            "mfa_verification_wait",
            {**EVE, "verification_id": "{{ made.verification.id }}", "sleep": 0.2, "timeout": 30},
            name="waited",
        ),
        task("mfa_token", EVE, name="token"),
        task("mfa_device", {**EVE, "device_id": "1"}, name="missing"),
        task("mfa_device", {**EVE, "factor": "SMS"}, name="removed"),
        task("user_info", {"username": "kelly"}, name="user"),
        task("mfa_device_info", {"batch": [{"username": "kelly"}, {"username": "eve"}]}, name="left"),
        task("mfa_registration", {**NILS, "factor": "SMS"}, register="made"),
        code_of("nils"),
        task(
            "mfa_registration",
            {**NILS, "factor": "SMS", "registration_id": "{{ made.registration.id }}", "otp": WRONG},
            name="wrong registration",
        ),
        task("mfa_registration", {**EVE, "factor": "SMS", "verified": True}),
        task("mfa_verification", {**EVE, "factor": "SMS"}, register="made"),
        code_of("eve"),
        task("mfa_verification", {**verification, "otp": WRONG}, name="wrong verification"),
    ]


def test_every_switch_is_thought_of() -> None:
    assert set(ELSEWHERE) < {switch.name for switch in SWITCHES}
    assert len(SIDES) > 15


@pytest.mark.once("what differs is OneLogin's answers; the modules that read them run there in test_modules.py")
@pytest.mark.shows("MFA token", "*", "a task returns it that should have no_log", until_masked=True)
@pytest.mark.parametrize(("name", "choice"), SIDES, ids=str)
def test_the_whole_flow_on_the_other_side(sim: Simulator, playbook: Playbook, name: str, choice: str) -> None:
    sim.switch(**{name: choice})
    done = playbook(_flow())
    changed = {"enrolled", "confirmed", "activated", "answered", "token", "removed"}
    for each in changed:
        assert done[each]["changed"], f"{each}: {done[each].get('msg')}"
    for each in ("found", "found too", "looked", "answered already", "waited", "missing", "user", "left"):
        assert not done[each]["changed"], each
        assert not done[each]["failed"], done[each]
    assert done["enrolled"]["registration"]["status"] == "pending"
    assert done["confirmed"]["registration"]["status"] == "accepted"
    assert isinstance(done["confirmed"]["registration"]["device_id"], str)
    assert done["looked"]["verification"]["status"] == "pending"
    assert isinstance(done["looked"]["verification"]["user_id"], int)
    assert done["answered"]["verification"]["status"] == "accepted"
    assert done["waited"]["verification"]["status"] == "accepted"
    assert done["missing"]["device"] is None
    assert done["token"]["mfa_token"]["mfa_token"]
    assert [len(result["devices"]) for result in done["left"]["results"]] == [1, 4]
    for each in ("wrong registration", "wrong verification"):
        assert done[each]["error"]["code"] == "otp_rejected", each
    assert [message["kind"] for message in sim.messages()] == ["sms", "sms", "call", "sms", "sms"]


@pytest.mark.parametrize("form", ["rejected", "expired", "404"])
def test_what_has_expired_is_started_anew(sim: Simulator, playbook: Playbook, form: str) -> None:
    sim.switch(expired=form)
    item: dict[str, Any] = {**KELLY, "factor": "SMS"}
    known = {"registration_id": "{{ made.registration.id }}"}
    done = playbook(
        [
            task("mfa_registration", item, register="made"),
            task("mfa_registration", {**item, **known}, name="still good"),
            simulator("POST", "/clock", {"advance": 121}),
            task(
                "mfa_registration_wait",
                {**KELLY, **known, "expires_at": "{{ made.registration.expires_at }}"},
                name="waited",
            ),
            task("mfa_registration", {**item, **known, "otp": "123456"}, name="anew"),
        ]
    )
    assert not done["still good"]["changed"]
    assert done["waited"]["polls"] == 1
    # Which of the two it was shows only in the expiry that the first task returned, on the real clock.
    assert done["waited"]["error"]["code"] == {"rejected": "rejected", "expired": "expired", "404": "not_found"}[form]
    assert done["anew"]["changed"]
    assert "The code given was not tried" in done["anew"]["msg"]
    assert len(sim.messages()) == 2


@pytest.mark.parametrize("status", ["422", "400"])
def test_what_onelogin_refuses_is_passed_on(sim: Simulator, playbook: Playbook, status: str) -> None:
    sim.switch(missing_contact=status)
    done = playbook([task("mfa_registration", {"username": "paul", "factor": "SMS"})])
    assert done.only["error"]["code"] == "invalid"
    assert done.only["error"]["http_status"] == int(status)
    assert "phone" in done.only["error"]["message"]


@pytest.mark.parametrize("status", ["401", "403"])
def test_too_small_a_scope_is_forbidden(sim: Simulator, playbook: Playbook, status: str) -> None:
    sim.switch(scope_error=status)
    small = {"client_id": "small-id", "client_secret": "small-secret-9z8y7x"}
    done = playbook(
        [
            task("mfa_device_info", {**KELLY, **small}, name="mfa"),
            task("user_info", {"username": "kelly", **small}, name="users"),
        ]
    )
    assert done["mfa"]["error"]["code"] == "forbidden"
    assert done["mfa"]["error"]["http_status"] == int(status)
    assert len(done["users"]["users"]) == 1
    assert sim.count("POST", "/auth/oauth2/v2/token") <= 2, "a new token would not have a larger scope"


def test_an_account_that_always_sends_links(sim: Simulator, playbook: Playbook) -> None:
    sim.switch(email_link="yes")
    done = playbook(
        [
            task("mfa_registration", {**KELLY, "factor": "OneLogin Email"}, register="made"),
            task(
                "mfa_registration_wait",
                {**KELLY, "registration_id": "{{ made.registration.id }}", "sleep": 0.2, "timeout": 30},
                name="waited",
            ),
        ]
    )
    assert done["waited"]["registration"]["status"] == "accepted"


@pytest.mark.parametrize("status", ["422", "400", "404"])
def test_a_factor_the_policy_leaves_out_is_unknown(sim: Simulator, playbook: Playbook, status: str) -> None:
    """One at a time the user's own list tells; in a batch the account's list holds it, for kelly has it."""
    sim.switch(unknown_factor=status)
    pia = {"username": "pia", "factor": "OneLogin Voice"}
    both = {"batch": [{"username": "kelly", "factor": "OneLogin Email"}, pia], "concurrency": 1}
    done = playbook(
        [
            task("mfa_registration", pia, name="one"),
            task("mfa_registration", both, name="check", check_mode=True),
            task("mfa_registration", both, name="many"),
        ]
    )
    for result in (done["one"], done["check"]["results"][1], done["many"]["results"][1]):
        assert result["error"]["code"] == "unknown_factor", result
        assert "OneLogin Protect, OneLogin SMS" in result["error"]["message"]
    assert [message["kind"] for message in sim.messages()] == ["mail"]


IMPOSSIBLE = {
    "verified_unsupported": {"factor": "OneLogin Protect", "verified": True},
    "expires_in_bounds": {"factor": "OneLogin SMS", "expires_in": 119},
}


@pytest.mark.parametrize(("name", "choice"), [(s.name, c) for s in SWITCHES if s.name in IMPOSSIBLE for c in s.choices])
def test_what_cannot_be_is_refused_before_it_is_sent(
    sim: Simulator, playbook: Playbook, name: str, choice: str
) -> None:
    sim.switch(**{name: choice})
    done = playbook([task("mfa_registration", {**KELLY, **IMPOSSIBLE[name]})])
    assert done.only["error"]["code"] == "invalid"
    assert done.only["error"]["http_status"] is None
    assert sim.writes() == []


@pytest.mark.parametrize("choice", ["second_device", "422", "400"])
def test_who_has_the_factor_is_found_before_anything_is_sent(sim: Simulator, playbook: Playbook, choice: str) -> None:
    sim.switch(already_enrolled=choice)
    eve = [{**EVE, "factor": factor} for factor in ("OneLogin SMS", "Authenticator")]
    done = playbook([task("mfa_registration", {"batch": eve}), task("mfa_registration", eve[0])])
    for result in done.results:
        assert not result["changed"]
        assert not result["failed"], result
    assert sim.writes() == []
