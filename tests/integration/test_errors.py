# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each error code is provoked; its message and hint are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import HERE, Simulator, code_of, simulator, task

pytestmark = pytest.mark.libraries("errors are made of OneLogin's responses, without ansible-core")

CODES = {
    "invalid",
    "unauthorized",
    "forbidden",
    "not_found",
    "unknown_user",
    "unknown_factor",
    "ambiguous",
    "rate_limited",
    "unavailable",
    "timeout",
    "rejected",
    "expired",
    "otp_rejected",
    "unconfirmed",
    "bad_response",
}
KELLY, EVE, RITA, NILS = ({"email": f"{name}@example.com"} for name in ("kelly", "eve", "rita", "nils"))
BY_ID = {"user_id": 36216766}
WITHOUT_PATIENCE = {"retries": 1, "rate_limit_timeout": 0}


def _fault(kind: str, method: str = "", path: str = "", **more: Any) -> dict[str, Any]:
    return simulator("POST", "/faults", {"fault": kind, "method": method, "path": path, **more})


@pytest.mark.shows("client secret", "*", "Ansible shows the lines of a playbook where a task failed; here they hold it")
def test_every_error_code_can_occur_and_has_a_message_and_hint(sim: Simulator, playbook: Playbook) -> None:
    registration = {"registration_id": "{{ made.registration.id }}"}
    done = playbook(
        [
            task("mfa_registration", KELLY, name="invalid"),
            task("mfa_factor_info", {**BY_ID, "client_secret": "wrong-secret"}, name="unauthorized"),
            task(
                "mfa_factor_info",
                {**BY_ID, "client_id": "small-id", "client_secret": "small-secret-9z8y7x"},
                name="forbidden",
            ),
            task("mfa_registration_info", {**BY_ID, "registration_id": "none"}, name="not_found"),
            task("mfa_device_info", {"username": "nobody"}, name="unknown_user"),
            task("mfa_registration", {**BY_ID, "factor": "Fax"}, name="unknown_factor"),
            simulator("PATCH", "/settings", {"remaining": 0}),
            task("mfa_device_info", {**BY_ID, **WITHOUT_PATIENCE}, name="rate_limited"),
            simulator("PATCH", "/settings", {"remaining": 5000}),
            _fault("503", "GET", "/devices"),
            task("mfa_device_info", {**BY_ID, **WITHOUT_PATIENCE}, name="unavailable"),
            task("mfa_registration", {**NILS, "factor": "OneLogin Voice"}, register="made"),
            task("mfa_registration_wait", {**NILS, **registration, "timeout": 1, "sleep": 0.3}, name="timeout"),
            simulator("POST", "/people/nils/deny"),
            task("mfa_registration_wait", {**NILS, **registration}, name="rejected"),
            simulator("PATCH", "/settings", {"switches": {"expired": "expired"}}),
            task("mfa_registration", {**NILS, "factor": "OneLogin SMS"}, register="made"),
            simulator("POST", "/clock", {"advance": 121}),
            task("mfa_registration_wait", {**NILS, **registration}, name="expired"),
            task("mfa_registration", {**RITA, "factor": "OneLogin SMS"}, register="made"),
            task(
                "mfa_registration",
                {**RITA, "factor": "OneLogin SMS", **registration, "otp": "not it"},
                name="otp_rejected",
            ),
            _fault("reset_after", "POST", "/verifications"),
            task("mfa_verification", {**EVE, "factor": "OneLogin SMS"}, name="unconfirmed"),
            _fault("wrong_type", "GET", "/devices", params={"type": "string"}),
            task("mfa_device_info", BY_ID, name="bad_response"),
        ]
    )
    provoked = CODES - {"ambiguous"}  # tested below
    for code in sorted(provoked):
        result = done[code]
        assert result["failed"], code
        error = result["error"]
        assert error["code"] == code
        assert set(error) == {"code", "http_status", "message", "request_id", "hint"}
        for text in (error["message"], error["hint"]):
            assert text[0].isupper(), text
            assert text.endswith((".", ")")), text
            assert "None" not in text
        assert error["message"] in result["msg"]
        assert error["hint"] in result["msg"]
        assert not result["changed"]
    said = {code: done[code]["error"]["message"] for code in provoked}
    assert "does not identify a factor" in said["invalid"]
    assert said["unauthorized"].startswith("OneLogin rejected the API credential: Authentication Failure")
    assert "Manage All" in done["forbidden"]["error"]["hint"]
    assert said["unknown_user"] == "No user has the username nobody."
    for choice in ("Authenticator", "OneLogin Email", "OneLogin Protect", "OneLogin SMS", "OneLogin Voice"):
        assert choice in said["unknown_factor"]
    assert "more calls are possible at 20" in said["rate_limited"]
    assert "1 s" in said["timeout"]
    assert "is not known" in said["unconfirmed"]
    assert "Run again after 20" in done["unconfirmed"]["error"]["hint"]
    assert len(sim.messages("eve")) == 1
    for code in ("unauthorized", "forbidden", "not_found", "unavailable"):
        assert done[code]["error"]["http_status"] in (401, 403, 404, 503)
        assert done[code]["error"]["request_id"]


