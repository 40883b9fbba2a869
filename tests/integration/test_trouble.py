# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network and server errors are retried, and no one gets a message twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, code_of, task
from tests.integration.operations import OperationRunner

pytestmark = pytest.mark.libraries("it is about the client, which does not use ansible-core")

KELLY, EVE = (dict[str, Any](user_id=number) for number in (36216766, 36216769))


def test_reads_succeed_despite_every_temporary_error(sim: Simulator, playbook: Playbook) -> None:
    """Each user has another fault: 5xx, resets, HTML instead of JSON, truncated responses, each form of throttling."""
    users = range(36216766, 36216775)
    kinds = ["500", "502", "503", "504", "reset_before", "html", "truncated", "429", "not_json"]
    for user, kind in zip(users, kinds, strict=True):
        sim.fault(kind, "GET", f"{user}/devices", **({"params": {"headers": "none"}} if kind == "429" else {}))
    done = playbook([task("mfa_device_info", {"batch": [{"user_id": user} for user in users]})])
    assert not done.only["failed"], done.output
    assert done.only["api"]["retries"] == len(kinds)
    assert done.only["api"]["calls"] == len(sim.log()), "including the call for the token"
    assert sorted(row["fault"] for row in sim.log() if row["fault"]) == sorted(kinds)


@pytest.mark.parametrize("status", ["429", "400"])
def test_each_form_of_throttling_is_waited_for(sim: Simulator, paced: OperationRunner, status: str) -> None:
    for form in ("reset", "retry_after", "both", "none"):
        sim.set(window=3600)
        sim.set(window=3, remaining=0, switches={"throttle": status, "throttle_headers": form})
        done = paced("mfa_device_info", batch=[KELLY, EVE])
        assert not done["failed"], (form, done)
        assert 0 < done["api"]["waited"] < 10


def test_with_timeout_zero_a_rate_limit_is_an_error_at_once(sim: Simulator, playbook: Playbook) -> None:
    sim.set(remaining=1)
    done = playbook(
        [
            task(
                "mfa_registration",
                {
                    "batch": [{"user_id": 36216766 + n, "factor": "SMS", "verified": True} for n in range(3)],
                    "rate_limit_timeout": 5,
                },
                name="run out",
            ),
            task("mfa_device_info", {**KELLY, "rate_limit_timeout": 0}, name="at once"),
        ]
    )
    assert done["run out"]["summary"] == {"rate_limited": 3}
    assert done["at once"]["error"]["code"] == "rate_limited"
    assert "rate_limit_timeout" in done["at once"]["error"]["hint"]
    assert sim.writes() == []


def test_the_reserve_is_left_to_others(sim: Simulator, playbook: Playbook) -> None:
    sim.set(remaining=103)
    items = [{"user_id": 36216766 + n} for n in range(6)]
    done = playbook(
        [
            task(
                "mfa_device_info",
                {"batch": items, "concurrency": 1, "rate_limit_reserve": 100, "rate_limit_timeout": 0},
            )
        ]
    )
    assert done.only["summary"]["rate_limited"] == 3
    assert sim.admin("GET", "/settings")["remaining"] == 100


@pytest.mark.parametrize("kind", ["reset_after", "502", "truncated", "html", "slow"])
def test_a_message_of_unknown_outcome_is_never_sent_twice(sim: Simulator, paced: OperationRunner, kind: str) -> None:
    if kind == "slow":
        more = {"params": {"seconds": 3}}
    else:
        more = {"params": {"after": True}} if kind in ("502", "html") else {}
    for path in ("registrations", "verifications"):
        sim.fault(kind, "POST", path, **more)
    enrol = paced("mfa_registration", **KELLY, factor="OneLogin SMS", expires_in=300, request_timeout=1)
    activate = paced("mfa_verification", **EVE, factor="OneLogin SMS", request_timeout=1)
    for result in (enrol, activate):
        assert result["error"]["code"] == "unconfirmed"
        assert "A message may have been sent" in result["error"]["hint"]
        assert "Run again after 20" in result["error"]["hint"]
    assert [message["user_id"] for message in sim.messages()] == [36216766, 36216769]
    assert sim.count("POST", "/registrations") == sim.count("POST", "/verifications") == 1


