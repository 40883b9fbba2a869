# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's records of factors, devices and messages."""

from __future__ import annotations

from dataclasses import dataclass

# How each API-enrollable `auth_factor_name` works; anything else is enrolled by hand only.
KINDS = {
    "OneLogin": "protect",
    "SMS": "sms",
    "OneLogin SMS": "sms",
    "OneLogin Voice": "voice",
    "OneLogin Email": "email",
    "Google Authenticator": "authenticator",
}
PENDING, ACCEPTED, REJECTED = "pending", "accepted", "rejected"


@dataclass(frozen=True)
class Factor:
    """A way to authenticate that the account offers."""

    factor_id: int
    name: str
    auth_factor_name: str

    @property
    def kind(self) -> str:
        """protect, sms, voice, email, authenticator, or other."""
        return KINDS.get(self.auth_factor_name, "other")

    def is_called(self, name: str) -> bool:
        """Return whether the name is one of this factor's two names, in any case."""
        return name.casefold() in (self.name.casefold(), self.auth_factor_name.casefold())


@dataclass
class Device:
    """The device of an accepted registration; ``secret`` is base32, for TOTP factors."""

    device_id: str
    factor: Factor
    display_name: str
    is_default: bool
    secret: str | None = None


@dataclass
class Process:
    """The common part of a registration and a verification; times in seconds since the epoch.

    :ivar code: the true one-time password of a message or call, if one was sent.
    :ivar has_link: whether a mail contains a link to click instead of a code.
    """

    id: str
    user_id: int
    factor: Factor
    display_name: str
    device_id: str
    expires_at: float | None = None
    status: str = PENDING
    is_expired: bool = False
    code: str | None = None
    has_link: bool = False
    secret: str | None = None
    verification_token: str | None = None


class Registration(Process):
    """An enrolment in progress; ``device_id`` is reserved for its device."""


class Verification(Process):
    """One activation of a device."""


@dataclass(frozen=True)
class Message:
    """An SMS, call, mail or push that was sent; ``at`` in seconds since the epoch."""

    user_id: int
    kind: str
    to: str | None
    text: str
    code: str | None
    process: Process
    at: float


@dataclass(frozen=True)
class MfaToken:
    """A temporary token that was issued to a user."""

    token: str
    expires_at: float
    reusable: bool
