# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""OneLogin's MFA endpoints with typed answers (https://developers.onelogin.com/api-docs/2/multi-factor-authentication/overview).

The documentation prints some answers as a list of one where the wire carries an object, ids as numbers or strings,
and a status as text, number or envelope: all of them are read, and what is none of them is ``bad_response``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ansible_collections.community.onelogin.plugins.module_utils._ansible.masking import masked
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Answer
from ansible_collections.community.onelogin.plugins.module_utils._common import statuses
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown

PENDING = statuses.PENDING
ACCEPTED = statuses.ACCEPTED
REJECTED = statuses.REJECTED
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # JSON can write it, and neither a database nor an address can


@dataclass(frozen=True)
class Factor:
    """A way to authenticate that the account offers; ``id`` is None where only a device tells of it."""

    id: int | None
    name: str
    auth_name: str

    def as_result(self) -> dict[str, Any]:
        """The factor as a module returns it, in the API's names."""
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

    def as_result(self) -> dict[str, Any]:
        """The device as a module returns it, in the API's names."""
        return {
            "device_id": self.id,
            "user_id": self.user_id,
            "user_display_name": self.display_name,
            "type_display_name": self.type_name,
            "auth_factor_name": self.auth_name,
            "default": self.default,
        }


@dataclass(frozen=True)
class State:
    """Where a registration or a verification stands; the API gives both the same shape."""

    id: str | None
    status: str
    device_id: str | None = None
    expires_at: str | None = None
    auth_name: str | None = None
    type_name: str | None = None
    display_name: str | None = None
    factor_data: Mapping[str, Any] = field(default_factory=dict, repr=False)


def get_factors(client: Client, user_id: int) -> list[Factor]:
    """The factors a user can enrol; those enrolled already are left out."""
    return [
        Factor(_integer(row, "factor_id"), _text(row, "name"), _text(row, "auth_factor_name"))
        for row in _rows(client.call("GET", _path(user_id, "factors")))
    ]


def get_devices(client: Client, user_id: int) -> list[Device]:
    """The devices of a user that the API can verify."""
    return [
        Device(
            id=_text(row, "device_id"),
            user_id=user_id,
            display_name=_optional(row, "user_display_name") or "",
            type_name=_optional(row, "type_display_name") or "",
            auth_name=_text(row, "auth_factor_name"),
            default=row.get("default") is True,
        )
        for row in _rows(client.call("GET", _path(user_id, "devices")))
    ]


def delete_device(client: Client, user_id: int, device_id: str) -> None:
    """Remove a device. One that is gone already is ``not_found``, whichever way OneLogin says it."""
    try:
        client.call("DELETE", _path(user_id, "devices", device_id))
    except OneLoginError as error:
        if error.code == "invalid" and "could not be found" in error.message.lower():
            error.code = "not_found"
        raise


def post_registration(
    client: Client, user_id: int, body: Mapping[str, Any], on_send: Callable[[], None] | None = None
) -> State:
    """Start a registration; for SMS, Voice and Email this sends a message, unless it is declared verified."""
    return _started(client.call("POST", _path(user_id, "registrations"), body=body, on_send=on_send))


def get_registration(client: Client, user_id: int, identifier: str, *, once: bool = False) -> State:
    """Where a registration stands."""
    return _state(client.call("GET", _path(user_id, "registrations", identifier), once=once), identifier)


def put_registration(client: Client, user_id: int, registration_id: str, otp: str) -> State:
    """Confirm a registration by its code; a wrong one leaves it pending."""
    return _confirmed(
        client.call("PUT", _path(user_id, "registrations", registration_id), body={"otp": otp}, carries_code=True)
    )


def post_verification(
    client: Client, user_id: int, body: Mapping[str, Any], on_send: Callable[[], None] | None = None
) -> State:
    """Activate a device; all but the Authenticator send a message or a push."""
    return _started(client.call("POST", _path(user_id, "verifications"), body=body, on_send=on_send))


def get_verification(client: Client, user_id: int, identifier: str, *, once: bool = False) -> State:
    """Where a verification stands."""
    return _state(client.call("GET", _path(user_id, "verifications", identifier), once=once), identifier)


