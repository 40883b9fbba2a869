# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MFA calls of API v2 under ``/api/2/mfa/users/{user_id}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyotp

from simulator import users
from simulator.clock import format_iso_seconds
from simulator.messages import DEFAULT, LONGEST, fill_message
from simulator.models import ACCEPTED, PENDING, REJECTED, Factor, Process, Verification
from simulator.people import Person
from simulator.request import ApiRequest
from simulator.responses import (
    NOT_FOUND_TEXT,
    WRONG_CODE_401,
    ApiResponse,
    RefusedError,
    build_bad_request,
    build_envelope,
    build_error,
    build_invalid,
    build_not_found,
    build_success,
)
from simulator.validation import is_digits

SHORTEST, LONGEST_LIFE = 120, 900
TOKEN_SHORTEST, TOKEN_LONGEST = 120, 259200
_DIGITS = 17  # of a number in a path or body
_TOTP = ("protect", "authenticator")
_CONTACT = {"sms": "phone", "voice": "phone", "email": "email"}
# What the documentation pages print for container `docs`: these as lists of one.
_LISTED_IN_DOCS = {"registration GET", "registration PUT", "verification GET", "sms POST"}


def list_factors(request: ApiRequest) -> ApiResponse:
    """``GET .../factors``: the factors that the user can still enrol."""
    person = _find_person(request)
    lists_enrolled = request.read_switch("enrolled_factor_listed") == "yes"
    return ApiResponse(
        200,
        [
            {"factor_id": f.factor_id, "name": f.name or None, "auth_factor_name": f.auth_factor_name or None}
            for f in request.account.list_allowed_factors(person)
            if lists_enrolled or not request.account.has_enrolled(person, f)
        ],
    )


def list_devices(request: ApiRequest) -> ApiResponse:
    """``GET .../devices``: the devices of the user."""
    person = _find_person(request)
    return ApiResponse(
        200,
        [
            {
                "device_id": _convert_id(request, "device_id_type", device.device_id),
                "user_display_name": device.display_name,
                "type_display_name": _get_type_name(request, device.factor),
                "auth_factor_name": device.factor.auth_factor_name or None,
                "default": device.is_default,
            }
            for device in request.account.devices.get(person.id, ())
        ],
    )


def _get_type_name(request: ApiRequest, factor: Factor) -> str | None:
    names = {"name": factor.name, "type": factor.auth_factor_name, "null": ""}
    return names[request.read_switch("device_type_name")] or None


def delete_device(request: ApiRequest) -> ApiResponse:
    """``DELETE .../devices/{device_id}``."""
    person = _find_person(request)
    device = request.account.find_device(person, request.path["device_id"])
    if device is None:
        if request.read_switch("unknown_device") == "400":
            return build_envelope(400, "Factor could not be found")
        return build_not_found()
    request.account.remove_device(person, device)
    return ApiResponse(204)


def register(request: ApiRequest) -> ApiResponse:
    """``POST .../registrations``: enrol a factor."""
    person = _find_person(request)
    body = _read_body(request)
    for name in ("factor_id", "display_name"):
        if body.get(name) in (None, ""):
            raise RefusedError(build_bad_request(f"{name} is required"))
    factor = _find_factor(request, person, body["factor_id"])
    switches = request.sim.settings.switches
    contact = _CONTACT.get(factor.kind)
    if contact and not person.record[contact]:
        raise RefusedError(build_invalid(f"The user has no {contact}", switches["missing_contact"]))
    verified = _read_verified(body, factor, switches["verified_unsupported"])
    expires_in = _read_life(request, body)
    message = _read_message(body, factor, expires_in)
    redirect_to = _read_link(body)
    again = switches["already_enrolled"]
    if again != "second_device" and request.account.has_enrolled(person, factor):
        raise RefusedError(build_invalid("The factor is already enrolled", again))
    registration = request.account.processes.register(
        person,
        factor,
        str(body["display_name"]),
        verified=verified,
        expires_in=expires_in,
        message=message,
        redirect_to=redirect_to,
        response_arrives=request.response_arrives,
    )
    response: dict[str, Any] = {"id": registration.id, "status": registration.status}
    if registration.status == ACCEPTED or switches["pending_device_id"] == "yes":
        response["device_id"] = _convert_id(request, "device_id_type", registration.device_id)
    if switches["registration_user_id"] == "yes":
        response["user_id"] = _convert_id(request, "user_id_type", str(person.id))
    response.update(_build_names(registration))
    _add_expiry(request, response, registration)
    data = {}
    if registration.verification_token:
        data["verification_token"] = registration.verification_token
    if registration.secret:
        data["totp_url"] = _build_totp_url(person, registration.secret)
    if data:
        response["factor_data"] = data
    return ApiResponse(201, _wrap_response(request, response, f"{factor.kind} registration POST"))


