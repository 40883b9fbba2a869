# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of a report, which depend on the role whose results it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DONE = ("accepted", "absent")

_UNDECIDED = 120  # seconds; no code or push expires earlier
_CODES = {
    "rejected": "rejected",
    "expired": "expired",
    "timeout": "no answer",
    "otp_rejected": "wrong code",
    "no_phone": "no phone number",
    "not_in_policy": "not in the policy",
    "unknown_user": "unknown user",
    "unconfirmed": "outcome unknown",
}


@dataclass(frozen=True)
class Words:
    """The words of one role.

    :param headline: what follows "3 of 9".
    :param done: the label of the count of rows that are done, and so on.
    :param changed: the label of the count of changes; empty for a role that changes nothing.
    :param when: the heading of the column of times.
    :param statuses: the label of a status that is not itself the best word.
    :param done_statuses: the statuses that count as done.
    :param lacking: a status that is open, also where the role counts it as a failure.
    :param counts_people: whether people are counted, and not people by factor.
    """

    headline: str = "done"
    done: str = "Done"
    open: str = "Open"
    failed: str = "Failed"
    changed: str = "Changed"
    when: str = "Accepted"
    statuses: Mapping[str, str] = field(default_factory=dict)
    done_statuses: tuple[str, ...] = DONE
    lacking: str = ""
    counts_people: bool = False


_GENERAL = Words()
_OF_ROLES = {
    "mfa_onboarding": Words(
        headline="enrolled",
        done="Enrolled",
        open="Pending",
        changed="Changed in this run",
        when="Enrolled",
        statuses={"accepted": "enrolled"},
        done_statuses=("accepted",),
    ),
    "mfa_challenge": Words(
        headline="confirmed",
        done="Confirmed",
        open="Waiting",
        changed="Challenged in this run",
        when="Confirmed",
        statuses={"accepted": "confirmed"},
        done_statuses=("accepted",),
    ),
    "mfa_offboarding": Words(
        headline="removed or absent",
        done="Removed or absent",
        open="Still enrolled",
        changed="Removed in this run",
        statuses={"absent": "absent"},
        done_statuses=("absent",),
    ),
    "mfa_audit": Words(
        headline="people have MFA",
        done="Has MFA",
        open="Lacks MFA",
        failed="Not known",
        changed="",
        statuses={"enrolled": "has MFA", "none": "lacks MFA"},
        done_statuses=("enrolled",),
        lacking="none",
        counts_people=True,
    ),
    "mfa_reminder": Words(
        headline="people need no reminder",
        done="Need no reminder",
        open="Lack MFA",
        changed="Reminded in this run",
        statuses={"enrolled": "has MFA", "due": "would be reminded", "waiting": "reminded later"},
        done_statuses=("enrolled", "excluded", "inactive"),
        counts_people=True,
    ),
    "mfa_reset": Words(
        headline="enrolled again",
        done="Enrolled again",
        open="Pending",
        changed="Changed in this run",
        when="Enrolled",
        statuses={"accepted": "enrolled again", "absent": "removed"},
    ),
}


def find_words(role: str | None) -> Words:
    """Return the words of a role; general ones for any other."""
    return _OF_ROLES.get(role or "", _GENERAL)


def label_status(words: Words, status: str, *, changed: bool, elapsed: int | None, expires: bool) -> str:
    """Return a status in words.

    :param changed: whether this run has changed the account for it.
    :param elapsed: seconds until the status was reported, if the run has waited for it.
    :param expires: whether OneLogin said when it expires.
    """
    if status == "rejected" and not expires and elapsed is not None and (elapsed >= _UNDECIDED or not changed):
        # OneLogin reports a push that expired as rejected, and does not say when it expires. One of an earlier run may
        # have expired at any time.
        return "rejected or expired"
    if status == "absent" and changed:
        return "removed"
    return words.statuses.get(status) or _CODES.get(status) or status.replace("_", " ")
