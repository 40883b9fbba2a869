# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activating a device, devices themselves, and MFA tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.contract.harness import (
    AUTHENTICATOR,
    EMAIL,
    EVE,
    KELLY,
    NILS,
    PROTECT,
    RITA,
    SMS,
    VOICE,
    Simulator,
)

UNKNOWN = "00000000-0000-4000-8000-000000000000"
ENVELOPE = {"status": {"error": False, "code": 200, "type": "success", "message": "Success"}}
WRONG = {
    "statusCode": 401,
    "name": "Unauthorized",
    "message": "Failed authentication with this factor",
}


def status(sim: Simulator, user: int, verification: dict[str, Any]) -> str:
    """GET the status of a verification, and check the rest of the response."""
    answer = sim.mfa("GET", user, f"verifications/{verification['id']}")
    assert answer.status_code == 200
    found = answer.json()
    expected = {key: verification[key] for key in ("id", "device_id")}
    assert found == {**expected, "status": found["status"]}
    return str(found["status"])


def give(sim: Simulator, user: int, verification: dict[str, Any], **body: Any) -> tuple[int, Any]:
    """PUT a code."""
    answer = sim.mfa("PUT", user, f"verifications/{verification['id']}", body)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("factor", [SMS, EMAIL])
def test_a_sent_code_confirms_a_verification(sim: Simulator, factor: int) -> None:
    verification = sim.activate(KELLY, sim.device(KELLY, factor))
    assert verification["user_id"] == str(KELLY)
    assert "status" not in verification
    code = sim.message(KELLY)["code"]
    assert sim.message(KELLY)["verification_id"] == verification["id"]
    assert status(sim, KELLY, verification) == "pending"
    assert give(sim, KELLY, verification, otp="nonsense") == (401, WRONG)
    assert status(sim, KELLY, verification) == "pending"
    assert give(sim, KELLY, verification, otp=code) == (200, ENVELOPE)
    assert status(sim, KELLY, verification) == "accepted"
    assert give(sim, KELLY, verification, otp=code) == (200, ENVELOPE)
    assert status(sim, KELLY, verification) == "accepted"


@pytest.mark.parametrize("factor", [VOICE, PROTECT])
def test_people_answer_calls_and_pushes(sim: Simulator, factor: int) -> None:
    outcomes = {}
    for user in (KELLY, RITA, NILS):
        outcomes[user] = sim.activate(user, sim.device(user, factor))
    kinds = [message["kind"] for message in sim.admin("GET", "/messages")][-3:]
    assert set(kinds) <= {"call", "push"}
    sim.pass_time(10)
    assert [status(sim, u, v) for u, v in outcomes.items()] == ["pending"] * 3
    sim.pass_time(41)
    found = [status(sim, u, v) for u, v in outcomes.items()]
    assert found == ["accepted", "rejected", "pending"]


def test_the_response_for_each_factor(sim: Simulator) -> None:
    shapes = {}
    for factor in (SMS, EMAIL, VOICE, PROTECT, AUTHENTICATOR):
        shapes[factor] = set(sim.activate(KELLY, sim.device(KELLY, factor)))
    base = {"id", "user_id", "device_id", "auth_factor_name", "type_display_name"}
    base.add("user_display_name")
    assert shapes[PROTECT] == shapes[AUTHENTICATOR] == base
    assert shapes[SMS] == shapes[EMAIL] == base | {"expires_at"}
    assert shapes[VOICE] == base | {"expires_at", "factor_data"}


def test_protect_accepts_a_code(sim: Simulator) -> None:
    verification = sim.activate(NILS, sim.device(NILS, PROTECT))
    code = sim.admin("GET", f"/people/{NILS}/totp")["code"]
    assert give(sim, NILS, verification, otp=code)[0] == 200
    assert status(sim, NILS, verification) == "accepted"


def test_authenticator_needs_its_device(sim: Simulator) -> None:
    device = sim.device(NILS, AUTHENTICATOR)
    other = sim.device(NILS, SMS)
    verification = sim.activate(NILS, device)
    assert sim.admin("GET", f"/messages?user={NILS}")[-1]["kind"] == "sms"
    code = sim.admin("GET", f"/people/{NILS}/totp?id={device}")["code"]
    assert give(sim, NILS, verification, otp=code)[0] == 400
    assert give(sim, NILS, verification, otp=code, device_id=int(other)) == (401, WRONG)
    assert give(sim, NILS, verification, otp=code, device_id=int(device)) == (200, ENVELOPE)


