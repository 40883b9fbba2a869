# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The calls of the MFA API and their responses.

The documentation prints some responses as a list of one where the wire carries an object, ids as numbers or strings,
and a status as text, number or envelope. All of these forms are read; anything else is ``bad_response``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import (
    Confirmation,
    Device,
    Factor,
    Registration,
    Verification,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._common.secrets import mask
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import (
    ACCEPTED,
    KNOWN,
    PENDING,
    REJECTED,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean, clean_all, is_clean

_C = TypeVar("_C", bound=Confirmation)


def get_factors(client: Client, user_id: int) -> list[Factor]:
    """Return the factors a user can enrol; those enrolled already are left out."""
    return [
        Factor(_integer(row, "factor_id"), _name(row, "name"), _name(row, "auth_factor_name"))
        for row in _rows(client.call("GET", _path(user_id, "factors")))
    ]


def get_devices(client: Client, user_id: int) -> list[Device]:
    """Return the devices of a user that the API can verify."""
    return [
        Device(
            id=_text(row, "device_id"),
            user_id=user_id,
            display_name=_name(row, "user_display_name"),
            type_name=_name(row, "type_display_name"),
            auth_name=_name(row, "auth_factor_name"),
            default=row.get("default") is True,
        )
        for row in _rows(client.call("GET", _path(user_id, "devices")))
    ]


def delete_device(client: Client, user_id: int, device_id: str) -> None:
    """Remove a device. If it does not exist any more, the error is ``not_found``, in all of OneLogin's forms."""
    try:
        client.call("DELETE", _path(user_id, "devices", device_id))
    except OneLoginError as error:
        if error.code == "invalid" and "could not be found" in error.message.lower():
            error.code = "not_found"
        raise


def post_registration(
    client: Client, user_id: int, body: Mapping[str, Any], on_send: Callable[[], None] | None = None
) -> Registration:
    """Start a registration. For SMS, Voice and Email this sends a message, unless it is declared verified."""
    response = client.call("POST", _path(user_id, "registrations"), body=body, on_send=on_send)
    return _created(Registration, user_id, response)


def get_registration(client: Client, user_id: int, identifier: str, *, once: bool = False) -> Registration:
    """Read the state of a registration."""
    response = client.call("GET", _path(user_id, "registrations", identifier), once=once)
    return _confirmation(Registration, user_id, response, identifier)


def put_registration(client: Client, user_id: int, registration_id: str, otp: str) -> Registration:
    """Confirm a registration by its code; a wrong one leaves it pending."""
    response = client.call(
        "PUT", _path(user_id, "registrations", registration_id), body={"otp": otp}, carries_code=True
    )
    return _confirmed(Registration, user_id, response)


def post_verification(
    client: Client, user_id: int, body: Mapping[str, Any], on_send: Callable[[], None] | None = None
) -> Verification:
    """Activate a device. Every factor but the Authenticator sends a message or a push."""
    response = client.call("POST", _path(user_id, "verifications"), body=body, on_send=on_send)
    return _created(Verification, user_id, response)


def get_verification(client: Client, user_id: int, identifier: str, *, once: bool = False) -> Verification:
    """Read the state of a verification."""
    response = client.call("GET", _path(user_id, "verifications", identifier), once=once)
    return _confirmation(Verification, user_id, response, identifier)


def put_verification(
    client: Client, user_id: int, verification_id: str, otp: str, device_id: str | None
) -> Verification:
    """Confirm a verification by its code. Only the Authenticator needs the device's id."""
    body: dict[str, Any] = {"otp": otp}
    if device_id is not None:
        body["device_id"] = convert_id(device_id)
    response = client.call("PUT", _path(user_id, "verifications", verification_id), body=body, carries_code=True)
    return _confirmed(Verification, user_id, response)


def post_mfa_token(client: Client, user_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Generate a temporary token that replaces a factor."""
    response = client.call("POST", _path(user_id, "mfa_token"), body=body)
    try:
        row = _one(response)
        return {
            "mfa_token": mask(_text(row, "mfa_token")),
            "expires_at": _optional(row, "expires_at"),
            "reusable": row.get("reusable") is True,
            "device_id": _optional(row, "device_id"),
            "user_id": user_id,
        }
    except OneLoginError as error:
        raise OutcomeUnknown(error) from None


def convert_id(identifier: str) -> int | str:
    """Return a device's id as the newest documentation sends it, as a number if it is one."""
    return int(identifier) if re.fullmatch("[0-9]{1,18}", identifier) else identifier


def _path(user_id: int, *parts: str) -> str:
    """Build a path below a user's path; a part from outside cannot lead elsewhere."""
    return "/".join([f"/api/2/mfa/users/{user_id}", *(quote(part, safe="") for part in parts)])


def _bad(response: Response, what: str) -> OneLoginError:
    return OneLoginError(
        "bad_response", f"OneLogin's response {what}.", http_status=response.status, request_id=response.request_id
    )


def _rows(response: Response) -> list[Mapping[str, Any]]:
    rows = [response.body] if isinstance(response.body, Mapping) else response.body
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise _bad(response, "is neither a list of objects nor an object")
    return rows


def _one(response: Response) -> Mapping[str, Any]:
    rows = _rows(response)
    if len(rows) != 1:
        raise _bad(response, f"has {len(rows)} objects instead of one")
    return rows[0]


def _optional(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        if not is_clean(value):
            raise OneLoginError("bad_response", f"{name} in OneLogin's response is too long, or is not printable text.")
        return value
    if value is None:
        return None
    raise OneLoginError("bad_response", f"{name} in OneLogin's response has an unknown type.")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = _optional(row, name)
    if value is None or value == "":
        raise OneLoginError("bad_response", f"{name} is missing in OneLogin's response.")
    return value


def _name(row: Mapping[str, Any], field: str) -> str:
    """Read a name for display. Anything but text is empty, so that a bad name does not fail the row or other rows."""
    value = row.get(field)
    return clean(str(value)) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _integer(row: Mapping[str, Any], name: str) -> int:
    value = _text(row, name)
    try:
        return int(value)
    except ValueError:
        raise OneLoginError("bad_response", f"{name} in OneLogin's response is not a number.") from None


def _confirmation(
    kind: type[_C], user_id: int, response: Response, identifier: str | None = None, status: str | None = None
) -> _C:
    """Read a registration or a verification; ``identifier`` and ``status`` replace what the response leaves out."""
    row = _one(response)
    data = row.get("factor_data")
    names = {"display_name": _name(row, "user_display_name") or None} if issubclass(kind, Registration) else {}
    return kind(
        id=_optional(row, "id") or identifier,
        user_id=user_id,
        status=status or _status(row, response),
        device_id=_optional(row, "device_id"),
        factor=_name(row, "type_display_name") or _name(row, "auth_factor_name") or None,
        expires_at=_optional(row, "expires_at"),
        factor_data=mask(clean_all(data)) if isinstance(data, Mapping) else {},
        **names,
    )


def _created(kind: type[_C], user_id: int, response: Response) -> _C:
    """Read a new one. It exists, so a response that cannot be read leaves the outcome unknown."""
    try:
        row = _one(response)
        identifier = _text(row, "id")
        its = _confirmation(kind, user_id, response, status=None if row.get("status") is not None else PENDING)
        return _with_known_status(its, f"the id {identifier} and ")
    except OneLoginError as error:
        raise OutcomeUnknown(error) from None


def _confirmed(kind: type[_C], user_id: int, response: Response) -> _C:
    try:
        return _with_known_status(_confirmation(kind, user_id, response))
    except OneLoginError as error:
        raise OutcomeUnknown(error) from None


def _with_known_status(its: _C, also: str = "") -> _C:
    if its.status not in KNOWN:
        raise OneLoginError(
            "bad_response", f"OneLogin's response has {also}the status {its.status}, which is not known."
        )
    return its


def _status(row: Mapping[str, Any], response: Response) -> str:
    """Read the status: text, or the success envelope with or without its wrapper."""
    status = row.get("status")
    if isinstance(status, str) and status:
        return _text(row, "status").lower()
    envelope = status if isinstance(status, Mapping) else row
    if isinstance(envelope.get("error"), bool):
        return REJECTED if envelope["error"] else ACCEPTED
    raise _bad(response, "has no status")
