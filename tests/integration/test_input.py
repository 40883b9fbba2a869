# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invalid input is refused before a message is sent; unusual but valid input works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integration.conftest import Playbook
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, Simulator, task
from tests.integration.watch import watch

SMS = {"username": "kelly", "factor": "OneLogin SMS"}
PG = "postgresql://u:p"
WORD = "{{ lookup('env', 'REST_OF_THE_PASSWORD') }}"  # Ansible shows the lines of a playbook around a failed task
LONG = "Your code is {otp_code}, good for {otp_expiry} minutes. "
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "no user": ("mfa_registration", {"factor": "SMS"}, "does not identify a user"),
    "code without its zero": ("mfa_registration", {**SMS, "otp": 17503}, "The code (otp) is not text"),
    "two users": ("mfa_registration", {**SMS, "email": "rita@example.com"}, "identifies different users"),
    "user zero": ("mfa_registration", {"user_id": 0, "factor": "SMS"}, "must be a positive number"),
    "wildcard": ("mfa_registration", {"email": "*@example.com", "factor": "SMS"}, "wildcard"),
    "two factors": ("mfa_registration", {**SMS, "factor_id": 58959}, "has two factors"),
    "too short a life": ("mfa_registration", {**SMS, "expires_in": 119}, "from 120 to 900"),
    "too long a life": ("mfa_registration", {**SMS, "expires_in": 901}, "from 120 to 900"),
    "too long a text": ("mfa_registration", {**SMS, "custom_message": LONG + 120 * "x"}, "the maximum is 160"),
    "text by mail": (
        "mfa_registration",
        {"username": "kelly", "factor": "OneLogin Email", "custom_message": "{otp_code}"},
        "but only SMS has one",
    ),
    "text by push": (
        "mfa_verification",
        {"username": "eve", "factor": "OneLogin Protect", "custom_message": "{otp_code}"},
        "but only SMS has one",
    ),
    "verified Protect": (
        "mfa_registration",
        {"username": "kelly", "factor": "OneLogin Protect", "verified": True},
        "verified is true for OneLogin Protect",
    ),
    "verified Authenticator": (
        "mfa_registration",
        {"username": "kelly", "factor": "Authenticator", "verified": True},
        "verified is true for Authenticator",
    ),
    "bad link": ("mfa_registration", {**SMS, "redirect_to": "javascript:x"}, "is not a web address"),
    "no device": ("mfa_verification", {"username": "eve"}, "does not identify a device"),
    "two devices": (
        "mfa_device",
        {"username": "eve", "factor": "SMS", "device_id": "1"},
        "has both device 1 and factor",
    ),
    "no registration": ("mfa_registration_wait", {"username": "eve"}, "has no registration_id"),
    "no verification": ("mfa_verification_info", {"username": "eve"}, "has no verification_id"),
    "token life": ("mfa_token", {"username": "eve", "expires_in": 259201}, "from 120 to 259200"),
    "batch beside an option": (
        "mfa_registration",
        {**SMS, "batch": [SMS]},
        "username cannot be a default",
    ),
    "concurrency 0": ("mfa_registration", {"batch": [SMS], "concurrency": 0}, "from 1 to 64"),
    "concurrency 65": ("mfa_registration", {"batch": [SMS], "concurrency": 65}, "from 1 to 64"),
    "negative timeout": (
        "mfa_registration_wait",
        {"batch": [], "timeout": -1},
        "timeout is -1.0; it must be from 0 to",
    ),
    "endless timeout": ("mfa_registration_wait", {"batch": [], "timeout": float("inf")}, "timeout is inf; it must be"),
    "no number": ("mfa_registration_wait", {"batch": [], "delay": float("nan")}, "delay is nan; it must be"),
    "endless request": ("mfa_registration", {**SMS, "request_timeout": 1e12}, "request_timeout is 1000000000000.0; it"),
    "journal kept for less than nothing": ("mfa_registration", {**SMS, "journal_keep_days": -1}, "must be from 0 to"),
    "journal with a port that is none": (
        "mfa_registration",
        {**SMS, "journal": f"{PG}@a:{WORD}@localhost/x"},
        "neither a path nor",
    ),
    "journal with a bare @": ("mfa_registration", {**SMS, "journal": f"{PG}@{WORD}@localhost/x"}, "neither a path nor"),
    "journal of no path": ("mfa_registration", {**SMS, "journal": "/tmp/a\0x"}, "contains a NUL character"),
    "sleep above max_sleep": ("mfa_registration_wait", {"batch": [], "sleep": 31}, "at most max_sleep"),
    "foreign http": ("mfa_registration", {**SMS, "base_url": "http://onelogin.example"}, "in clear text"),
    "no URL": ("mfa_registration", {**SMS, "base_url": "acme"}, "base_url is not the URL of an account"),
    "no CA file": ("mfa_registration", {**SMS, "ca_path": "/no/such/file"}, "ca_path is not an existing file"),
    "retries 0": ("mfa_registration", {**SMS, "retries": 0}, "must be from 1 to"),
    "token of a wrong type": ("mfa_registration", {**SMS, "access_token": [1]}, "neither a token nor the result"),
    "twice the same": (
        "mfa_registration",
        {"batch": [SMS, {"username": "rita", "factor": "SMS"}, {**SMS, "username": "Kelly"}]},
        "batch[0] and batch[2] are duplicates",
    ),
    "twice the same by name and id": (
        "mfa_registration",
        {"batch": [SMS, {"user_id": 36216766, "factor": "OneLogin SMS"}]},
        "batch[0] and batch[1] are duplicates",
    ),
    "twice the same by other names": (
        "mfa_registration",
        {
            "batch": [
                {"username": "rita", "factor": "SMS"},
                {"email": "kelly@example.com", "factor": "OneLogin SMS"},
                SMS,
            ]
        },
        "batch[1] and batch[2] are duplicates",
    ),
}


