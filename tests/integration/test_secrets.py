# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret shows, however loud the run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import CLIENT_SECRET, Simulator, in_background, simulator, task

pytestmark = pytest.mark.each_release

KELLY = {"username": "kelly"}


@pytest.fixture(params=["here", "shipped"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Keywords of a task that runs in the controller's process, or as a module of its own."""
    return {} if request.param == "here" else in_background(tmp_path)


def test_nothing_secret_at_the_highest_verbosity(sim: Simulator, playbook: Playbook, way: dict[str, Any]) -> None:
    """Codes, tokens, the credential and TOTP secrets; the simulator's own tasks are hidden, for they know them."""
    done = playbook(
        [
            task("access_token", {}, no_log=True, register="token", **way),
            task("mfa_registration", {**KELLY, "factor": "SMS"}, register="made", **way),
            simulator("GET", "/people/kelly/message", register="sent", no_log=True),
            task(
                "mfa_registration",
                {
                    "batch": [
                        {
                            **KELLY,
                            "factor": "SMS",
                            "registration_id": "{{ made.registration.id }}",
                            "otp": "{{ sent.answer.code }}",
                        },
                        {"username": "rita", "factor": "OneLogin Protect"},
                        {"username": "nobody", "factor": "OneLogin Protect", "otp": "{{ sent.answer.code }}"},
                    ],
                    "access_token": "{{ token }}",
                },
                name="batch",
                **way,
            ),
            task(
                "mfa_registration",
                {"batch": [{"username": "rita", "factor": "Authenticator", "return_secrets": True}]},
                no_log=True,
                name="hidden",
                **way,
            ),
            task("mfa_registration", {"username": "nils", "factor": "Authenticator"}, **way),
            task("mfa_verification", {"username": "eve", "factor": "OneLogin Voice"}, **way),
            task("mfa_device_info", {**KELLY, "access_token": {"access_token": "{{ token.access_token }}"}}, **way),
            task("rate_limit_info", {"client_secret": "wrong-but-a-secret-4d5e6f"}, name="refused", **way),
            simulator("GET", "/people/nils/totp", register="secret", no_log=True),
            task("access_token", {"access_token": "{{ token }}", "state": "absent"}, **way),
        ],
        "-vvvv",
    )
    assert done["batch"]["summary"] == {"accepted": 1, "pending": 1, "unknown_user": 1}, done.output
    code = sim.messages("kelly")[0]["code"]
    assert not re.search(rf"(?<![0-9]){code}(?![0-9])", done.output)
    for secret in (CLIENT_SECRET, "wrong-but-a-secret-4d5e6f", "otpauth://", "verification_token"):
        assert secret not in done.output, secret
    assert done["refused"]["error"]["code"] == "unauthorized"
    assert not re.search(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", done.output), "an access token"


def test_secrets_are_returned_on_request_only(sim: Simulator, playbook: Playbook) -> None:
    done = playbook(
        [
            task("mfa_registration", {**KELLY, "factor": "Authenticator"}, name="without"),
            task(
                "mfa_registration", {"username": "rita", "factor": "Authenticator", "return_secrets": True}, name="with"
            ),
        ]
    )
    assert "factor_data" not in done["without"]["registration"]
    assert done["with"]["registration"]["factor_data"]["totp_url"].startswith("otpauth://totp/")


def test_a_code_does_not_mangle_what_holds_the_same_digits(
    sim: Simulator, playbook: Playbook, way: dict[str, Any]
) -> None:
    """Ansible masks a secret wherever it stands; here the user's id and the device's are made of the code's digits."""
    item = {"user_id": 36216769, "factor": "SMS"}
    done = playbook(
        [
            task("mfa_verification", {**item, "otp": "362167"}, name="user", **way),
            task("mfa_device_info", {"batch": [{"user_id": 36216769}]}, name="devices", **way),
            task("mfa_verification", {"batch": [{**item, "otp": "39203"}]}, name="device", **way),
        ]
    )
    assert done["user"]["verification"]["user_id"] == 36216769
    made = done["device"]["results"][0]["verification"]
    assert made["device_id"] in {device["device_id"] for device in done["devices"]["results"][0]["devices"]}
    assert "VALUE_SPECIFIED" not in str({k: v for k, v in done["device"].items() if k != "invocation"})