def test_requests_that_send_no_message_are_repeated(sim: Simulator, playbook: Playbook) -> None:
    """Protect and Authenticator; a verified enrolment shows as a device; and a 429 means that nothing happened."""
    sim.fault("reset_after", "POST", "36216766/registrations")
    sim.fault("reset_before", "POST", "36216767/registrations")
    sim.fault("reset_after", "POST", "36216768/registrations")
    sim.fault("429", "POST", "36216773/registrations", params={"headers": "none"})
    done = playbook(
        [
            task(
                "mfa_registration",
                {
                    "batch": [
                        {**KELLY, "factor": "OneLogin Protect"},
                        {"user_id": 36216767, "factor": "Authenticator"},
                        {"user_id": 36216768, "factor": "OneLogin SMS", "verified": True},
                        {"user_id": 36216773, "factor": "OneLogin SMS"},
                    ]
                },
            )
        ]
    )
    assert not done.only["failed"], done.output
    assert [result["registration"]["status"] for result in done.only["results"]] == [
        "pending",
        "pending",
        "accepted",
        "pending",
    ]
    assert done.only["results"][2]["registration"]["device_id"]
    assert len(sim.person("nils")["devices"]) == 1
    assert [message["user_id"] for message in sim.messages()] == [36216773]


def test_the_outcome_stays_unknown_if_the_devices_cannot_be_read(sim: Simulator, playbook: Playbook) -> None:
    """In particular, the hint does not say that running again is safe."""
    sim.fault("reset_after", "POST", "36216766/registrations")
    sim.fault("503", "GET", "36216766/devices", skip=1)
    done = playbook([task("mfa_registration", {**KELLY, "factor": "OneLogin SMS", "retries": 1})])
    assert done.only["error"]["code"] == "unconfirmed", done.output
    assert "Run again after" in done.only["error"]["hint"]
    assert len(sim.messages("kelly")) == 1


def test_a_code_of_unknown_outcome_is_sent_again(sim: Simulator, playbook: Playbook) -> None:
    sim.fault("reset_before", "PUT", "registrations")
    sim.fault("reset_after", "PUT", "verifications")
    registration = {"registration_id": "{{ made.registration.id }}", "otp": "{{ sent.answer.code }}"}
    verification = {"verification_id": "{{ made.verification.id }}", "otp": "{{ sent.answer.code }}"}
    done = playbook(
        [
            task("mfa_registration", {**KELLY, "factor": "SMS"}, register="made"),
            code_of("kelly"),
            task("mfa_registration", {**KELLY, "factor": "SMS", **registration}, name="enrolled"),
            task("mfa_verification", {**EVE, "factor": "SMS"}, register="made"),
            code_of("eve"),
            task("mfa_verification", {**EVE, "factor": "SMS", **verification}, name="activated"),
        ]
    )
    assert done["enrolled"]["registration"]["status"] == "accepted"
    assert done["activated"]["verification"]["status"] == "accepted"
    assert sim.count("PUT", sim.person("kelly")["registrations"][0]["id"]) == 2
    assert sim.count("PUT", sim.person("eve")["verifications"][0]["id"]) == 1


def test_an_expired_token_is_renewed_once_for_all_items(sim: Simulator, playbook: Playbook) -> None:
    items = [{"user_id": 36216766 + n} for n in range(9)]
    sim.fault("expired_token", "GET", "devices", skip=2)
    done = playbook([task("mfa_device_info", {"batch": items, "concurrency": 9})])
    assert not done.only["failed"], done.output
    assert sim.count("POST", "/auth/oauth2/v2/token") == 2