def get_registration(request: ApiRequest) -> ApiResponse:
    """``GET .../registrations/{registration_id}``: the status of an enrolment."""
    found = _find_process(request, request.account.processes.registrations, "registration_id", "NotFoundError")
    return _build_status(request, found, "registration GET")


def confirm_registration(request: ApiRequest) -> ApiResponse:
    """``PUT .../registrations/{registration_id}``: the code that the person received."""
    found = _find_process(request, request.account.processes.registrations, "registration_id", "NotFoundError")
    otp = _read_otp(_read_body(request))
    if found.status != PENDING or request.account.processes.try_code(found, otp):
        return _build_status(request, found, "registration PUT")
    wrong = request.read_switch("wrong_otp_registration")
    if wrong == "401":
        return WRONG_CODE_401[request.read_switch("wrong_otp_body")]
    if wrong == "rejected":
        request.account.processes.reject_for_wrong_code(found)
    return _build_status(request, found, "registration PUT")


def verify(request: ApiRequest) -> ApiResponse:
    """``POST .../verifications``: activate a device."""
    person = _find_person(request)
    body = _read_body(request)
    if body.get("device_id") in (None, ""):
        raise RefusedError(build_bad_request("device_id is required"))
    device = request.account.find_device(person, str(body["device_id"]))
    if device is None:
        raise RefusedError(build_not_found())
    expires_in = _read_life(request, body)
    verification = request.account.processes.verify(
        person,
        device,
        expires_in=expires_in,
        message=_read_message(body, device.factor, expires_in),
        redirect_to=_read_link(body),
    )
    response: dict[str, Any] = {"id": verification.id}
    if request.read_switch("verification_status") == "yes":
        response["status"] = verification.status
    response["user_id"] = _convert_id(request, "user_id_type", str(person.id))
    response["device_id"] = _convert_id(request, "device_id_type", device.device_id)
    response.update(_build_names(verification))
    _add_expiry(request, response, verification)
    if verification.verification_token:
        response["factor_data"] = {"verification_token": verification.verification_token}
    return ApiResponse(201, _wrap_response(request, response, f"{device.factor.kind} POST"))


def get_verification(request: ApiRequest) -> ApiResponse:
    """``GET .../verifications/{verification_id}``: whether the person has answered."""
    found = _find_process(request, request.account.processes.verifications, "verification_id", "NotFound")
    return _build_status(request, found, "verification GET")


def confirm_verification(request: ApiRequest) -> ApiResponse:
    """``PUT .../verifications/{verification_id}``: the code the person gave."""
    found = _find_process(request, request.account.processes.verifications, "verification_id", "NotFound")
    body = _read_body(request)
    otp = _read_otp(body)
    if found.factor.kind == "authenticator" and body.get("device_id") in (None, ""):
        raise RefusedError(build_bad_request("device_id is required"))
    if found.status == REJECTED:
        return _build_status(request, found, "verification PUT")
    is_same_device = body.get("device_id") in (None, "") or str(body["device_id"]) == found.device_id
    if found.status == ACCEPTED or (is_same_device and request.account.processes.try_code(found, otp)):
        form = request.read_switch("verification_success")
        if form == "envelope":
            return ApiResponse(200, {"status": build_success()})
        if form == "flat":
            return ApiResponse(200, {**build_success(), "message": "success"})
        return _build_status(request, found, "verification PUT")
    wrong = request.read_switch("wrong_otp_verification")
    if wrong == "401":
        return WRONG_CODE_401[request.read_switch("wrong_otp_body")]
    if wrong == "rejected":
        request.account.processes.reject_for_wrong_code(found)
    return _build_status(request, found, "verification PUT")


def generate_mfa_token(request: ApiRequest) -> ApiResponse:
    """``POST .../mfa_token``: a temporary token for the user."""
    person = _find_person(request)
    body = _read_body(request)
    life = _parse_number(body.get("expires_in", TOKEN_LONGEST))
    reusable = body.get("reusable", False)
    bad = []
    if life is None or not TOKEN_SHORTEST <= life <= TOKEN_LONGEST:
        bad.append({"name": "expires_in", "value": body.get("expires_in")})
    if str(reusable).lower() not in ("true", "false"):
        bad.append({"name": "reusable", "value": reusable})
    if life is None or bad:
        details = {"parameters": bad}
        raise RefusedError(build_error(422, "ValidationError", "Validations failed", details=details))
    token = request.account.issue_mfa_token(person, life, str(reusable).lower() == "true")
    return ApiResponse(
        int(request.read_switch("mfa_token_status")),
        {
            "mfa_token": token.token,
            "expires_at": format_iso_seconds(token.expires_at),
            "reusable": token.reusable,
            "device_id": f"user_temp_otp_{person.id}",
        },
    )


def _find_person(request: ApiRequest) -> Person:
    return users.find_person(request, _DIGITS, NOT_FOUND_TEXT)


