# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions of the probe, their answers, and the lines that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_OTHER_RUN = "Probe another test user, who has no phone number or no e-mail address."
_NO_CHANGES = "The probe changes no user record. Change one with the module user, and read its error at -vvv."
_REPORT = "Please report it in an issue."

QUESTIONS: Mapping[str, tuple[str, str]] = {
    "wrong_otp_verification": ("a wrong code in a verification", ""),
    "wrong_otp_body": (
        "the error body of a wrong code",
        "It matters only where a wrong code is answered with HTTP 401.",
    ),
    "wrong_otp_registration": ("a wrong code in a registration", ""),
    "expired": ("an expired registration", "Run again with mfa_probe_wait_timeout: 300."),
    "missing_contact": ("a registration without the phone number it needs", _OTHER_RUN),
    "already_enrolled": ("a second registration for the same factor", ""),
    "throttle": (
        "the response over the rate limit",
        "Run again with mfa_probe_use_rate_limit: true, which uses all calls that the account has left in this hour.",
    ),
    "throttle_headers": ("the headers of that response", "See throttle."),
    "enrolment_event": (
        "the event of an enrolment",
        "Run event_info for the test user in an hour, and look for the time of this probe.",
    ),
    "unknown_device": ("the removal of an unknown device", ""),
    "page_size": ("the largest page of users", "Only an account with more users than a page has can show it."),
    "container": ("an object, or a list of one", ""),
    "verification_success": ("an accepted code in a verification", ""),
    "user_id_type": ("the type of user_id", ""),
    "device_id_type": ("the type of device_id", ""),
    "token_401": ("the error body of a bad access token", ""),
    "verified_unsupported": ("verified for a factor that needs an app", ""),
    "unknown_factor": ("a registration for an unknown factor", ""),
    "expires_in_bounds": ("expires_in outside its bounds", ""),
    "enrolled_factor_listed": ("whether an enrolled factor is still available", ""),
    "device_type_name": ("type_display_name of a device", ""),
    "pending_device_id": ("device_id of a pending registration", ""),
    "expires_at": ("expires_at of a registration", ""),
    "registration_user_id": ("user_id of a registration", ""),
    "verification_status": ("status of a new verification", ""),
    "policies": ("custom security policies", "The credential needs the scope Read All or Manage All."),
    "policy_list": ("the fields of a policy in the list", "An account without custom policies cannot show it."),
    "filter_case": ("upper and lower case in filters of users", "Name a test user whose name has letters."),
    "last_cursor": ("After-Cursor on the last page", ""),
    "event_lag": ("how late an event is listed", "See enrolment_event."),
    "event_order": ("the order of events", "It takes three events of the test user."),
    "event_copies": ("how often an event is listed", "It takes an event of the test user."),
    "event_page": ("rows on a page of events", "It takes an account with more than 50 events."),
    "events_listed": (
        "whether all events are listed",
        "No document says which events there should be. Compare OneLogin's portal with event_info for the test user.",
    ),
    "mfa_token_status": (
        "the status of a new MFA token",
        "An MFA token cannot be taken back. Run mfa_token for the test user at -vvv.",
    ),
    "email_link": (
        "links in e-mails without redirect_to",
        "It takes a person. Enrol the test user in OneLogin Email, and look at the e-mail: a code, or a link.",
    ),
    "scope_error": (
        "a credential of too small a scope",
        "It takes a second credential. Run mfa_device_info with one of the scope Read Users.",
    ),
    "user_422": ("a refused change of a user", _NO_CHANGES),
    "custom_attributes_put": ("custom attributes that a change does not name", _NO_CHANGES),
}
"""What each switch of the simulator is about, and how to find it out if the probe cannot. The first ones are the ten
questions that only an account can answer: how it treats wrong codes (two), expired and unknown registrations (two),
missing phone numbers, second registrations, the rate limit, events, pages and unknown devices."""

NEVER_ASKED = frozenset(
    ("events_listed", "mfa_token_status", "email_link", "scope_error", "user_422", "custom_attributes_put")
)
"""What takes a person, another credential, or a change that cannot be taken back."""

SETTINGS = ("page_size",)
"""What is a setting of the simulator, and no switch."""


@dataclass(frozen=True)
class Answer:
    """An answer of the account.

    :param name: a key of :data:`QUESTIONS`.
    :param value: the value of the switch; None if the question is not answered.
    :param reason: what OneLogin returned, or why the question is not answered.
    """

    name: str
    value: str | None
    reason: str

    @property
    def how(self) -> str:
        """How to find it out, if it is not answered."""
        return "" if self.value is not None else QUESTIONS[self.name][1]

    def as_result(self) -> dict[str, str | None]:
        """Return the answer as the role returns it."""
        return {"name": self.name, "value": self.value, "reason": self.reason, "how": self.how}


class Answers:
    """The answers of a probe, in the order of :data:`QUESTIONS`."""

    def __init__(self) -> None:
        self._given: dict[str, Answer] = {}
        self.remarks: list[str] = []

    def record(self, name: str, value: str | None, reason: str) -> None:
        """Record an answer. The first value stays."""
        known = self._given.get(name)
        if known is None or known.value is None:
            self._given[name] = Answer(name, value, reason)

    def choose(self, name: str, key: object, values: Mapping[Any, str], reason: str) -> None:
        """Record the value that a response stands for; a response of another kind leaves the question open."""
        if key in values:
            self.record(name, values[key], reason)
        else:
            self.record(name, None, f"The simulator has no such setting: {reason}. {_REPORT}")

    def leave_open(self, names: Iterable[str], reason: str) -> None:
        """Leave questions open, unless they are answered."""
        for name in names:
            if name not in self._given:
                self._given[name] = Answer(name, None, reason)

    def list_all(self) -> list[Answer]:
        """Return all answers, with those that no one asked for."""
        return [self._given.get(name, Answer(name, None, "The probe does not ask this.")) for name in QUESTIONS]


def describe(answers: Iterable[Mapping[str, str | None]], remarks: Iterable[str], account: str) -> Iterator[str]:
    """Return the lines that show the answers: a block to paste, then what each is based on, then the open questions."""
    rows = list(answers)
    given = [row for row in rows if row["value"] is not None]
    yield f"Start the simulator like this, and it behaves as {account} does:"
    yield ""
    yield 'make simulator ARGS="' + "".join(f" \\\n  {_format_argument(row)}" for row in given) + '"'
    yield ""
    yield "What OneLogin returned:"
    for row in given:
        yield f"  {row['name']}={row['value']} ({QUESTIONS[str(row['name'])][0]}): {row['reason']}"
    for remark in remarks:
        yield f"  {remark}"
    yield ""
    yield "Not answered:"
    for row in rows:
        if row["value"] is None:
            yield f"  {row['name']} ({QUESTIONS[str(row['name'])][0]}): {row['reason']} {row['how']}".rstrip()


def _format_argument(row: Mapping[str, str | None]) -> str:
    name, value = str(row["name"]), row["value"]
    return f"--{name.replace('_', '-')} {value}" if name in SETTINGS else f"--switch {name}={value}"
