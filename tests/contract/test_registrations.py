# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enrolment: the state machine of each factor."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.contract.harness import (
    AUTHENTICATOR,
    EMAIL,
    EVE,
    KELLY,
    MIA,
    NILS,
    PAUL,
    PIA,
    PROTECT,
    RITA,
    SMS,
    VOICE,
    WANDA,
    Simulator,
)

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def read(sim: Simulator, user: int, registration: dict[str, Any]) -> dict[str, Any]:
    """GET a registration."""
    answer = sim.mfa("GET", user, f"registrations/{registration['id']}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def confirm(sim: Simulator, user: int, registration: dict[str, Any], otp: Any) -> dict[str, Any]:
    """PUT a code."""
    answer = sim.mfa("PUT", user, f"registrations/{registration['id']}", {"otp": otp})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def factor_names(sim: Simulator, user: int) -> list[str]:
    """Return the names of the available factors."""
    return [row["name"] for row in sim.mfa("GET", user, "factors").json()]


def devices(sim: Simulator, user: int) -> list[dict[str, Any]]:
    """Return the user's devices."""
    found: list[dict[str, Any]] = sim.mfa("GET", user, "devices").json()
    return found


@pytest.mark.parametrize(("factor", "kind"), [(SMS, "sms"), (EMAIL, "mail")])
def test_a_sent_code_confirms_a_registration(sim: Simulator, factor: int, kind: str) -> None:
    registration = sim.enrol(KELLY, factor)
    assert registration["status"] == "pending"
    assert "device_id" not in registration
    assert "factor_data" not in registration
    pending = {"id": registration["id"], "status": "pending"}
    assert read(sim, KELLY, registration) == pending
    assert devices(sim, KELLY) == []
    assert len(factor_names(sim, KELLY)) == 5
    message = sim.message(KELLY)
    assert (message["kind"], message["registration_id"]) == (kind, registration["id"])
    assert message["code"] in message["text"]
    assert confirm(sim, KELLY, registration, "nonsense") == pending
    accepted = confirm(sim, KELLY, registration, message["code"])
    assert accepted == {**pending, "status": "accepted", "device_id": accepted["device_id"]}
    assert read(sim, KELLY, registration) == accepted
    [device] = devices(sim, KELLY)
    assert device["device_id"] == accepted["device_id"]
    assert device["device_id"].isdigit()
    assert device["default"] is True
    assert device["user_display_name"] == "Mine"
    assert len(factor_names(sim, KELLY)) == 4
    # An accepted registration stays accepted, and ignores codes.
    assert confirm(sim, KELLY, registration, "whatever") == accepted


def test_bodies_have_the_size_of_captured_ones(sim: Simulator) -> None:
    registration = sim.enrol(KELLY, SMS)
    path = f"registrations/{registration['id']}"
    assert len(sim.mfa("GET", KELLY, path).content) == 64
    done = sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]})
    assert len(done.content) == 87


def test_a_code_can_be_a_number(sim: Simulator) -> None:
    while True:
        registration = sim.enrol(KELLY, SMS)
        code = sim.message(KELLY)["code"]
        if not code.startswith("0"):
            break
    assert confirm(sim, KELLY, registration, int(code))["status"] == "accepted"


def test_a_person_confirms_a_voice_call(sim: Simulator) -> None:
    registration = sim.enrol(KELLY, VOICE)
    code = registration["factor_data"]["verification_token"]
    assert set(registration["factor_data"]) == {"verification_token"}
    assert sim.message(KELLY)["kind"] == "call"
    assert confirm(sim, KELLY, registration, code)["status"] == "pending"
    sim.pass_time(15)
    assert read(sim, KELLY, registration)["status"] == "pending"
    sim.pass_time(16)
    assert read(sim, KELLY, registration)["status"] == "accepted"