def test_invalid_input_is_refused_before_any_write(sim: Simulator, playbook: Playbook) -> None:
    watch.note("journal password", "rd9xsecret")
    done = playbook(
        [task(module, options, name=name) for name, (module, options, _said) in REFUSED.items()],
        env={"REST_OF_THE_PASSWORD": "rd9xsecret"},
    )
    for name, (_module, _options, said) in REFUSED.items():
        result = done[name]
        assert result["failed"], name
        assert not result["changed"]
        assert result["error"]["code"] == "invalid", name
        assert said in result["error"]["message"], name
    assert sim.writes() == []
    assert sim.messages() == []


def test_a_missing_account_or_credential_is_an_error(sim: Simulator, playbook: Playbook) -> None:
    nowhere = {"ONELOGIN_BASE_URL": ""}
    done = playbook(
        [
            task("rate_limit_info", {"client_id": ""}, name="half", environment={"ONELOGIN_CLIENT_ID": ""}),
            task("rate_limit_info", {"base_url": ""}, name="none", environment=nowhere),
            task("rate_limit_info", {"subdomain": "acme.onelogin.com"}, name="whole name", environment=nowhere),
        ]
    )
    assert "neither access_token nor both client_id and client_secret" in done["half"]["error"]["message"]
    assert "neither subdomain nor base_url" in done["none"]["error"]["message"]
    assert "'acme.onelogin.com' is not a valid subdomain" in done["whole name"]["error"]["message"]
    assert "ONELOGIN_SUBDOMAIN" in done["none"]["error"]["hint"]
    assert sim.log() == []


def test_an_invalid_item_fails_alone(sim: Simulator, playbook: Playbook) -> None:
    done = playbook(
        [
            task(
                "mfa_registration",
                {
                    "batch": [
                        {"username": "kelly", "email": "rita@example.com", "factor": "SMS"},
                        {"username": "rita", "factor": "SMS", "expires_in": 60},
                        {"username": "nils", "factor": "OneLogin Email"},
                    ]
                },
            )
        ]
    )
    assert done.only["summary"] == {"invalid": 2, "pending": 1}
    assert done.only["changed"]
    assert [message["kind"] for message in sim.messages()] == ["mail"]


