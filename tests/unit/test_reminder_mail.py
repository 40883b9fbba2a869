# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reminders by e-mail: the whole message, when the server is tried, and what users read if it was not sent."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._operations.reminder import build_reminding
from ansible_collections.community.onelogin.plugins.plugin_utils._reminder.mail import (
    Mailer,
    build_message,
    check_mail,
    read_failure,
)

from tests.unit.harness import Call, Reply, Script, reply, run

SERVER: dict[str, Any] = {"host": "mail.example.com", "port": 2525, "sender": "it@example.com"}
ANN = {"user_id": 7, "email": "ann@example.com", "username": "ann.lee", "name": "Ann", "number": 2}
MESSAGE = {
    "host": "mail.example.com",
    "port": 2525,
    "sender": "it@example.com",
    "secure": "try",
    "to": ["ann@example.com"],
    "subject": "Please set up multi-factor authentication for OneLogin",
    "body": """\
Hello Ann,

your OneLogin account ann@example.com still needs multi-factor authentication. Please set it up in the next days:

1. Sign in to OneLogin with your browser.
2. Click your name at the top right, and choose Profile.
3. Choose Security Factors, and add a factor.

It takes a few minutes. If something does not work, please ask it@example.com.

This is reminder 2.
""",
    "headers": ["Auto-Submitted=auto-generated"],
}


def test_the_whole_message() -> None:
    assert build_message(SERVER, ANN) == MESSAGE