def test_a_person_confirms_a_verification_with_a_magic_link(sim: Simulator) -> None:
    device = sim.device(KELLY, EMAIL)
    verification = sim.activate(KELLY, device, redirect_to="https://example.com")
    assert sim.message(KELLY)["code"] is None
    sim.pass_time(31)
    assert status(sim, KELLY, verification) == "accepted"


def test_verifications_expire(sim: Simulator) -> None:
    device = sim.device(KELLY, SMS)
    short, long = sim.activate(KELLY, device), sim.activate(KELLY, device, expires_in=240)
    code = sim.message(KELLY)["code"]
    sim.pass_time(121)
    assert status(sim, KELLY, short) == "rejected"
    assert status(sim, KELLY, long) == "pending"
    sim.pass_time(120)
    assert status(sim, KELLY, long) == "rejected"
    assert give(sim, KELLY, long, otp=code)[1]["status"] == "rejected"


def test_each_activation_has_its_own_code(sim: Simulator) -> None:
    device = sim.device(KELLY, SMS)
    first = sim.activate(KELLY, device)
    code = sim.message(KELLY)["code"]
    second = sim.activate(KELLY, device)
    assert sim.message(KELLY)["code"] != code
    assert give(sim, KELLY, second, otp=code) == (401, WRONG)
    assert give(sim, KELLY, first, otp=code) == (200, ENVELOPE)


@pytest.mark.parametrize("form", [int, str])
def test_the_device_id_can_be_a_number_or_text(sim: Simulator, form: type) -> None:
    device = sim.device(KELLY, SMS)
    assert sim.activate(KELLY, form(device))["device_id"] == device


def test_invalid_verifications_are_refused(sim: Simulator) -> None:
    mine, others = sim.device(KELLY, SMS), sim.device(EVE, VOICE)
    for body, expected in [
        ({}, 400),
        ({"device_id": others}, 404),
        ({"device_id": 1}, 404),
        ({"device_id": mine, "expires_in": 901}, 422),
        ({"device_id": mine, "custom_message": "x" * 161}, 422),
    ]:
        assert sim.mfa("POST", KELLY, "verifications", body).status_code == expected
    verification = sim.activate(KELLY, mine)
    for user, known in [(KELLY, UNKNOWN), (EVE, verification["id"])]:
        answer = sim.mfa("GET", user, f"verifications/{known}")
        assert (answer.status_code, answer.json()["name"]) == (404, "NotFound")
    assert give(sim, KELLY, verification)[0] == 400


def test_after_a_removal_another_device_becomes_the_default(sim: Simulator) -> None:
    first, second, third = [row["device_id"] for row in sim.mfa("GET", EVE, "devices").json()]
    assert sim.mfa("DELETE", EVE, f"devices/{first}").status_code == 204
    rows = sim.mfa("GET", EVE, "devices").json()
    assert [(r["device_id"], r["default"]) for r in rows] == [(second, True), (third, False)]
    assert sim.mfa("DELETE", EVE, f"devices/{first}").status_code == 404
    assert sim.mfa("DELETE", KELLY, f"devices/{second}").status_code == 404
    names = [row["name"] for row in sim.mfa("GET", EVE, "factors").json()]
    assert "OneLogin SMS" in names
    assert sim.mfa("GET", 1, "devices").status_code == 404
    assert sim.mfa("GET", 1, "factors").status_code == 404


def test_an_mfa_token_is_generated(sim: Simulator) -> None:
    first = sim.mfa("POST", KELLY, "mfa_token")
    body = {"expires_in": "300", "reusable": "true"}
    second = sim.mfa("POST", KELLY, "mfa_token", body)
    lives = []
    for answer in (first, second):
        ends = datetime.fromisoformat(answer.json()["expires_at"]).timestamp()
        lives.append(round((ends - datetime.now().timestamp()) / 60))  # noqa: DTZ005
        assert answer.json()["device_id"] == f"user_temp_otp_{KELLY}"
        assert answer.json()["mfa_token"].isdigit()
    assert lives == [4320, 5]
    assert [first.json()["reusable"], second.json()["reusable"]] == [False, True]
    assert first.json()["mfa_token"] != second.json()["mfa_token"]


@pytest.mark.parametrize("body", [{"expires_in": 119}, {"expires_in": 259201}, {"expires_in": "x"}, {"reusable": "x"}])
def test_invalid_mfa_token_requests_are_refused(sim: Simulator, body: dict[str, Any]) -> None:
    answer = sim.mfa("POST", KELLY, "mfa_token", body)
    assert answer.status_code == 422
    assert answer.json()["name"] == "ValidationError"
    [parameter] = answer.json()["details"]["parameters"]
    assert parameter["name"] in body