def test_a_name_of_two_factors_is_ambiguous(start: Callable[..., Simulator], playbook: Playbook) -> None:
    own = start("--people", str(HERE / "data/pair.csv"), "--factors", str(HERE / "data/two-sms.json"))
    done = playbook(
        [
            task("mfa_registration", {"username": "anna", "factor": "sms"}, name="name"),
            task("mfa_registration", {"username": "anna", "factor": "partner sms", "verified": True}, name="own"),
            task("mfa_registration", {"username": "anna", "factor_id": 1, "verified": True}, name="id"),
            task("mfa_registration", {"username": "anna", "factor": "Partner SMS", "verified": True}, name="again"),
            task("mfa_device", {"username": "anna", "factor": "Partner SMS"}, name="removed"),
            task("mfa_device", {"username": "bert", "factor": "OneLogin SMS"}, name="two"),
        ],
        url=own.url,
    )
    error = done["name"]["error"]
    assert error["code"] == "ambiguous"
    assert "OneLogin SMS (factor_id 1), Partner SMS (factor_id 2)" in error["message"]
    assert "factor_id" in error["hint"]
    assert done["own"]["changed"]
    assert done["id"]["changed"]
    assert not done["again"]["changed"]
    assert done["removed"]["device"]["type_display_name"] == "Partner SMS"
    assert done["two"]["error"]["code"] == "ambiguous"
    assert "Use device_id" in done["two"]["error"]["hint"]
    assert [device["factor"] for device in own.person("anna")["devices"]] == ["OneLogin SMS"]


def test_on_error_stop_skips_the_rest_and_reports_it(sim: Simulator, playbook: Playbook) -> None:
    items = [{"username": name, "factor": "OneLogin SMS"} for name in ("kelly", "nobody", "rita", "nils")]
    done = playbook(
        [
            task("mfa_registration", {"batch": items, "concurrency": 1, "on_error": "stop"}, name="stop"),
            task("mfa_registration", {"batch": [*items[1:2], {"factor": "SMS"}], "on_error": "stop"}, name="bad"),
        ]
    )
    stopped = done["stop"]
    assert stopped["summary"] == {"pending": 1, "skipped": 2, "unknown_user": 1}
    assert [result.get("skipped", False) for result in stopped["results"]] == [False, False, True, True]
    assert stopped["msg"].startswith("1 of 4 failed. unknown_user (1): nobody: ")
    assert stopped["changed"]
    assert done["bad"]["summary"] == {"invalid": 1, "skipped": 1}
    assert len(sim.messages()) == 1


def test_a_play_continues_with_the_results_of_a_failed_batch(sim: Simulator, playbook: Playbook) -> None:
    items = [{"username": name, "factor": "OneLogin SMS"} for name in ("kelly", "nobody")]
    done = playbook(
        [
            task("mfa_registration", {"batch": items}, register="sent"),
            code_of("kelly", "received"),
            task(
                "mfa_registration",
                {
                    "username": "{{ item.item.username }}",
                    "factor": "{{ item.item.factor }}",
                    "registration_id": "{{ item.registration.id }}",
                    "otp": "{{ received.answer.code }}",
                },
                loop="{{ sent.results | rejectattr('failed') }}",
                name="confirmed",
            ),
        ]
    )
    (one,) = done["confirmed"]["results"]
    assert one["registration"]["status"] == "accepted"
