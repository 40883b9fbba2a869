# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret shows, however loud the run: what ``watch.py`` looks for in every test, here with all secrets there are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, simulator, task

KELLY = {"username": "kelly"}


def test_every_kind_of_secret_at_once(sim: Simulator, playbook: Playbook, way: dict[str, Any]) -> None:
    """Codes, tokens, the credential and TOTP secrets."""
    done = playbook(
        [
            task("access_token", {}, no_log=True, register="token", **way),
            task("mfa_registration", {**KELLY, "factor": "SMS"}, register="made", **way),
            simulator("GET", "/people/kelly/message", register="sent"),
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
            simulator("GET", "/people/nils/totp", register="secret"),
            task("access_token", {"access_token": "{{ token }}", "state": "absent"}, **way),
        ],
    )
    assert done["batch"]["summary"] == {"accepted": 1, "pending": 1, "unknown_user": 1}, done.output
    assert done["refused"]["error"]["code"] == "unauthorized"
    kinds = {"code", "seed", "access token", "client secret", "authorization header", "verification token"}
    assert {row["kind"] for row in sim.secrets()} == kinds


@pytest.mark.shows("seed", "*", "a task returns it that should have no_log", until_masked=True)
def test_secrets_are_returned_on_request_only(sim: Simulator, playbook: Playbook, way: dict[str, Any]) -> None:
    """As the next task of the play sees it: what is shown of it, ansible-core masks as of 2.22."""
    returned = "asked.registration.factor_data.totp_url is match('otpauth://totp/')"
    done = playbook(
        [
            task("mfa_registration", {**KELLY, "factor": "Authenticator"}, register="without", **way),
            task(
                "mfa_registration",
                {"username": "rita", "factor": "Authenticator", "return_secrets": True},
                register="asked",
                **way,
            ),
            {"ansible.builtin.assert": {"that": ["'factor_data' not in without.registration", returned]}},
        ]
    )
    assert done.rc == 0, done.output


def test_a_code_does_not_mangle_what_holds_the_same_digits(
    sim: Simulator, playbook: Playbook, way: dict[str, Any]
) -> None:
    """Ansible masks a secret wherever it stands; here the user's id and the device's are made of the code's digits."""
    item = {"user_id": 36216769, "factor": "SMS"}
    device = "device.results[0].verification.device_id in devices.results[0].devices | map(attribute='device_id')"
    that = ["user.verification.user_id == 36216769", device]
    done = playbook(
        [
            task("mfa_verification", {**item, "otp": "362167"}, register="user", **way),
            task("mfa_device_info", {"batch": [{"user_id": 36216769}]}, register="devices", **way),
            task("mfa_verification", {"batch": [{**item, "otp": "39203"}]}, register="device", **way),
            {"ansible.builtin.assert": {"that": that}},
        ]
    )
    assert done.rc == 0, done.output