def test_an_empty_batch_succeeds(sim: Simulator, playbook: Playbook) -> None:
    done = playbook([task("mfa_registration", {"batch": []}), task("mfa_registration_wait", {"batch": []})])
    for result in done.results:
        assert not result["failed"]
        assert not result["changed"]
        assert result["results"] == []
        assert result["msg"] == "0 of 0 done."
        assert result["summary"] == {}
    assert sim.log() == []


def test_a_message_can_have_160_characters_including_the_code(sim: Simulator, playbook: Playbook) -> None:
    text = "Code {otp_code} for {otp_expiry} min "
    fill = 160 - len("Code 123456 for 15 min ")
    done = playbook(
        [
            task("mfa_registration", {**SMS, "expires_in": 900, "custom_message": text + fill * "x"}, name="full"),
            task("mfa_registration", {"username": "rita", "factor": "SMS", "custom_message": "No code."}, name="none"),
            task(
                "mfa_registration",
                {"username": "nils", "factor": "SMS", "expires_in": 900, "custom_message": text + (fill + 1) * "x"},
                name="over",
            ),
        ]
    )
    assert done["full"]["changed"]
    assert len(sim.messages("kelly")[0]["text"]) == 160
    assert sim.messages("rita")[0]["text"] == "No code."
    assert "has 161 characters" in done["over"]["error"]["message"]
    assert sim.messages("nils") == []


def test_a_message_can_use_onelogins_form_of_the_variables(sim: Simulator, playbook: Playbook) -> None:
    playbook(
        """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - community.onelogin.mfa_registration:
        username: kelly
        factor: SMS
        custom_message: !unsafe "Own: {{otp_code}} {{otp_expiry}}"
"""
    )
    (message,) = sim.messages("kelly")
    assert message["text"] == f"Own: {message['code']} 2"


def test_leading_zeros_of_a_code_are_sent(start: Callable[..., Simulator], playbook: Playbook) -> None:
    own = start("--count", "40", "--seed", "3")
    items = [{"username": f"person{number:05d}", "factor": "OneLogin SMS"} for number in range(1, 41)]
    sent = playbook([task("mfa_registration", {"batch": items})], url=own.url).only
    whose, code = next(
        (message["user_id"], message["code"]) for message in own.messages() if message["code"].startswith("0")
    )
    made = next(result["registration"] for result in sent["results"] if result["registration"]["user_id"] == whose)
    item = {"user_id": whose, "factor": "OneLogin SMS", "registration_id": made["id"]}
    done = playbook(
        [
            task("mfa_registration", {**item, "otp": code.lstrip("0")}, name="without"),
            task("mfa_registration", {"batch": [{**item, "otp": f"{code[:3]} {code[3:]}"}]}, name="with"),
        ],
        url=own.url,
    )
    assert done["without"]["error"]["code"] == "otp_rejected"
    assert done["with"]["summary"] == {"accepted": 1}


def test_names_are_found_in_any_case_and_with_surrounding_blanks(sim: Simulator, playbook: Playbook) -> None:
    for case in ("insensitive", "sensitive"):
        sim.switch(filter_case=case)
        done = playbook(
            [
                task("mfa_device_info", {"batch": [{"email": " EVE@Example.com "}, {"username": "Nora"}]}, name="two"),
                task("mfa_device_info", {"username": "eve "}, name="one"),
            ]
        )
        assert done["two"]["summary"] == {"enrolled": 2}
        assert len(done["one"]["devices"]) == 5


def test_options_of_the_task_override_the_environment(sim: Simulator, playbook: Playbook) -> None:
    done = playbook(
        [
            task(
                "rate_limit_info", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "base_url": sim.url + "/"}
            ),
        ],
        env={
            "ONELOGIN_BASE_URL": "http://127.0.0.1:1",
            "ONELOGIN_CLIENT_ID": "none",
            "ONELOGIN_CLIENT_SECRET": "none",
            "ONELOGIN_VALIDATE_CERTS": "no",
        },
    )
    assert done.only["rate_limit"]["limit"] == 5000
