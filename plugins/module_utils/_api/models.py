# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""OneLogin's nouns: factor, device, registration, verification, user, group, policy and event.

Each is immutable and has one ``as_result()``, which is how every module returns it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypedDict, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING

# OneLogin's internal names (auth_factor_name). Accounts show SMS under either of two.
_SMS = ("sms", "onelogin sms")
_VOICE = "onelogin voice"
_EMAIL = "onelogin email"
_PROTECT = "onelogin"
_AUTHENTICATOR = "google authenticator"

_Confirmation = TypeVar("_Confirmation", bound="Confirmation")


class FactorResult(TypedDict):
    """A factor as modules return it."""

    factor_id: int | None
    name: str
    auth_factor_name: str


class DeviceResult(TypedDict):
    """A device as modules return it."""

    device_id: str
    user_id: int
    user_display_name: str
    type_display_name: str
    auth_factor_name: str
    default: bool


class RegistrationResult(TypedDict):
    """A registration as modules return it."""

    id: str | None
    user_id: int | None
    factor_id: int | None
    factor: str | None
    display_name: str | None
    status: str
    device_id: str | None
    expires_at: str | None


class VerificationResult(TypedDict):
    """A verification as modules return it."""

    id: str | None
    user_id: int | None
    device_id: str | None
    factor: str | None
    status: str
    expires_at: str | None


class GroupResult(TypedDict):
    """A group as modules return it."""

    group_id: int | None
    name: str
    policy_id: int | None


@dataclass(frozen=True)
class FactorType:
    """What the API documentation says about a type of factor.

    :param takes_message: the text of the message can be chosen (SMS only).
    :param takes_verified: can be enrolled as verified, without a message.
    :param enrolment_sends: enrolling sends the person a message or calls them.
    :param activation_sends: activating sends the person a message, a call or a push.
    :param confirmed_by: ``otp``, a code sent in another request, or ``user``, the person outside of Ansible.
    :param totp: codes come from a secret and not from a message.
    :param needs_phone: enrolling needs a phone number on the user's record.
    :param enrollable: the API can enrol it; otherwise the person does so, in OneLogin.
    """

    takes_message: bool = False
    takes_verified: bool = False
    enrolment_sends: bool = True
    activation_sends: bool = True
    confirmed_by: str = "otp"
    totp: bool = False
    needs_phone: bool = False
    enrollable: bool = True

    @property
    def sends_push(self) -> bool:
        """Whether activating sends a push to an app."""
        return self.totp and self.activation_sends


_TYPES = {
    **dict.fromkeys(_SMS, FactorType(takes_message=True, takes_verified=True, needs_phone=True)),
    _VOICE: FactorType(takes_verified=True, needs_phone=True, confirmed_by="user"),
    _EMAIL: FactorType(takes_verified=True),
    _PROTECT: FactorType(enrolment_sends=False, confirmed_by="user", totp=True),
    _AUTHENTICATOR: FactorType(enrolment_sends=False, activation_sends=False, totp=True),
}


# The default names of the factors in an account.
_USUAL_NAMES = {**_TYPES, "onelogin protect": _TYPES[_PROTECT], "authenticator": _TYPES[_AUTHENTICATOR]}


def find_factor_type(name: str) -> FactorType | None:
    """Return the type with this internal name of OneLogin, in any case; None for any other name."""
    return _USUAL_NAMES.get(name.strip().lower())


# The statuses of users who cannot sign in (https://developers.onelogin.com/api-docs/2/users/user-resource).
_INACTIVE = {2: "suspended", 3: "locked"}

# Accounts list these, but the documentation's tables of factors that the API enrols do not
# (https://developers.onelogin.com/api-docs/2/multi-factor-authentication/enroll-factor).
_BY_HAND = re.compile(r"\b(duo|passkeys?|radius|rsa|security questions?|symantec|vip|web ?authn?|yubi ?keys?)\b")


@dataclass(frozen=True)
class Factor:
    """A way to authenticate that the account offers.

    :param id: None if only a device shows that the factor exists.
    :param name: the name that administrators see.
    :param auth_name: OneLogin's internal name.
    """

    id: int | None
    name: str
    auth_name: str

    @property
    def type(self) -> FactorType:
        """The type of the factor; the defaults of :class:`FactorType` for one that is not known."""
        name = (self.auth_name or self.name).lower()
        return _TYPES.get(name) or FactorType(enrollable=not _BY_HAND.search(re.sub("[-_]", " ", name)))

    def as_result(self) -> FactorResult:
        """Return the factor under the API's names."""
        return {"factor_id": self.id, "name": self.name, "auth_factor_name": self.auth_name}


@dataclass(frozen=True)
class Device:
    """What an accepted registration leaves on a user."""

    id: str
    user_id: int
    display_name: str
    type_name: str
    auth_name: str
    default: bool

    @property
    def factor(self) -> Factor:
        """The factor of the device, as far as the device shows it."""
        return Factor(None, self.type_name or self.auth_name, self.auth_name)

    def as_result(self) -> DeviceResult:
        """Return the device under the API's names."""
        return {
            "device_id": self.id,
            "user_id": self.user_id,
            "user_display_name": self.display_name,
            "type_display_name": self.type_name,
            "auth_factor_name": self.auth_name,
            "default": self.default,
        }


@dataclass(frozen=True)
class User:
    """A user's record, as far as the query asked for its fields.

    :param id: None for a row without an id.
    :param record: the fields under the API's names, fit to be shown.
    :param custom_attributes: the custom attributes as OneLogin stores them, for example with line breaks.
    """

    id: int | None
    record: Mapping[str, Any] = field(default_factory=dict)
    custom_attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def inactive_status(self) -> str | None:
        """Why the user cannot sign in: ``suspended`` or ``locked``; None for other users."""
        status = self.record.get("status")
        return _INACTIVE.get(status) if isinstance(status, int) else None

    @property
    def lacks_phone(self) -> bool:
        """Whether the record shows that the user has no phone number."""
        return "phone" in self.record and not str(self.record["phone"] or "").strip()

    def as_result(self) -> dict[str, Any]:
        """Return the record, with the id as ``user_id`` too, so that other modules take it as an item."""
        return {**self.record, "user_id": self.id}


