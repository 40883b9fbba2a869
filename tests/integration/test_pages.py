# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The procedures of OneLogin's pages on activating a factor and verifying an enrolment, as playbooks."""

from __future__ import annotations

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, Task, code_of, made, simulator, task

pytestmark = pytest.mark.once("its modules run there in test_modules.py, its role in test_role_onboarding.py")

KELLY, EVE, RITA, NILS = ({"email": f"{name}@example.com"} for name in ("kelly", "eve", "rita", "nils"))


def _totp(person: str) -> Task:
    return simulator("GET", f"/people/{person}/totp", register="sent")


@pytest.mark.shows("code", "*", "a task without no_log returns the code of a call")
@pytest.mark.parametrize("container", ["object", "list", "docs"])
def test_activating_sms_email_voice_and_protect(sim: Simulator, playbook: Playbook, container: str) -> None:
    """Activate an Authentication Factor: expires_in, custom_message, and the ways to answer."""
    sim.switch(container=container)
    who = {**EVE, "verification_id": "{{ made.verification.id }}"}
    done = playbook(
        [
            task(
                "mfa_verification",
                {**EVE, "factor": "SMS", "expires_in": 240, "custom_message": "Acme: {otp_code}, {otp_expiry} min"},
                name="sms",
                register="made",
            ),
            code_of("eve"),
            task("mfa_verification", {**who, "factor": "SMS", "otp": "{{ sent.answer.code }}"}, name="sms confirmed"),
            task("mfa_verification", {**EVE, "factor": "OneLogin Email"}, name="email", register="made"),
            code_of("eve"),
            task(
                "mfa_verification",
                {**who, "factor": "OneLogin Email", "otp": "{{ sent.answer.code }}"},
                name="email confirmed",
            ),
            task(
                "mfa_verification",
                {**EVE, "factor": "OneLogin Voice", "return_secrets": True},
                name="voice",
                register="made",
            ),
            task("mfa_verification_info", who, name="voice pending"),
            task("mfa_verification_wait", {**who, "sleep": 0.2, "timeout": 20}, name="voice accepted"),
            task("mfa_verification", {**EVE, "factor": "OneLogin Protect"}, name="protect", register="made"),
            task("mfa_verification_info", who, name="protect pending"),
            task("mfa_verification_wait", {**who, "sleep": 0.2, "timeout": 20}, name="protect accepted"),
        ]
    )
    kinds = [(message["kind"], message["text"]) for message in sim.messages("eve")]
    assert [kind for kind, _text in kinds] == ["sms", "mail", "call", "push"]
    code = sim.messages("eve")[0]["code"]
    assert kinds[0][1] == f"Acme: {code}, 4 min"
    for name in ("sms", "email", "voice", "protect"):
        made = done[name]
        assert made["changed"]
        assert made["verification"]["status"] == "pending"
        assert isinstance(made["verification"]["device_id"], str)
        assert isinstance(made["verification"]["user_id"], int)
    assert [done[name]["awaits"] for name in ("sms", "email", "voice", "protect")] == ["otp", "otp", "user", "user"]
    assert done["protect"]["verification"]["expires_at"] is None
    assert done["sms"]["verification"]["expires_at"].endswith("Z")
    assert done["voice"]["verification"]["factor_data"]["verification_token"].isdigit()
    assert "factor_data" not in done["protect"]["verification"]
    for name in ("sms confirmed", "email confirmed"):
        assert done[name]["changed"]
        assert done[name]["verification"]["status"] == "accepted"
    for name in ("voice", "protect"):
        assert done[f"{name} pending"]["verification"]["status"] == "pending"
        assert done[f"{name} accepted"]["verification"]["status"] == "accepted"
        assert done[f"{name} accepted"]["polls"] >= 2
        assert not done[f"{name} accepted"]["changed"]


