# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is shown at any verbosity. ``watch.py`` searches every test; these tests use every kind of secret."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, environment, simulator, task
from tests.integration.watch import watch

KELLY = {"username": "kelly"}
CODE = "73920581"
CODE_IN_BATCHES: dict[str, Any] = {
    "item": [{**KELLY, "factor": "SMS", "otp": CODE}],
    "JSON": json.dumps([{**KELLY, "factor": "SMS", "otp": CODE}]),
    "misspelt": [{**KELLY, "factor": "SMS", "opt": CODE}],
    "list": [{**KELLY, "factor": "SMS", "otp": [CODE]}],
    "text of an item": [json.dumps({**KELLY, "otp": CODE})],
    "unreadable": f'[{{"username": "kelly", "otp": "{CODE}"',
}


def test_no_kind_of_secret_is_shown(sim: Simulator, playbook: Playbook, way: dict[str, Any]) -> None:
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
    """The next task of the play gets the secrets; ansible-core masks them in output as of 2.22."""
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


def test_masking_a_code_does_not_change_ids_with_the_same_digits(
    sim: Simulator, playbook: Playbook, way: dict[str, Any]
) -> None:
    """Ansible masks a secret everywhere; here the ids of the user and the device contain the digits of the code."""
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


def test_a_code_in_a_batch_is_never_shown(sim: Simulator, playbook: Playbook, way: dict[str, Any]) -> None:
    """With -vvvv, which prints all that -vvv does.

    The code comes from the environment, because Ansible shows the lines of a playbook around a failed task.
    """
    watch.note("code", CODE)
    written = json.dumps(CODE_IN_BATCHES).replace(CODE, "{{ lookup('env', 'CODE') }}")
    done = playbook(
        [task("mfa_registration", {"batch": batch}, name=name, **way) for name, batch in json.loads(written).items()],
        env={"CODE": CODE},
    )
    for name in CODE_IN_BATCHES:
        assert done[name]["error" if name == "unreadable" else "results"], done.output
        assert CODE not in json.dumps(done[name]), name
    assert "is text, but not JSON" in done["unreadable"]["error"]["message"]


_LOGGED = """
import runpy, sys
from ansible.module_utils.basic import AnsibleModule

AnsibleModule.log = lambda self, msg, log_args=None: print(msg, log_args, file=sys.stderr)
runpy.run_module("ansible_collections.community.onelogin.plugins.modules.mfa_registration", run_name="__main__")
"""


@pytest.mark.parametrize("name", CODE_IN_BATCHES)
def test_the_log_of_a_shipped_module_has_no_code_of_a_batch(sim: Simulator, tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOGGED],
        env=environment(tmp_path, sim.url),
        input=json.dumps({"ANSIBLE_MODULE_ARGS": {"batch": CODE_IN_BATCHES[name]}}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Invoked with" in done.stderr
    assert "changed" in json.loads(done.stdout)  # a result; as of 2.21 it has no invocation
    assert CODE not in done.stdout + done.stderr
