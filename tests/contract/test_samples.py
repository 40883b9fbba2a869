# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every sample payload of OneLogin's pages is reproduced: same container, same fields, same types."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.contract.harness import (
    AUTHENTICATOR,
    CREDENTIALS,
    DATA,
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

SAMPLES: dict[str, Any] = json.loads((DATA / "samples.json").read_text())
FACTORS = {
    "OneLogin Protect": PROTECT,
    "OneLogin SMS": SMS,
    "OneLogin Voice": VOICE,
    "OneLogin Email": EMAIL,
}
_FORMS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "seconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "millis": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "token": r"\d\d-\d{7}",
    "url": r"otpauth://.*",
    "digits": r"\d+",
}


def shape(value: Any) -> Any:
    """A value without its particulars: fields, types, and the form of texts that have one."""
    if isinstance(value, dict):
        return {name: shape(held) for name, held in sorted(value.items())}
    if isinstance(value, list):
        return [shape(held) for held in value]
    if isinstance(value, str):
        return next((n for n, form in _FORMS.items() if re.fullmatch(form, value)), "text")
    return type(value).__name__


def sample_factor(sample: dict[str, Any]) -> int:
    """The factor a sample is about."""
    return next(number for name, number in FACTORS.items() if sample["factor"].startswith(name))


def test_token(sim: Simulator) -> None:
    samples = SAMPLES["auth"]
    flat = sim.grant()
    assert shape(flat.json()) == shape(samples["token_response_200"])
    wrapped = sim.http.post(
        sim.url + "/auth/oauth2/token",
        json=samples["token_request_json"],
        auth=CREDENTIALS["Manage All"],
    ).json()
    assert shape(wrapped) == shape(samples["v1_token_response_wrapped"])
    data = sim.call("GET", "/auth/rate_limit").json()
    assert shape(data) == shape(samples["rate_limit_response_200"])
    assert data["status"] == samples["rate_limit_response_200"]["status"]
    revoked = sim.http.post(
        sim.url + "/auth/oauth2/revoke",
        json={"access_token": flat.json()["access_token"]},
        auth=CREDENTIALS["Manage All"],
    )
    assert revoked.json() == samples["revoke_response_200"]


def test_auth_errors(sim: Simulator) -> None:
    """Each documented error comes word for word from some call."""
    token, revoke = "/auth/oauth2/v2/token", "/auth/oauth2/revoke"
    good, grant = CREDENTIALS["Manage All"], {"grant_type": "client_credentials"}
    answers = [
        sim.http.post(sim.url + token, json={}, auth=good),
        sim.http.post(sim.url + token, data=b"x", auth=good),
        sim.http.post(sim.url + token, json=grant),
        sim.http.post(sim.url + token, json=grant, headers={"Authorization": "odd"}),
        sim.http.post(sim.url + revoke, json={}, auth=good),
        sim.http.post(sim.url + token, json=grant, auth=("x", "y")),
        sim.http.get(sim.url + token),
    ]
    sim.log_in("Authentication Only")
    answers.append(sim.call("GET", "/api/2/users"))
    found = [{"http": answer.status_code, "body": answer.json()} for answer in answers]
    for sample in SAMPLES["auth"]["errors"]:
        assert {"http": sample["http"], "body": sample["body"]} in found


def test_throttled(sim: Simulator) -> None:
    sim.admin("PATCH", "/settings", {"remaining": 0})
    for sample in SAMPLES["auth"]["rate_limited_observed"]:
        sim.switch(throttle=str(sample["http"]))
        answer = sim.call("GET", "/api/2/users")
        assert (answer.status_code, answer.json()) == (sample["http"], sample["body"])


def test_factors(sim: Simulator) -> None:
    assert sim.mfa("GET", KELLY, "factors").json() == SAMPLES["factors_200"]["body"]


@pytest.mark.parametrize("sample", SAMPLES["enroll_201"], ids=lambda s: s["factor"])
def test_enroll(sim: Simulator, sample: dict[str, Any]) -> None:
    found = sim.enrol(NILS, sample_factor(sample))
    wanted = shape(sample["body"])
    assert shape(found) == wanted
    sim.switch(container="docs")
    body = {"factor_id": sample_factor(sample), "display_name": "x"}
    assert shape(sim.mfa("POST", NILS, "registrations", body).json()) == wanted