@pytest.mark.parametrize("container", ["object", "list", "docs"])
def test_verifying_an_enrolment_by_its_code(sim: Simulator, playbook: Playbook, container: str) -> None:
    """Verify Enrollment of Authentication Factors: SMS, Email and Authenticator; a wrong code changes nothing."""
    sim.switch(container=container)
    tasks = []
    for factor, read_code in (("OneLogin SMS", code_of("kelly")), ("OneLogin Email", code_of("kelly"))):
        tasks += [
            task("mfa_registration", {**KELLY, "factor": factor}, name=f"{factor} made", register="made"),
            read_code,
        ]
        tasks += _confirm(factor)
    tasks += [
        task("mfa_registration", {**KELLY, "factor": "Authenticator"}, name="Authenticator made", register="made"),
        _totp("kelly"),
        *_confirm("Authenticator"),
    ]
    done = playbook(tasks)
    for factor in ("OneLogin SMS", "OneLogin Email", "Authenticator"):
        made = done[f"{factor} made"]["registration"]
        assert made["status"] == "pending"
        assert done[f"{factor} made"]["awaits"] == "otp"
        wrong = done[f"{factor} wrong"]
        assert wrong["error"]["code"] == "otp_rejected"
        assert wrong["registration"]["status"] == "pending"
        unasked = done[f"{factor} unasked"]
        assert not unasked["changed"]
        assert unasked["registration"]["status"] == "pending"
        right = done[f"{factor} right"]
        assert right["changed"]
        assert right["registration"]["status"] == "accepted"
        assert right["registration"]["id"] == made["id"]
        assert isinstance(right["registration"]["device_id"], str)
        assert done[f"{factor} again"]["registration"]["device_id"] == right["registration"]["device_id"]
        assert not done[f"{factor} again"]["changed"]
    assert [message["kind"] for message in sim.messages()] == ["sms", "mail"]
    assert {device["factor"] for device in sim.person("kelly")["devices"]} == {
        "OneLogin SMS",
        "OneLogin Email",
        "Authenticator",
    }


def _confirm(factor: str) -> list[Task]:
    who = {**KELLY, "factor": factor, "registration_id": "{{ made.registration.id }}"}
    wrong = "{{ '%06d' % ((sent.answer.code | int + 1) % 1000000) }}"
    return [
        task("mfa_registration", {**who, "otp": wrong}, name=f"{factor} wrong"),
        task("mfa_registration", who, name=f"{factor} unasked"),
        task("mfa_registration", {**who, "otp": "{{ sent.answer.code }}"}, name=f"{factor} right"),
        task("mfa_registration", {**who, "otp": "{{ sent.answer.code }}"}, name=f"{factor} again"),
    ]


@pytest.mark.parametrize("factor", ["OneLogin Voice", "OneLogin Protect"])
@pytest.mark.parametrize("device_shown", ["no", "yes"])
def test_polling_voice_and_protect_until_accepted(
    sim: Simulator, playbook: Playbook, factor: str, device_shown: str
) -> None:
    """Verify Enrollment of OneLogin Voice & Protect: pending, then accepted, and only then with a device id."""
    sim.switch(container="docs", pending_device_id=device_shown)
    ids = {"registration_id": "{{ made.registration.id }}"}
    done = playbook(
        [
            task("mfa_registration", {**KELLY, "factor": factor}, name="made", register="made"),
            task("mfa_registration_info", {**KELLY, **ids}, name="pending"),
            task("mfa_registration_wait", {**KELLY, **ids, "sleep": 0.2, "timeout": 20}, name="accepted"),
            task("mfa_registration", {**KELLY, "factor": factor, **ids}, name="found"),
            task(
                "mfa_registration",
                {"batch": [{**RITA, "factor": factor}, {**NILS, "factor": factor}]},
                register="made",
            ),
            task(
                "mfa_registration_wait",
                {
                    "batch": [
                        {**who, "registration_id": made(index, "registration")}
                        for index, who in enumerate((RITA, NILS))
                    ],
                    "timeout": 3,
                    "sleep": 0.2,
                    "msg": "Not in time.",
                },
                name="rest",
            ),
        ]
    )
    assert done["made"]["awaits"] == "user"
    assert done["pending"]["registration"]["status"] == "pending"
    assert done["accepted"]["registration"]["status"] == "accepted"
    assert done["accepted"]["polls"] >= 2
    assert done["found"]["registration"]["status"] == "accepted"
    assert not done["found"]["changed"]
    rejected, silent = done["rest"]["results"]
    assert rejected["error"]["code"] == "rejected"
    assert rejected["elapsed"] < 3
    assert silent["error"]["code"] == "timeout"
    assert silent["error"]["message"] == "Not in time."
    assert silent["registration"]["status"] == "pending"
    assert silent["elapsed"] >= 3
    assert done["rest"]["summary"] == {"rejected": 1, "timeout": 1}