def test_a_person_confirms_protect_in_the_app(sim: Simulator) -> None:
    registration = sim.enrol(KELLY, PROTECT)
    assert set(registration["factor_data"]) == {"verification_token", "totp_url"}
    assert "expires_at" not in registration
    assert sim.admin("GET", "/messages") == []
    sim.pass_time(31)
    assert read(sim, KELLY, registration)["status"] == "accepted"


@pytest.mark.parametrize("factor", [PROTECT, AUTHENTICATOR])
def test_a_code_from_an_app_confirms_a_registration(sim: Simulator, factor: int) -> None:
    registration = sim.enrol(NILS, factor)
    url = urlsplit(registration["factor_data"]["totp_url"])
    assert (url.scheme, url.netloc) == ("otpauth", "totp")
    assert "nils%40example.com" in url.path
    [secret] = parse_qs(url.query)["secret"]
    assert len(secret) == 32
    assert confirm(sim, NILS, registration, "000")["status"] == "pending"
    assert sim.admin("GET", f"/people/{NILS}/totp")["id"] == registration["id"]
    code = pyotp.TOTP(secret).now()
    assert confirm(sim, NILS, registration, code)["status"] == "accepted"
    shown = sim.admin("GET", f"/people/{NILS}/totp")
    assert shown["id"] == read(sim, NILS, registration)["device_id"]


@pytest.mark.parametrize("factor", [PROTECT, AUTHENTICATOR])
def test_registrations_of_apps_do_not_expire_without_expires_in(sim: Simulator, factor: int) -> None:
    unlimited = sim.enrol(NILS, factor)
    limited = sim.enrol(NILS, factor, expires_in=120)
    assert "expires_at" not in unlimited
    assert "expires_at" in limited
    sim.pass_time(20000)
    assert read(sim, NILS, unlimited)["status"] == "pending"
    assert read(sim, NILS, limited)["status"] == "rejected"


def test_a_person_confirms_with_a_magic_link(sim: Simulator) -> None:
    registration = sim.enrol(KELLY, EMAIL, redirect_to="https://example.com/done")
    message = sim.message(KELLY)
    assert (message["kind"], message["code"]) == ("mail", None)
    assert "https://example.com/done" in message["text"]
    sim.pass_time(31)
    assert read(sim, KELLY, registration)["status"] == "accepted"


@pytest.mark.parametrize("factor", [SMS, VOICE, EMAIL])
def test_verified_enrols_at_once_and_sends_nothing(sim: Simulator, factor: int) -> None:
    registration = sim.enrol(KELLY, factor, verified=True)
    assert registration["status"] == "accepted"
    [device] = devices(sim, KELLY)
    assert device["device_id"] == registration["device_id"]
    assert "expires_at" not in registration
    assert "factor_data" not in registration
    assert sim.admin("GET", "/messages") == []


@pytest.mark.parametrize("factor", [VOICE, PROTECT])
def test_people_can_reject_or_never_answer(sim: Simulator, factor: int) -> None:
    refusal, silence = sim.enrol(RITA, factor), sim.enrol(NILS, factor)
    sim.pass_time(51)
    assert read(sim, RITA, refusal) == {"id": refusal["id"], "status": "rejected"}
    assert read(sim, NILS, silence)["status"] == "pending"
    assert devices(sim, RITA) == []
    late = confirm(sim, RITA, refusal, "1")
    assert late["status"] == "rejected"


def test_registrations_expire(sim: Simulator) -> None:
    short, long = sim.enrol(KELLY, SMS), sim.enrol(KELLY, EMAIL, expires_in="900")
    ends = [
        datetime.fromisoformat(r["expires_at"]).timestamp() - datetime.now().timestamp()  # noqa: DTZ005
        for r in (short, long)
    ]
    assert [round(seconds / 60) for seconds in ends] == [2, 15]
    sim.pass_time(100)
    assert read(sim, KELLY, short)["status"] == "pending"
    sim.pass_time(21)
    assert read(sim, KELLY, short)["status"] == "rejected"
    code = sim.admin("GET", f"/messages?user={KELLY}")[0]["code"]
    assert confirm(sim, KELLY, short, code)["status"] == "rejected"
    assert read(sim, KELLY, long)["status"] == "pending"
    sim.pass_time(780)
    assert read(sim, KELLY, long)["status"] == "rejected"
    assert devices(sim, KELLY) == []