def test_registration_pending_and_accepted(sim: Simulator) -> None:
    page_pending, page_accepted, capture = SAMPLES["registration_get_200"]
    registration = sim.enrol(KELLY, SMS)
    path = f"registrations/{registration['id']}"
    assert shape(sim.mfa("GET", KELLY, path).json()) == shape(capture["body"])
    sim.switch(container="docs", pending_device_id="yes")
    assert shape(sim.mfa("GET", KELLY, path).json()) == [shape(page_pending["body"])]
    assert sim.mfa("GET", KELLY, path).json()[0]["status"] == "pending"
    captured, page = SAMPLES["registration_put"]["response_200"]
    otp = {"otp": sim.message(KELLY)["code"]}
    assert shape(sim.mfa("PUT", KELLY, path, otp).json()) == [shape(page["body"])]
    assert sim.mfa("GET", KELLY, path).json()[0]["status"] == page_accepted["body"]["status"]
    assert shape(sim.mfa("GET", KELLY, path).json()) == [shape(page_accepted["body"])]
    sim.switch(container="object")
    assert shape(sim.mfa("PUT", KELLY, path, otp).json()) == shape(captured["body"])


def test_devices(sim: Simulator) -> None:
    for factor in (PROTECT, SMS, VOICE, EMAIL, AUTHENTICATOR):
        name = next((n for n, known in FACTORS.items() if known == factor), "Authenticator")
        made = sim.enrol(KELLY, factor, display_name=name)
        sim.admin("POST", f"/people/{KELLY}/approve", {"id": made["id"]})
    found = sim.mfa("GET", KELLY, "devices").json()
    wanted = SAMPLES["devices_200"]["body"]
    assert shape(found) == shape(wanted)
    without_ids = [[{**row, "device_id": ""} for row in rows] for rows in (found, wanted)]
    assert without_ids[0] == without_ids[1]


@pytest.mark.parametrize("sample", SAMPLES["activate_201"][:4], ids=lambda s: s["factor"])
def test_activate(sim: Simulator, sample: dict[str, Any]) -> None:
    device = sim.device(KELLY, sample_factor(sample))
    sim.switch(container="docs")
    found = sim.mfa("POST", KELLY, "verifications", {"device_id": device}).json()
    wanted = shape(sample["body"])
    assert shape(found) == ([wanted] if sample["wire_in_page"] == "list of one" else wanted)


def test_activate_openapi_example(sim: Simulator) -> None:
    """Its `totp_url` beside a device is left out: no page knows it, and a device has none."""
    [sample] = SAMPLES["activate_201"][4:]
    device = sim.device(KELLY, VOICE)
    sim.switch(user_id_type="int", device_id_type="int", verification_status="yes", expires_at="hidden")
    found = sim.activate(KELLY, device)
    assert found["status"] == sample["body"]["status"]
    for name in ("user_id", "device_id"):
        assert type(found[name]) is type(sample["body"][name])
    names = {"auth_factor_name", "type_display_name", "user_display_name"}
    assert found.keys() - names == sample["body"].keys()
    assert found["factor_data"].keys() < sample["body"]["factor_data"].keys()


@pytest.mark.parametrize("sample", SAMPLES["activate_request"], ids=lambda s: s["source"])
def test_activate_requests_are_understood(sim: Simulator, sample: dict[str, Any]) -> None:
    device = sim.device(KELLY, EMAIL if "redirect_to" in sample["body"] else SMS)
    kind = type(sample["body"]["device_id"])
    body = {**sample["body"], "device_id": kind(device)}
    assert sim.mfa("POST", KELLY, "verifications", body).status_code == 201


@pytest.mark.parametrize("position", range(3))
def test_verification_success(sim: Simulator, position: int) -> None:
    sample = SAMPLES["verification_put"]["response_200"][position]
    sim.switch(verification_success=("envelope", "flat", "string")[position])
    verification = sim.activate(KELLY, sim.device(KELLY, SMS))
    path = f"verifications/{verification['id']}"
    found = sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]}).json()
    if position == 2:
        assert sample["body"].items() <= found.items()
    else:
        assert found == sample["body"]