@pytest.mark.parametrize("body", ["credentials", "authentication", "envelope", "unauthorized"])
def test_every_documented_401_is_unauthorized(sim: Simulator, playbook: Playbook, body: str) -> None:
    """The token cannot be renewed; the body is each of those that OneLogin's pages print."""
    sim.switch(token_401=body)
    stale = {"access_token": "0" * 64}
    nothing = {"environment": {"ONELOGIN_CLIENT_ID": "", "ONELOGIN_CLIENT_SECRET": ""}}
    done = playbook(
        [
            task("mfa_verification", {"user_id": 36216769, "factor": "SMS", **stale}, **nothing),
            task("mfa_registration_info", {"user_id": 36216769, "registration_id": "x", **stale}, **nothing),
        ]
    )
    for result in done.results:
        assert result["error"]["code"] == "unauthorized"
        assert result["error"]["http_status"] == 401
        assert result["error"]["request_id"]
        assert "(HTTP 401)" in result["error"]["message"]
        assert "access_token" in result["error"]["hint"]
    assert sim.writes() == []


def test_a_verified_enrolment_and_a_second_run(sim: Simulator, playbook: Playbook) -> None:
    items = [
        {"email": f"{name}@example.com", "factor": factor, "verified": True}
        for name in ("kelly", "rita", "nils", "mia")
        for factor in ("OneLogin SMS", "OneLogin Voice", "OneLogin Email")
    ]
    done = playbook(
        [
            task("mfa_registration", {"batch": items}, name="first"),
            task("mfa_registration", {"batch": items}, name="second"),
        ]
    )
    assert done["first"]["summary"] == done["second"]["summary"] == {"accepted": 12}
    assert done["first"]["changed"]
    assert not done["second"]["changed"]
    assert sim.messages() == []
    assert len(sim.writes()) == 12


def test_the_person_confirms_with_a_magic_link(sim: Simulator, playbook: Playbook) -> None:
    done = playbook(
        [
            task(
                "mfa_registration",
                {**KELLY, "factor": "OneLogin Email", "redirect_to": "https://acme.example/welcome"},
                name="made",
                register="made",
            ),
            task(
                "mfa_registration_wait",
                {**KELLY, "registration_id": "{{ made.registration.id }}", "sleep": 0.2, "timeout": 20},
                name="waited",
            ),
        ]
    )
    assert done["made"]["awaits"] == "user"
    assert "https://acme.example/welcome" in sim.messages("kelly")[0]["text"]
    assert done["waited"]["registration"]["status"] == "accepted"


def test_authenticator_code_is_checked_in_one_task(sim: Simulator, playbook: Playbook) -> None:
    wrong = "{{ '%06d' % ((sent.answer.code | int + 1) % 1000000) }}"
    item = {**EVE, "factor": "Google Authenticator"}
    who = simulator("GET", "/people/eve", register="eve")
    device = "{{ (eve.answer.devices | selectattr('factor', 'eq', 'Authenticator') | first).device_id }}"
    read_code = simulator("GET", f"/people/eve/totp?id={device}", register="sent")
    done = playbook(
        [
            who,
            read_code,
            task("mfa_verification", {**item, "otp": wrong}, name="wrong"),
            task("mfa_verification", {**item, "otp": "{{ sent.answer.code }}"}, name="right"),
        ]
    )
    assert done["right"]["verification"]["status"] == "accepted"
    assert done["right"]["changed"]
    assert done["wrong"]["error"]["code"] == "otp_rejected"
    assert done["wrong"]["error"]["http_status"] == 401
    assert sim.messages() == []