@pytest.mark.parametrize(
    ("mail", "person", "changes"),
    [
        (
            {"username": "it", "password": "mail-password-1"},
            {},
            {"username": "it", "password": "mail-password-1", "secure": "starttls"},
        ),
        ({"username": "", "password": None, "secure": "always"}, {}, {"secure": "always"}),
        (
            {"subject": "{number}\n{sender}", "body": "{name} {address} {username}"},
            {"name": None},
            {"subject": "2 it@example.com", "body": "ann.lee ann@example.com ann.lee"},
        ),
        (
            {"body": "{name} {username}"},
            {"name": "", "username": None},
            {"body": "ann@example.com ann@example.com"},
        ),
        # Values are not evaluated, and cannot add headers.
        (
            {"subject": "{name}", "body": "{number} {name}"},
            {"name": "Ann {address}\r\nBcc: eve@example.com {{ 1 }}"},
            {
                "subject": "Ann {address} Bcc: eve@example.com {{ 1 }}",
                "body": "2 Ann {address} Bcc: eve@example.com {{ 1 }}",
            },
        ),
    ],
)
def test_options_and_missing_names_change_the_message(
    mail: dict[str, Any], person: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert build_message({**SERVER, **mail}, {**ANN, **person}) == {**MESSAGE, **changes}


@pytest.mark.parametrize("address", ["a@b, c@d", "Ann <a@b>", "a@b\nBcc: c@d", "a b@c", "a@b@c", "a"])
def test_an_address_that_could_be_several_addresses_is_refused(address: str) -> None:
    with pytest.raises(OneLoginError) as refused:
        build_message(SERVER, {**ANN, "email": address})
    assert (refused.value.code, refused.value.message, refused.value.hint) == (
        "invalid",
        f"The e-mail address {' '.join(address.split())} of the user cannot be used.",
        "Correct the address in the user's record. Nothing was sent.",
    )


@pytest.mark.parametrize(
    ("mail", "message"),
    [
        (
            {"username": "it"},
            "mfa_reminder_mail has only one of username and password; set both, or none. Nothing was done.",
        ),
        (
            {"password": "mail-password-1"},
            "mfa_reminder_mail has only one of username and password; set both, or none. Nothing was done.",
        ),
        *(
            (
                {option: "{name} {nmae}"},
                (
                    f"mfa_reminder_mail.{option} has the unknown placeholder {{nmae}}."
                    " Use {name}, {address}, {username}, {number}, {sender}. Nothing was done."
                ),
            )
            for option in ("subject", "body")
        ),
    ],
)
def test_mail_options_that_do_not_fit_are_refused(mail: dict[str, Any], message: str) -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        check_mail({**SERVER, **mail})
    assert refused.value.message == message


def test_mail_options_that_fit() -> None:
    login = {"username": "it", "password": "x"}
    check_mail({**SERVER, **login, "subject": "{name} {address}", "body": "{number} {sender}"})
    check_mail({**SERVER, "username": "", "password": "", "subject": None, "body": "{username} { }"})


CANNOT = "The mail server mail.example.com:2525 cannot be used: "
REFUSED = "The mail server mail.example.com:2525 refused the message: "
UNKNOWN = (
    "It is not known whether the request took effect: the mail server mail.example.com:2525 gave no usable response: "
)
CORRECT = "Correct mfa_reminder_mail, or the server, and run again. Nothing was sent."
RECORD = "Correct the address in the user's record. Nothing was sent."
ASK = "Ask the person. The reminder counts as sent, so that no one gets it twice."


@pytest.mark.parametrize(
    ("reported", "code", "message", "hint"),
    [
        *(
            (text, "unavailable", CANNOT + text, CORRECT)
            for text in (
                "Unable to Connect mail.example.com:2525: timed out",
                "Helo failed for host mail.example.com:2525: x",
                "StartTLS is not offered on server mail.example.com:2525",
                "Authentication to mail.example.com:2525 failed, please check your username and/or password",
                "No Suitable authentication method was found",
                "No Authentication on the server at mail.example.com:2525",
                "Failed to send mail to 'a': (501, b\"bad 'it'\", 'it@example.com')",
            )
        ),
        ("Unable to use ********", "unavailable", f"{CANNOT}Unable to use ********", CORRECT),
        (
            "Failed: {'a': (550, b'No such mailbox')}",
            "invalid",
            REFUSED + "Failed: {'a': (550, b'No such mailbox')}",
            RECORD,
        ),
        ('Failed: (554, b"It\'s spam")', "invalid", REFUSED + 'Failed: (554, b"It\'s spam")', RECORD),
        ("MODULE FAILURE", "unconfirmed", f"{UNKNOWN}MODULE FAILURE", ASK),
        ("Failed: timed out", "unconfirmed", f"{UNKNOWN}Failed: timed out", ASK),
        ("Failed: 550 b'x'", "unconfirmed", f"{UNKNOWN}Failed: 550 b'x'", ASK),
    ],
)
def test_what_users_read_if_a_message_was_not_sent(reported: str, code: str, message: str, hint: str) -> None:
    mail = {**SERVER, "password": "mail-password-1"}
    error = read_failure({"msg": reported.replace("********", "mail-password-1")}, mail)
    assert (error.code, error.message, error.hint) == (code, f"{message}.", hint)
    assert isinstance(error, OutcomeUnknown) == (code == "unconfirmed")


class Network:
    """A mail server that can be connected to or not, and the results of the module that sends mail."""

    def __init__(self, *results: Mapping[str, Any], problem: OSError | None = None) -> None:
        self.results = list(results)
        self.problem = problem
        self.events: list[Any] = []

    def connect(self, address: tuple[str, int], timeout: float) -> Any:
        """Replace the connection to the server."""
        self.events.append((*address, timeout))
        if self.problem:
            raise self.problem
        return SimpleNamespace(close=lambda: self.events.append("close"))

    def send(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Replace the module."""
        self.events.append(message["to"])
        return self.results.pop(0)


def remind(
    script: Script, monkeypatch: pytest.MonkeyPatch, folder: Path, network: Network, *names: str, check: bool = False
) -> list[dict[str, Any]]:
    """Remind people by e-mail; return what users see of each result."""

    def server(call: Call) -> Reply:
        assert call.path.startswith("/auth/"), call
        return reply(200, {"access_token": "t", "account_id": 1, "expires_in": 36000, "token_type": "bearer"})

    script.server = server
    monkeypatch.setattr(socket, "create_connection", network.connect)
    batch = [
        {"key": name, "person": {**ANN, "user_id": user_id, "email": f"{name}@example.com", "number": 1}}
        for user_id, name in enumerate(names, start=1)
    ]
    options = {"batch": batch, "journal": str(folder / "journal.sqlite"), "access_token": None, "concurrency": 1}
    operation = build_reminding(Mailer(SERVER, network.send))
    results: list[dict[str, Any]] = run(operation, options, check=check)["results"]
    return [
        {
            "key": result["item"]["key"],
            "changed": result["changed"],
            "status": result.get("reminder", {}).get("status"),
            **_read_error(result),
        }
        for result in results
    ]


def _read_error(result: Mapping[str, Any]) -> dict[str, Any]:
    fields = ("code", "message", "hint")
    return {"error": {field: result["error"][field] for field in fields}} if result["failed"] else {}


def failed(key: str, code: str, message: str, hint: str) -> dict[str, Any]:
    return {"key": key, "changed": False, "status": None, "error": {"code": code, "message": message, "hint": hint}}


SENT = {"changed": True, "status": "reminded"}


@pytest.mark.usefixtures("clock")
def test_the_server_is_tried_once_and_each_person_gets_a_message(
    script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refused = {"failed": True, "msg": "Failed: {'b': (550, b'No such mailbox')}"}
    network = Network({"failed": False}, refused, {})
    found = remind(script, monkeypatch, tmp_path, network, "a", "b", "c")
    assert found == [
        {"key": "a", **SENT},
        failed("b", "invalid", f"{REFUSED}Failed: {{'b': (550, b'No such mailbox')}}.", RECORD),
        {"key": "c", **SENT},
    ]
    server = ("mail.example.com", 2525, 20.0)
    assert network.events == [server, "close", ["a@example.com"], ["b@example.com"], ["c@example.com"]]
    # The next run sends only what was not sent.
    again = remind(script, monkeypatch, tmp_path, Network({}), "a", "b")
    assert again == [{"key": "a", "changed": False, "status": "waiting"}, {"key": "b", **SENT}]


@pytest.mark.usefixtures("clock")
def test_no_one_else_is_tried_after_the_server_failed(
    script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    network = Network({}, {"failed": True, "msg": "Failed: timed out"})
    found = remind(script, monkeypatch, tmp_path, network, "a", "b", "c", "d d")
    assert found == [
        {"key": "a", **SENT},
        failed("b", "unconfirmed", f"{UNKNOWN}Failed: timed out.", ASK),
        failed(
            "c",
            "unavailable",
            "The mail server mail.example.com:2525 failed for another person, so this reminder was not tried.",
            "Run again when the server works. Nothing was sent.",
        ),
        failed("d d", "invalid", "The e-mail address d d@example.com of the user cannot be used.", RECORD),
    ]
    assert network.events[2:] == [["a@example.com"], ["b@example.com"]]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (TimeoutError("timed out"), "timed out"),
    ],
)
def test_a_server_that_cannot_be_reached_is_tried_once(
    script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: OSError, reason: str
) -> None:
    network = Network(problem=problem)
    message = f"The mail server mail.example.com:2525 cannot be reached: {reason}."
    found = remind(script, monkeypatch, tmp_path, network, "a", "b")
    assert found == [failed(name, "unavailable", message, CORRECT) for name in "ab"]
    assert network.events == [("mail.example.com", 2525, 20.0)]