def test_verification_states(sim: Simulator) -> None:
    listed_pending, listed_accepted, described, rejected = SAMPLES["verification_get_200"]
    states = []
    for user, seconds in ((KELLY, 0), (KELLY, 31), (RITA, 51)):
        verification = sim.activate(user, sim.device(user, VOICE))
        sim.pass_time(seconds)
        path = f"verifications/{verification['id']}"
        sim.switch(container="object")
        bare = sim.mfa("GET", user, path).json()
        sim.switch(container="docs")
        assert sim.mfa("GET", user, path).json() == [bare]
        states.append(bare)
        sim.switch(container="object")
    for found, sample in zip(states, (listed_pending, listed_accepted, rejected), strict=True):
        assert shape(found) == shape(sample["body"])
        assert found["status"] == sample["body"]["status"]
    assert shape(states[0]) == shape(described["body"])


def test_mfa_token(sim: Simulator) -> None:
    page, described = SAMPLES["mfa_token"]["response"]
    for status in ("200", "201"):
        sim.switch(mfa_token_status=status)
        answer = sim.mfa("POST", KELLY, "mfa_token", SAMPLES["mfa_token"]["request"])
        assert answer.status_code == int(status)
        assert shape(answer.json()) == shape(page["body"])
        assert answer.json().keys() == described["body"].keys()
    [sample] = SAMPLES["mfa_token"]["errors"]
    refused = sim.mfa("POST", KELLY, "mfa_token", {"expires_in": 1})
    assert refused.status_code == sample["http"]
    refused_body = refused.json()
    refused_body["details"]["parameters"] = []
    assert refused_body == sample["body"]


def test_mfa_errors(sim: Simulator) -> None:
    """Each known error body comes word for word, but those of calls the simulator has not."""
    device = sim.device(KELLY, SMS)
    found = []

    def note(answer: Any) -> None:
        found.append((answer.status_code, answer.json()))

    for kind in ("credentials", "envelope", "authentication", "unauthorized", "factor"):
        sim.fault("401", params={"body": kind})
        note(sim.mfa("GET", KELLY, "devices"))
    note(sim.mfa("GET", KELLY, "registrations/x"))
    note(sim.mfa("GET", KELLY, "verifications/x"))
    note(sim.mfa("DELETE", EVE, f"devices/{device}"))
    elsewhere = ("State token", "Not allowed to destroy", 'in "auth_method"')
    for sample in SAMPLES["mfa_errors"]:
        if not any(text in sample["body"].get("message", "") for text in elsewhere):
            assert (sample["http"], sample["body"]) in found
    forbidden = SAMPLES["verification_put"]["errors"][1]
    sim.switch(scope_error="403")
    sim.log_in("Read All")
    answer = sim.mfa("PUT", KELLY, "verifications/x", {"otp": "1"})
    assert (answer.status_code, answer.json()) == (forbidden["http"], forbidden["body"])


def test_user(sim: Simulator) -> None:
    sample = SAMPLES["users"]["get_200"]
    found = sim.call("GET", f"/api/2/users/{KELLY}").json()
    assert list(found) == list(sample)
    names = {name for name, value in found.items() if value is not None}
    for name in names & {name for name, value in sample.items() if value is not None}:
        assert type(found[name]) is type(sample[name]), name
    rows = sim.call("GET", "/api/2/users").json()
    left_out = {"custom_attributes", "role_ids", "manager_user_id"}
    assert rows[0].keys() == sample.keys() - left_out
    headers = sim.call("GET", "/api/2/users", params={"limit": 3}).headers
    for name in SAMPLES["users"]["list_headers_example"]:
        assert name in headers
    unauthorized, missing = SAMPLES["users"]["errors"][:2]
    assert sim.call("GET", "/api/2/users/1").json() == missing["body"]
    sim.token = "bad"
    assert sim.call("GET", "/api/2/users").json() == unauthorized["body"]


def test_events(sim: Simulator) -> None:
    sim.device(KELLY, SMS)
    sample = SAMPLES["events"]["list_200"]
    found = sim.call("GET", "/api/1/events", params={"limit": 1}).json()
    assert found["status"] == sample["status"]
    assert found["pagination"].keys() == sample["pagination"].keys()
    for name in ("after_cursor", "next_link"):
        assert isinstance(found["pagination"][name], str)
    assert shape(found["data"]) == shape(sample["data"])


def test_device_delete(sim: Simulator) -> None:
    answer = sim.mfa("DELETE", KELLY, f"devices/{sim.device(KELLY, SMS)}")
    assert answer.status_code == SAMPLES["device_delete"]["http"]
    assert answer.content == b""
