# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The e-mails of the role mfa_reminder: their texts, and what the module that sends them reports."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean

MAIL = "community.general.mail"

SUBJECT = "Please set up multi-factor authentication for OneLogin"
BODY = """\
Hello {name},

your OneLogin account {address} still needs multi-factor authentication. Please set it up in the next days:

1. Sign in to OneLogin with your browser.
2. Click your name at the top right, and choose Profile.
3. Choose Security Factors, and add a factor.

It takes a few minutes. If something does not work, please ask {sender}.

This is reminder {number}.
"""

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_NAMES = ("name", "address", "username", "number", "sender")
# One mailbox and nothing that a mail program could take for several.
_ADDRESS = re.compile(r"[^\s,;:<>()\[\]\"\\@]+@[^\s,;:<>()\[\]\"\\@]+")
# What the module reports before it sends a message: these concern the server, and so all people.
_NOT_CONNECTED = (
    "Unable to ",
    "Helo failed",
    "StartTLS is not offered",
    "Authentication to ",
    "No Suitable authentication",
    "No Authentication",
)
# The responses of a server that rejects, as smtplib puts them into its errors. The message was not sent.
_REFUSED = re.compile(r"\(\d{3}, b['\"]")
_SENDER_REFUSED = re.compile(r"\(\d{3}, b['\"].*['\"], '[^']*'\)$")
_CORRECT = "Correct mfa_reminder_mail, or the server, and run again. Nothing was sent."
_PATIENCE = 20.0  # seconds to connect, as the module has it


def check_mail(mail: Mapping[str, Any]) -> None:
    """Fail for settings with which no e-mail can be sent.

    :param mail: the option ``mfa_reminder_mail``, validated.
    :raises AnsibleActionFail: two options do not fit, or a text has an unknown placeholder.
    """
    if bool(mail.get("username")) != bool(mail.get("password")):
        raise AnsibleActionFail(
            "mfa_reminder_mail has only one of username and password; set both, or none. Nothing was done."
        )
    for option in ("subject", "body"):
        for name in _PLACEHOLDER.findall(mail.get(option) or ""):
            if name not in _NAMES:
                known = ", ".join(f"{{{known}}}" for known in _NAMES)
                raise AnsibleActionFail(
                    f"mfa_reminder_mail.{option} has the unknown placeholder {{{name}}}. Use {known}. Nothing was done."
                )


class Mailer:
    """Sends reminders by e-mail. After a failure that concerns the server, it does not try the others.

    :param mail: the option ``mfa_reminder_mail``.
    :param run: runs the module with its options, and returns its result.
    """

    def __init__(self, mail: Mapping[str, Any], run: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        self._mail = mail
        self._run = run
        self._failure: OneLoginError | None = None
        self._is_reached = False

    def check(self, person: Mapping[str, Any]) -> None:
        """Check before the claim whether the mail of a person can be sent.

        :raises OneLoginError: the address cannot be used, or the server failed.
        """
        build_message(self._mail, person)
        if not self._is_reached:
            self._failure = find_obstacle(self._mail)
            self._is_reached = True
        if self._failure:
            raise self._failure

    def send(self, person: Mapping[str, Any]) -> None:
        """Send the mail of a person.

        :raises OutcomeUnknown: it may have been sent.
        :raises OneLoginError: it was not sent.
        """
        answer = self._run(build_message(self._mail, person))
        if answer.get("failed"):
            error = read_failure(answer, self._mail)
            if error.code != "invalid":
                self._failure = _not_tried(self._mail)
            raise error


def find_obstacle(mail: Mapping[str, Any]) -> OneLoginError | None:
    """Why the mail server cannot be reached; None if it can."""
    try:
        socket.create_connection((mail["host"], mail["port"]), _PATIENCE).close()
    except OSError as problem:
        return OneLoginError(
            "unavailable",
            f"The mail server {_server(mail)} cannot be reached: {problem.strerror or problem}.",
            hint=_CORRECT,
        )
    return None


def build_message(mail: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of the module for one person.

    :raises OneLoginError: ``invalid`` for an address that is not a single one.
    """
    if not _ADDRESS.fullmatch(person["email"]):
        raise OneLoginError(
            "invalid",
            f"The e-mail address {person['email']} of the user cannot be used.",
            hint="Correct the address in the user's record. Nothing was sent.",
        )
    texts = {
        "name": person["name"] or person["username"] or person["email"],
        "address": person["email"],
        "username": person["username"] or person["email"],
        "number": person["number"],
        "sender": mail["sender"],
    }
    message = {
        "host": mail["host"],
        "port": mail["port"],
        "sender": mail["sender"],
        # Without encryption, others could read the password.
        "secure": mail.get("secure") or ("starttls" if mail.get("password") else "try"),
        "to": [person["email"]],
        "subject": clean(fill_text(mail.get("subject") or SUBJECT, texts)),
        "body": fill_text(mail.get("body") or BODY, texts),
        "headers": ["Auto-Submitted=auto-generated"],
    }
    return {**message, **{name: mail[name] for name in ("username", "password") if mail.get(name)}}


def fill_text(text: str, values: Mapping[str, Any]) -> str:
    """Replace the placeholders of a text, once: the values may look like placeholders or templates."""
    return _PLACEHOLDER.sub(lambda found: clean(str(values[found[1]])), text)


def read_failure(answer: Mapping[str, Any], mail: Mapping[str, Any]) -> OneLoginError:
    """Return the error for a failed result of the module. Only errors from before the message count as not sent."""
    reported = str(answer.get("msg") or "")
    if mail.get("password"):
        reported = reported.replace(mail["password"], "********")
    server = _server(mail)
    if reported.startswith(_NOT_CONNECTED) or _SENDER_REFUSED.search(reported):
        return OneLoginError("unavailable", f"The mail server {server} cannot be used: {reported}", hint=_CORRECT)
    if _REFUSED.search(reported):
        return OneLoginError(
            "invalid",
            f"The mail server {server} refused the message: {reported}",
            hint="Correct the address in the user's record. Nothing was sent.",
        )
    error = OutcomeUnknown(
        OneLoginError("unavailable", f"the mail server {server} gave no usable response: {reported}")
    )
    error.hint = "Ask the person. The reminder counts as sent, so that no one gets it twice."
    return error


def _server(mail: Mapping[str, Any]) -> str:
    return f"{mail['host']}:{mail['port']}"


def _not_tried(mail: Mapping[str, Any]) -> OneLoginError:
    return OneLoginError(
        "unavailable",
        f"The mail server {_server(mail)} failed for another person, so this reminder was not tried.",
        hint="Run again when the server works. Nothing was sent.",
    )