def test_an_expired_token_is_renewed_while_waiting(sim: Simulator, paced: OperationRunner) -> None:
    sim.fault("expired_token", "GET", "registrations/", skip=1)
    sim.fault("503", "GET", "registrations/", skip=2)
    made = paced("mfa_registration", **KELLY, factor="OneLogin Voice")["registration"]["id"]
    waited = paced("mfa_registration_wait", **KELLY, registration_id=made, sleep=0.2, timeout=30)
    assert waited["registration"]["status"] == "accepted"
    assert not [row for row in sim.admin("GET", "/faults") if row["fault"] == "expired_token"]


@pytest.mark.parametrize("body", ["factor", "credentials"])
def test_a_wrong_code_does_not_count_as_a_refused_token(sim: Simulator, paced: OperationRunner, body: str) -> None:
    sim.switch(wrong_otp_verification="401", wrong_otp_registration="401", wrong_otp_body=body)
    sms = "OneLogin SMS"
    made = paced("mfa_verification", **EVE, factor=sms)["verification"]["id"]
    verification = paced("mfa_verification", **EVE, factor=sms, verification_id=made, otp="wrong")
    made = paced("mfa_registration", **KELLY, factor=sms)["registration"]["id"]
    registration = paced("mfa_registration", **KELLY, factor=sms, registration_id=made, otp="wrong")
    for result in (verification, registration):
        assert result["error"]["code"] == "otp_rejected"
        assert result["error"]["http_status"] == 401
    assert len(sim.messages()) == 2


def test_redirects_are_not_followed_and_html_is_a_bad_response(sim: Simulator, playbook: Playbook) -> None:
    sim.fault("redirect", "GET", "36216766/devices", times=None)
    sim.fault("html", "GET", "36216767/devices", times=None)
    done = playbook([task("mfa_device_info", {"batch": [{"user_id": 36216766}, {"user_id": 36216767}], "retries": 2})])
    redirected, page = done.only["results"]
    assert redirected["error"]["code"] == page["error"]["code"] == "bad_response"
    assert "https://example.invalid/" in redirected["error"]["message"]
    assert "not JSON" in page["error"]["message"]
    assert sim.count("GET", "36216766/devices") == 1
    assert sim.count("GET", "36216767/devices") == 2


def test_refused_and_untrusted_connections_are_errors(sim: Simulator, playbook: Playbook) -> None:
    no_tls = {"base_url": sim.url.replace("http:", "https:"), "access_token": "whatever"}
    tasks = [
        task("mfa_device_info", {**KELLY, "retries": 1}, name="no server"),
        task("mfa_device_info", {"batch": [KELLY], **no_tls}, name="no authorities"),
        task("mfa_device_info", {"batch": [KELLY], **no_tls, "validate_certs": False}, name="no TLS"),
    ]
    done = playbook(tasks, url="http://127.0.0.1:9")
    assert done["no server"]["error"]["code"] == "unavailable"
    assert "No connection to http://127.0.0.1:9: Connection refused" in done["no server"]["error"]["message"]
    assert "base_url" in done["no server"]["error"]["hint"]
    error = done["no authorities"]["results"][0]["error"]
    assert (error["code"], "Set ca_path" in error["hint"]) == ("unavailable", True)
    assert "No trusted TLS connection" in error["message"]
    assert "invalid path: " in error["message"], "the path in the environment"
    assert [done[name]["api"]["retries"] for name in ("no authorities", "no TLS")] == [0, 0], "a retry would not help"


def test_a_call_to_a_hanging_server_times_out(sim: Simulator, playbook: Playbook) -> None:
    sim.fault("hang", "GET", "devices", times=None)
    done = playbook([task("mfa_device_info", {**KELLY, "retries": 2, "request_timeout": 1})])
    assert done.only["error"]["code"] == "unavailable"
    assert "within 1.0 s" in done.only["error"]["message"] or "within 1 s" in done.only["error"]["message"]
    assert sim.count("GET", "/devices") == 2