def _read_body(request: ApiRequest) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(build_bad_request("The body is not a JSON object"))
    return body


def _parse_number(value: Any) -> int | None:
    """Return a whole number that may have come as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and is_digits(value, _DIGITS):
        return int(value)
    return None


def _find_factor(request: ApiRequest, person: Person, value: Any) -> Factor:
    wanted = _parse_number(value)
    for factor in request.account.list_allowed_factors(person):
        if factor.factor_id == wanted and factor.kind != "other":
            return factor
    status = request.read_switch("unknown_factor")
    raise RefusedError(build_invalid('invalid value in "factor_id"', status))


def _read_flag(body: dict[str, Any], name: str) -> bool:
    value = str(body.get(name) or False).lower()
    if value not in ("true", "false"):
        raise RefusedError(build_invalid(f'invalid value in "{name}"'))
    return value == "true"


def _read_verified(body: dict[str, Any], factor: Factor, unsupported: str) -> bool:
    """Return the option ``verified``, which apps do not support; ``unsupported`` names the response to it."""
    verified = _read_flag(body, "verified")
    if verified and factor.kind in _TOTP:
        if unsupported != "ignored":
            raise RefusedError(build_invalid(f'invalid value in "verified" for {factor.name}', unsupported))
        return False
    return verified


def _read_life(request: ApiRequest, body: dict[str, Any]) -> int | None:
    value = body.get("expires_in")
    if value is None:
        return None
    life = _parse_number(value)
    switch = request.read_switch("expires_in_bounds")
    if life is not None and switch == "clamped":
        return min(max(life, SHORTEST), LONGEST_LIFE)
    if life is None or not SHORTEST <= life <= LONGEST_LIFE:
        status = "422" if switch == "clamped" else switch
        raise RefusedError(build_invalid('invalid value in "expires_in"', status))
    return life


def _read_message(body: dict[str, Any], factor: Factor, expires_in: int | None) -> str | None:
    """Return the template of an SMS; other factors do not use one."""
    template = body.get("custom_message")
    if template is None or factor.kind != "sms":
        return None
    if not isinstance(template, str):
        raise RefusedError(build_invalid('invalid value in "custom_message"'))
    if len(fill_message(template, "000000", expires_in or SHORTEST)) > LONGEST:
        raise RefusedError(build_invalid(f'"custom_message" is longer than {LONGEST} characters'))
    return template or DEFAULT


def _read_link(body: dict[str, Any]) -> str | None:
    value = body.get("redirect_to")
    if value is not None and not str(value).startswith(("https://", "http://")):
        raise RefusedError(build_invalid('invalid value in "redirect_to"'))
    return value


def _read_otp(body: dict[str, Any]) -> str:
    otp = body.get("otp")
    if otp is None or isinstance(otp, (dict, list, bool)) or otp == "":
        raise RefusedError(build_bad_request("otp is required"))
    return str(otp)


def _find_process(request: ApiRequest, known: Mapping[str, Process], key: str, name: str) -> Process:
    person = _find_person(request)
    found = known.get(request.path[key])
    is_gone = found is not None and found.is_expired and request.read_switch("expired") == "404"
    if found is None or found.user_id != person.id or is_gone:
        raise RefusedError(build_not_found(name))
    return found


def _convert_id(request: ApiRequest, switch: str, value: str) -> str | int:
    return int(value) if request.read_switch(switch) == "int" else value


def _build_names(process: Process) -> dict[str, str]:
    return {
        "auth_factor_name": process.factor.auth_factor_name,
        "type_display_name": process.factor.name,
        "user_display_name": process.display_name,
    }


def _add_expiry(request: ApiRequest, response: dict[str, Any], process: Process) -> None:
    is_shown = request.read_switch("expires_at") == "shown"
    if is_shown and process.expires_at is not None:
        response["expires_at"] = format_iso_seconds(process.expires_at)


def _build_totp_url(person: Person, secret: str) -> str:
    name = str(person.record["email"] or person.record["username"])
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="OneLogin")


def _build_status(request: ApiRequest, process: Process, place: str) -> ApiResponse:
    """Return the status of a registration or verification."""
    status = process.status
    if process.is_expired and request.read_switch("expired") == "expired":
        status = "expired"
    response: dict[str, Any] = {"id": process.id, "status": status}
    shows_pending = status == PENDING and request.read_switch("pending_device_id") == "yes"
    if isinstance(process, Verification) or status == ACCEPTED or shows_pending:
        response["device_id"] = _convert_id(request, "device_id_type", process.device_id)
    return ApiResponse(200, _wrap_response(request, response, place))


def _wrap_response(request: ApiRequest, response: dict[str, Any], place: str) -> Any:
    """Return the response as an object or as a list of one, by the container switch."""
    container = request.read_switch("container")
    is_list = container == "list" or (container == "docs" and place in _LISTED_IN_DOCS)
    return [response] if is_list else response