def put_verification(client: Client, user_id: int, verification_id: str, otp: str, device_id: str | None) -> State:
    """Confirm a verification by its code. The Authenticator needs the device's id as well; the others bear it."""
    body: dict[str, Any] = {"otp": otp}
    if device_id is not None:
        body["device_id"] = wire_id(device_id)
    return _confirmed(
        client.call("PUT", _path(user_id, "verifications", verification_id), body=body, carries_code=True)
    )


def post_mfa_token(client: Client, user_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Generate a temporary token that stands in for a factor."""
    answer = client.call("POST", _path(user_id, "mfa_token"), body=body)
    try:
        row = _one(answer)
        return {
            "mfa_token": masked(_text(row, "mfa_token")),
            "expires_at": _optional(row, "expires_at"),
            "reusable": row.get("reusable") is True,
            "device_id": _optional(row, "device_id"),
            "user_id": user_id,
        }
    except OneLoginError as error:
        raise OutcomeUnknown(error) from None


def wire_id(identifier: str) -> int | str:
    """A device's id as the newest page of the documentation sends it: a number, unless it is none."""
    return int(identifier) if re.fullmatch("[0-9]{1,18}", identifier) else identifier


def _path(user_id: int, *parts: str) -> str:
    """An address below a user's; a part that somebody gave cannot lead elsewhere."""
    return "/".join([f"/api/2/mfa/users/{user_id}", *(quote(part, safe="") for part in parts)])


def _bad(answer: Answer, what: str) -> OneLoginError:
    return OneLoginError(
        "bad_response", f"OneLogin's answer {what}.", http_status=answer.status, request_id=answer.request_id
    )


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    rows = [answer.body] if isinstance(answer.body, Mapping) else answer.body
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise _bad(answer, "is neither a list of objects nor an object")
    return rows


def _one(answer: Answer) -> Mapping[str, Any]:
    rows = _rows(answer)
    if len(rows) != 1:
        raise _bad(answer, f"holds {len(rows)} objects where one was expected")
    return rows[0]


def _optional(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        if _NO_TEXT.search(value):
            raise OneLoginError("bad_response", f"{name} in OneLogin's answer holds what no text may hold.")
        return value
    if value is None:
        return None
    raise OneLoginError("bad_response", f"{name} in OneLogin's answer is of an unknown type.")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = _optional(row, name)
    if value is None or value == "":
        raise OneLoginError("bad_response", f"{name} is missing in OneLogin's answer.")
    return value


def _integer(row: Mapping[str, Any], name: str) -> int:
    value = _text(row, name)
    try:
        return int(value)
    except ValueError:
        raise OneLoginError("bad_response", f"{name} in OneLogin's answer is no number.") from None


def _state(answer: Answer, identifier: str | None = None, status: str | None = None) -> State:
    """What an answer tells; ``identifier`` and ``status`` stand in for what it leaves out."""
    row = _one(answer)
    data = row.get("factor_data")
    return State(
        id=_optional(row, "id") or identifier,
        status=status or _status(row, answer),
        device_id=_optional(row, "device_id"),
        expires_at=_optional(row, "expires_at"),
        auth_name=_optional(row, "auth_factor_name"),
        type_name=_optional(row, "type_display_name"),
        display_name=_optional(row, "user_display_name"),
        factor_data=masked(data) if isinstance(data, Mapping) else {},
    )


def _started(answer: Answer) -> State:
    """A registration or verification just made. It exists, so what cannot be read leaves the outcome unknown."""
    try:
        row = _one(answer)
        _text(row, "id")
        return _state(answer, status=None if row.get("status") is not None else PENDING)
    except OneLoginError as error:
        raise OutcomeUnknown(error) from None


def _confirmed(answer: Answer) -> State:
    try:
        return _state(answer)
    except OneLoginError as error:
        raise OutcomeUnknown(error) from None


def _status(row: Mapping[str, Any], answer: Answer) -> str:
    """The state an answer names: as text, or as the success envelope, with or without its wrapper."""
    status = row.get("status")
    if isinstance(status, str) and status:
        return _text(row, "status").lower()
    envelope = status if isinstance(status, Mapping) else row
    if isinstance(envelope.get("error"), bool):
        return REJECTED if envelope["error"] else ACCEPTED
    raise _bad(answer, "names no status")