def test_an_answer_counts_only_before_the_expiry(sim: Simulator) -> None:
    """An answer after the expiry is too late, even if no one reads the registration in between."""
    sim.admin("PATCH", "/settings", {"answer_after": 200})
    late = sim.enrol(KELLY, VOICE)
    early = sim.enrol(KELLY, VOICE, expires_in=900)
    sim.pass_time(10_000)
    assert read(sim, KELLY, late)["status"] == "rejected"
    assert read(sim, KELLY, early)["status"] == "accepted"


def test_admin_calls_approve_and_deny_registrations(sim: Simulator) -> None:
    first, second = sim.enrol(NILS, PROTECT), sim.enrol(NILS, VOICE)
    sim.admin("POST", f"/people/{NILS}/deny", {"id": first["id"]})
    sim.admin("POST", f"/people/{NILS}/approve")
    assert read(sim, NILS, first)["status"] == "rejected"
    assert read(sim, NILS, second)["status"] == "accepted"


def test_people_give_wrong_codes_as_often_as_set(sim: Simulator) -> None:
    registration = sim.enrol(WANDA, SMS)
    statuses = []
    for _turn in range(3):
        said = sim.message(WANDA)["answer"]
        statuses.append(confirm(sim, WANDA, registration, said)["status"])
    assert statuses == ["pending", "pending", "accepted"]


def test_people_give_right_wrong_or_no_codes(sim: Simulator) -> None:
    for user in (KELLY, RITA, NILS):
        sim.enrol(user, SMS)
    right = sim.message(KELLY)
    assert right["answer"] == right["code"]
    wrong = sim.message(RITA)
    assert wrong["answer"] != wrong["code"]
    assert len(wrong["answer"]) == len(wrong["code"])
    assert sim.message(NILS)["answer"] is None


