# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of users: ``PUT /api/2/users/{user_id}``, with its valid and invalid values."""

from __future__ import annotations

import json
import re
from typing import Any

from simulator import users
from simulator.clock import format_iso_millis
from simulator.people import Person
from simulator.request import ApiRequest
from simulator.responses import ApiResponse, RefusedError, build_bad_request, build_error
from simulator.validation import is_whole

_TEXTS = ("username", "email", "firstname", "lastname", "title", "department", "company", "phone", "external_id")
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")


def put_user(request: ApiRequest) -> ApiResponse:
    """``PUT /api/2/users/{user_id}``: the given values replace the old ones, the rest stays."""
    person = users.find_person(request)
    changes = _read_changes(request.body)
    for name, value in changes.items():
        problem = _find_problem(request, person, name, value)
        if problem:
            raise RefusedError(_build_refusal(request.read_switch("user_422"), name, problem))
    custom = changes.pop("custom_attributes", None)
    if custom is not None:
        kept = person.record["custom_attributes"] if request.read_switch("custom_attributes_put") == "merged" else {}
        changes["custom_attributes"] = {**kept, **custom}
    request.account.change_user(person, {**changes, "updated_at": format_iso_millis(request.sim.clock.now())})
    return ApiResponse(200, person.record)


def _read_changes(body: bytes) -> dict[str, Any]:
    try:
        changes = json.loads(body)
    except ValueError:
        raise RefusedError(build_bad_request("the body is not JSON")) from None
    if not isinstance(changes, dict):
        raise RefusedError(build_bad_request("the body is not an object"))
    unknown = [name for name in changes if name not in (*_TEXTS, "group_id", "custom_attributes")]
    if unknown:
        raise RefusedError(build_bad_request(f"unknown attribute: {unknown[0]}"))
    return changes


def _find_problem(request: ApiRequest, person: Person, name: str, value: Any) -> str | None:
    """Return why OneLogin would reject the value; None if it would not."""
    if name == "custom_attributes":
        return None if isinstance(value, dict) else "is invalid"
    if name == "group_id":
        known = value is None or (is_whole(value, 1) and value in request.account.groups.groups)
        return None if known else "is invalid"
    return _find_text_problem(request, person, name, value) if value else None


def _find_text_problem(request: ApiRequest, person: Person, name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return "is invalid"
    if name == "phone" and not _E164.fullmatch(value):
        return "is not a valid phone number"
    if name in ("email", "username"):
        taken = [other for other in request.account.find_named(value) if other is not person]
        return "has already been taken" if taken else None
    return None


def _build_refusal(shape: str, name: str, problem: str) -> ApiResponse:
    """Return the status 422 in one of its shapes (OneLogin's tests of its Python SDK 2, and OpenAPI 3.1.1)."""
    text = f"Validation failed: {name.capitalize()} {problem}"
    if shape == "errors":
        errors = [{"field": name, "message": [problem]}]
        return ApiResponse(422, {"code": 422, "message": "Validation Failed", "errors": errors})
    if shape == "messages":
        return ApiResponse(422, {"statusCode": 422, "name": "UnprocessableEntityError", "messages": [text]})
    more = {"field": name} if shape == "field" else {}
    return build_error(422, "UnprocessableEntityError", text, **more)