@dataclass(frozen=True)
class Group:
    """A group of users.

    :param id: None for a row without an id.
    :param policy_id: None if the account's default policy applies.
    """

    id: int | None
    name: str
    policy_id: int | None

    def as_result(self) -> GroupResult:
        """Return the group under the API's names."""
        return {"group_id": self.id, "name": self.name, "policy_id": self.policy_id}


_POLICY_FIELDS = (
    "is_default",
    "authentication_factor_ids",
    "otp_auth_enabled",
    "mfa_registration_enabled",
    "voluntary_mfa_registration_enabled",
    "otp_security_token_expiration_days",
    "user_phone_update_allowed",
    "disable_protect_push_notifications",
    "disable_protect_push_recovery",
    "enable_number_match",
    "ip_addresses",
    "maximum_invalid_login_attempts",
    "lock_effective_minutes",
)
"""What policies say about MFA, and which of them is the default."""


@dataclass(frozen=True)
class Policy:
    """The rules of the account for a group of users, or for an app.

    :param id: None for a row without an id.
    :param kind: ``user`` or ``app``; it decides which fields there are.
    """

    id: int | None
    name: str
    kind: str
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether the record has the fields of its kind. Both kinds have the factors."""
        return "authentication_factor_ids" in self.record

    @property
    def factor_ids(self) -> Sequence[int] | None:
        """The ids of the factors that the policy allows; None if it does not have them."""
        ids = self.record.get("authentication_factor_ids")
        return [int(number) for number in ids if str(number).isdigit()] if isinstance(ids, list) else None

    @property
    def disables_push(self) -> bool:
        """Whether OneLogin Protect gets no push notifications."""
        return self.record.get("disable_protect_push_notifications") is True

    def as_result(self) -> dict[str, Any]:
        """Return the policy under the API's names; a field that its kind does not have is left out."""
        fields = {name: self.record[name] for name in _POLICY_FIELDS if name in self.record}
        return {"policy_id": self.id, "name": self.name, "kind": self.kind, **fields}


@dataclass(frozen=True)
class EventType:
    """A type of event.

    :param id: None for a row without an id.
    """

    id: int | None
    name: str


@dataclass(frozen=True)
class Event:
    """An entry in the account's log.

    :param id: None for a row without an id.
    :param created_at: when it was written, as OneLogin returns it.
    :param user_id: the user that it is about; None if it is not about a user.
    :param device_id: the device that it names, as the other calls write the id.
    :param record: further fields under the API's names, fit to be shown.
    """

    id: int | None
    type_id: int | None
    created_at: str | None
    user_id: int | None = None
    device_id: str | None = None
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def created(self) -> datetime | None:
        """When it was written; None if that cannot be read."""
        return parse_timestamp(self.created_at)

    def as_result(self, type_name: str | None = None) -> dict[str, Any]:
        """Return the event under the API's names.

        :param type_name: the name of its type, if it is known.
        """
        return {
            "id": self.id,
            "event_type_id": self.type_id,
            "event_type": type_name,
            "created_at": self.created_at,
            "user_id": self.user_id,
            "otp_device_id": self.device_id,
            **self.record,
        }


@dataclass(frozen=True)
class Confirmation(ABC):
    """Something that a person has to confirm: a registration or a verification.

    :param id: None if only its device is known, and if check mode predicts it.
    :param user_id: None if check mode predicts it for a user who has not been looked up.
    :param factor: name of the factor.
    :param expires_at: ISO 8601 time at which a pending one expires, if OneLogin returns it.
    :param factor_data: the secret for an app, or the code to read out; OneLogin shows it once.
    """

    id: str | None
    user_id: int | None
    status: str
    device_id: str | None = None
    factor: str | None = None
    expires_at: str | None = None
    factor_data: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_pending(self) -> bool:
        """Whether the person can still confirm it."""
        return self.status == PENDING

    @property
    def is_accepted(self) -> bool:
        """Whether the person has confirmed it."""
        return self.status == ACCEPTED

    @abstractmethod
    def as_result(self) -> RegistrationResult | VerificationResult:
        """Return its fields for a result; ``factor_data`` is secret and left to the caller."""

    def update_from(self: _Confirmation, later: Confirmation) -> _Confirmation:
        """Return this one with the status of a later response, which has fewer fields."""
        return replace(self, status=later.status, device_id=later.device_id or self.device_id)


@dataclass(frozen=True)
class Registration(Confirmation):
    """An enrolment in progress, or its fields that the device shows."""

    factor_id: int | None = None
    display_name: str | None = None

    def as_result(self) -> RegistrationResult:
        """Return the registration; ``factor_data`` is secret and left to the caller."""
        return {
            "id": self.id,
            "user_id": self.user_id,
            "factor_id": self.factor_id,
            "factor": self.factor,
            "display_name": self.display_name,
            "status": self.status,
            "device_id": self.device_id,
            "expires_at": self.expires_at,
        }


@dataclass(frozen=True)
class Verification(Confirmation):
    """One activation of a device and its outcome."""

    def as_result(self) -> VerificationResult:
        """Return the verification; ``factor_data`` is secret and left to the caller."""
        return {
            "id": self.id,
            "user_id": self.user_id,
            "device_id": self.device_id,
            "factor": self.factor,
            "status": self.status,
            "expires_at": self.expires_at,
        }