def test_people_can_have_devices_and_policies_at_the_start(sim: Simulator) -> None:
    names = [(d["type_display_name"], d["default"]) for d in devices(sim, EVE)]
    assert names == [("OneLogin SMS", True), ("Authenticator", False), ("OneLogin Protect", False)]
    assert factor_names(sim, EVE) == ["OneLogin Voice", "OneLogin Email"]
    assert factor_names(sim, PIA) == ["OneLogin Protect", "OneLogin SMS"]
    refused = sim.mfa("POST", PIA, "registrations", {"factor_id": EMAIL, "display_name": "x"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("user", "body", "status"),
    [
        (KELLY, {"display_name": "x"}, 400),
        (KELLY, {"factor_id": SMS}, 400),
        (KELLY, {"factor_id": 1, "display_name": "x"}, 422),
        (KELLY, {"factor_id": SMS, "display_name": "x", "expires_in": 119}, 422),
        (KELLY, {"factor_id": SMS, "display_name": "x", "expires_in": "901"}, 422),
        (KELLY, {"factor_id": SMS, "display_name": "x", "expires_in": "soon"}, 422),
        (KELLY, {"factor_id": SMS, "display_name": "x", "verified": "perhaps"}, 422),
        (KELLY, {"factor_id": PROTECT, "display_name": "x", "verified": True}, 422),
        (KELLY, {"factor_id": AUTHENTICATOR, "display_name": "x", "verified": True}, 422),
        (KELLY, {"factor_id": EMAIL, "display_name": "x", "redirect_to": "nowhere"}, 422),
        (PAUL, {"factor_id": SMS, "display_name": "x"}, 422),
        (PAUL, {"factor_id": VOICE, "display_name": "x", "verified": True}, 422),
        (MIA, {"factor_id": EMAIL, "display_name": "x"}, 422),
        (36216774, {"factor_id": SMS, "display_name": "x"}, 404),
    ],
)
def test_invalid_registrations_are_refused(sim: Simulator, user: int, body: dict[str, Any], status: int) -> None:
    answer = sim.mfa("POST", user, "registrations", body)
    names = {400: "BadRequestError", 404: "NotFoundError", 422: "UnprocessableEntityError"}
    assert (answer.status_code, answer.json()["name"]) == (status, names[status])
    assert answer.json()["statusCode"] == status
    assert sim.admin("GET", "/messages") == []
    assert all(p["user_id"] == EVE for p in sim.admin("GET", "/state")["people"])


def test_a_malformed_body_is_refused(sim: Simulator) -> None:
    headers = {"Authorization": f"Bearer {sim.token}"}
    url = f"{sim.url}/api/2/mfa/users/{KELLY}/registrations"
    for data in (b"{", b"[]", b"\xff"):
        answer = sim.http.post(url, data=data, headers=headers)
        assert (answer.status_code, answer.json()["name"]) == (400, "BadRequestError")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_unknown_registrations_are_refused(sim: Simulator, method: str) -> None:
    others = sim.enrol(EVE, SMS)["id"]
    for user, known in [(KELLY, UNKNOWN), (KELLY, others), (1, others), ("x", others), (f"{EVE}" + "0" * 20, others)]:
        path = f"/api/2/mfa/users/{user}/registrations/{known}"
        answer = sim.call(method, path, {"otp": "1"})
        assert (answer.status_code, answer.json()["name"]) == (404, "NotFoundError")


def test_a_put_without_a_code_is_refused(sim: Simulator) -> None:
    path = f"registrations/{sim.enrol(KELLY, SMS)['id']}"
    for body in ({}, {"otp": ""}, {"otp": None}, {"otp": ["1"]}):
        assert sim.mfa("PUT", KELLY, path, body).status_code == 400


def test_a_custom_message_is_the_text_of_an_sms(sim: Simulator) -> None:
    template = "Code {{otp_code}}, {{ otp_expiry }} min, {{other}}"
    sim.enrol(KELLY, SMS, custom_message=template, expires_in=240)
    message = sim.message(KELLY)
    assert message["text"] == f"Code {message['code']}, 4 min, {{{{other}}}}"
    assert message["to"] == "+64272001122"
    # The limit of 160 characters counts the six digits of the code, not the twelve characters of `{{otp_code}}`.
    fits = "x" * 154 + "{{otp_code}}"
    sim.enrol(KELLY, SMS, custom_message=fits)
    assert len(sim.message(KELLY)["text"]) == 160
    body = {"factor_id": SMS, "display_name": "x", "custom_message": "x" + fits}
    assert sim.mfa("POST", KELLY, "registrations", body).status_code == 422
    # Other factors ignore the message.
    sim.enrol(KELLY, EMAIL, custom_message="x" * 500)
    assert "xxx" not in sim.message(KELLY)["text"]


def test_factor_id_can_be_text(sim: Simulator) -> None:
    body = {"factor_id": str(SMS), "display_name": "x", "verified": "true"}
    answer = sim.mfa("POST", KELLY, "registrations", body)
    assert answer.json()["status"] == "accepted"


def test_state_shows_no_secret(sim: Simulator) -> None:
    before = sim.admin("GET", "/state")
    registrations = [sim.enrol(KELLY, factor) for factor in (SMS, PROTECT, VOICE)]
    token = sim.mfa("POST", KELLY, "mfa_token").json()
    text = json.dumps(sim.admin("GET", "/state"))
    assert text != json.dumps(before)
    secrets = [message["code"] for message in sim.admin("GET", "/messages")]
    secrets += [r["factor_data"]["verification_token"] for r in registrations[1:]]
    secrets.append(token["mfa_token"])
    assert not [secret for secret in secrets if secret in text]
