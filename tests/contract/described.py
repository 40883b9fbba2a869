# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OneLogin's OpenAPI description, version 3.1.1: comparing responses with it, and where it is known to be wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from openapi_schema_validator import OAS30Validator

SPEC = json.loads((Path(__file__).parent / "data" / "openapi-3.1.1.json").read_text())["paths"]
TOKEN, REVOKE, RATE_LIMIT = "/auth/oauth2/v2/token", "/auth/oauth2/revoke", "/auth/rate_limit"
USERS, USER = "/api/2/users", "/api/2/users/{user_id}"
EVENTS, EVENT, EVENT_TYPES = "/api/1/events", "/api/1/events/{event_id}", "/api/1/events/types"
MFA = "/api/2/mfa/users/{user_id}"
FACTORS, DEVICES, DEVICE = f"{MFA}/factors", f"{MFA}/devices", f"{MFA}/devices/{{device_id}}"
REGISTRATIONS, REGISTRATION = f"{MFA}/registrations", f"{MFA}/registrations/{{registration_id}}"
VERIFICATIONS, VERIFICATION = f"{MFA}/verifications", f"{MFA}/verifications/{{verification_id}}"
MFA_TOKEN = f"{MFA}/mfa_token"


class Place(NamedTuple):
    """The place of a response in the description."""

    method: str
    route: str
    status: str


CALLS = sorted((method.upper(), route) for route, calls in SPEC.items() for method in calls)
PLACES = {Place(method, route, status) for method, route in CALLS for status in SPEC[route][method.lower()]}
# A literal name takes precedence over a name in braces: `types` is not the id of an event.
_ROUTES = {
    route: re.compile(re.sub(r"\{\w+\}", "[^/]+", route))
    for route in sorted(SPEC, key=lambda route: "{event_id}" in route)
}


def place_of(method: str, path: str, status: int) -> Place | None:
    """Find the place of a response, described or not; ``None`` for a call that is not in the description."""
    for route, form in _ROUTES.items():
        if form.fullmatch(path):
            return Place(method, route, str(status)) if (method, route) in CALLS else None
    return None


LISTED, WRAPPED = "a list", "inside `status`"


def faults_at(place: Place, content: bytes) -> set[str]:
    """List the differences of a body from the description of its place."""
    schema = SPEC[place.route][place.method.lower()][place.status]
    if schema is None:
        return {"a body"} if content else set()
    try:
        return faults_of(schema, json.loads(content))
    except ValueError:
        return {"no JSON"}


def faults_of(schema: Any, body: Any) -> set[str]:
    """List the differences of a body from a schema: its container, wrong types, and unknown fields.

    An undescribed container is one fault; its content is compared as well.
    Nulls are accepted: see ``test_nulls_are_not_described``.
    """
    if isinstance(body, list) and schema.get("type") == "object":
        return {LISTED}.union(*(faults_of(schema, row) for row in body))
    if isinstance(body, dict) and isinstance(body.get("status"), dict) and "status" not in schema.get("properties", {}):
        return {WRAPPED} | faults_of(schema, body["status"]) | {f"{name}: unknown" for name in body.keys() - {"status"}}
    found = {
        f"{'.'.join(str(p) for p in e.absolute_path if isinstance(p, str))}: {e.validator}"
        for e in OAS30Validator(schema).iter_errors(body)
        if e.instance is not None
    }
    return found | {f"{name}: unknown" for name in _unknown_fields(schema, body, "")}


def _unknown_fields(schema: Any, body: Any, at: str) -> set[str]:
    """List the fields of a body that the schema does not name; a schema without names allows any field."""
    if isinstance(body, list):
        return {n for row in body for n in _unknown_fields(schema.get("items", {}), row, at)}
    names = schema.get("properties")
    if not isinstance(body, dict) or not names:
        return set()
    found = {at + name for name in body if name not in names}
    for name in body.keys() & names.keys():
        found |= _unknown_fields(names[name], body[name], f"{at}{name}.")
    return found


class Wrong(NamedTuple):
    """A place where the description is known to be wrong, with the better source and the switches that show it."""

    place: Place
    faults: frozenset[str]
    source: str
    switches: tuple[tuple[str, str], ...] = ()

    def holds(self, switches: Mapping[str, str]) -> bool:
        """Whether the simulator responds like this source with these switches."""
        return all(switches.get(name) == value for name, value in self.switches)


def _wrong(
    calls: str | tuple[tuple[str, str], ...], status: str, faults: set[str], source: str, **switches: str
) -> list[Wrong]:
    """Build entries for the same fault at several calls: pairs of method and route, or the route of a GET."""
    pairs = (("GET", calls),) if isinstance(calls, str) else calls
    held = tuple(switches.items())
    return [Wrong(Place(method, route, status), frozenset(faults), source, held) for method, route in pairs]


_PUT_USER = (("PUT", USER),)
_SDK_2 = "the tests of OneLogin's Python SDK 2 have this body"
_STATES = (("GET", REGISTRATION), ("PUT", REGISTRATION), ("GET", VERIFICATION))
_MFA_401 = tuple(sorted((p.method, p.route) for p in PLACES if p.route.startswith(MFA) and p.status == "401"))
_FLAT = {": required", "statusCode: unknown", "name: unknown"}
_STATE = {": required", "id: unknown", "status: unknown", "device_id: unknown"}
_ENVELOPE_IN_MFA = {WRAPPED, "error: unknown", "code: unknown", "type: unknown"}
_ENVELOPE_PAGES = "the auth and v1 pages print errors and success inside `status`"
_USER_ERRORS = "the Get User page prints statusCode, name, message"
_THROTTLED = "airbnb/streamalert saw the v1 envelope `rate_limit_exceeded` (2017)"
_SCOPE = "the v1 envelope `Insufficient Permission` of the auth pages' list of errors"
_PAGE_LISTS = "the documentation page prints a list with one element"
KNOWN_WRONG = [
    *_wrong(FACTORS, "200", {LISTED}, "a list on the documentation page and live (onelogin-python-sdk issue 113)"),
    *_wrong(
        (("POST", REGISTRATIONS),),
        "201",
        {"status: unknown", "expires_at: unknown", "factor_data: unknown"},
        "the Enroll Factor page's samples",
    ),
    *_wrong(
        (("POST", VERIFICATIONS),),
        "201",
        {"device_id: type", "user_id: unknown", "factor_data: unknown"},
        "the Activate an Authentication Factor page's samples",
    ),
    *_wrong((("PUT", VERIFICATION),), "200", {WRAPPED}, "the Verify Factor page's sample is the envelope"),
    *_wrong((("PUT", VERIFICATION),), "200", _STATE, "a live client reads a `status` (AJLindner's integration)"),
    *_wrong((("POST", MFA_TOKEN),), "422", {"details: unknown"}, "the Generate MFA Token page"),
    *_wrong(USER, "200", {"custom_attributes: unknown"}, "the Get User page's sample"),
    *_wrong(USERS, "200", {"custom_attributes: unknown"}, "the rows are users, and `fields` may name it (live)"),
    *_wrong(USER, "404", _FLAT, _USER_ERRORS),
    *_wrong(_PUT_USER, "200", {"custom_attributes: unknown"}, "as for GET"),
    *(wrong for status in ("400", "401", "404", "422") for wrong in _wrong(_PUT_USER, status, _FLAT, _USER_ERRORS)),
    *_wrong(_PUT_USER, "401", {WRAPPED}, _SCOPE),
    *_wrong(_PUT_USER, "400", {WRAPPED}, _THROTTLED, throttle="400"),
    *_wrong(_PUT_USER, "422", {"field: unknown"}, _SDK_2, user_422="field"),
    *_wrong(_PUT_USER, "422", {"errors: unknown"}, _SDK_2, user_422="errors"),
    *_wrong(_PUT_USER, "422", {"messages: unknown"}, _SDK_2, user_422="messages"),
    *_wrong(USERS, "400", _FLAT, _USER_ERRORS),
    *_wrong(USERS, "401", _FLAT, _USER_ERRORS),
    *_wrong((("POST", TOKEN), ("POST", REVOKE)), "400", {WRAPPED}, _ENVELOPE_PAGES),
    *_wrong((("POST", TOKEN), ("POST", REVOKE)), "401", {WRAPPED}, _ENVELOPE_PAGES),
    *_wrong((("POST", REVOKE),), "200", {WRAPPED}, _ENVELOPE_PAGES),
    *_wrong((("GET", RATE_LIMIT), ("GET", EVENTS), ("GET", EVENT)), "401", {WRAPPED}, _ENVELOPE_PAGES),
    *_wrong(EVENTS, "400", {WRAPPED}, _ENVELOPE_PAGES),
    *_wrong(EVENT, "404", {WRAPPED}, _ENVELOPE_PAGES),
    *_wrong(_MFA_401, "401", _ENVELOPE_IN_MFA, _SCOPE),
    *_wrong(USERS, "401", {WRAPPED}, _SCOPE),
    *_wrong((("GET", USERS), ("GET", USER), ("GET", EVENT)), "400", {WRAPPED}, _THROTTLED, throttle="400"),
    *_wrong((("POST", REGISTRATIONS),), "201", {LISTED}, "a list in OpenAPI 3.0.0-alpha.1", container="list"),
    *_wrong((("POST", VERIFICATIONS),), "201", {LISTED}, _PAGE_LISTS, container="list"),
    *_wrong(_STATES, "200", {LISTED}, _PAGE_LISTS, container="list"),
    *_wrong((("PUT", VERIFICATION),), "200", {LISTED}, "none: the switch makes a list of each state", container="list"),
    *_wrong((("POST", VERIFICATIONS),), "201", {LISTED}, _PAGE_LISTS, container="docs"),
    *_wrong(_STATES, "200", {LISTED}, _PAGE_LISTS, container="docs"),
    *_wrong(
        (("PUT", REGISTRATION), ("GET", VERIFICATION)),
        "200",
        {"device_id: type"},
        "the description's own example of an activation has an integer",
        device_id_type="int",
    ),
    *_wrong(DEVICES, "200", {"device_id: type"}, "as for activations", device_id_type="int"),
    *_wrong((("POST", REGISTRATIONS),), "201", {"device_id: type"}, "as for activations", device_id_type="int"),
    *_wrong(
        (("POST", REGISTRATIONS),),
        "201",
        {"user_id: type"},
        "the description's own example of an activation has an integer",
        user_id_type="int",
        registration_user_id="yes",
    ),
    *_wrong(
        (("POST", VERIFICATIONS),),
        "201",
        {"status: unknown"},
        "the description's own example of an activation has it",
        verification_status="yes",
    ),
    *(
        wrong
        for style in ("credentials", "authentication", "unauthorized")
        for wrong in _wrong(
            (("GET", RATE_LIMIT), ("GET", EVENTS), ("GET", EVENT)),
            "401",
            _FLAT,
            "the v2 pages and live clients know this body; whether v1 calls send it is not known",
            token_401=style,
        )
    ),
]
_NO_ROUTE = "`No Route Exists` answers a wrong method or path (the auth pages), so never the right one"
# Described responses that the simulator never returns, and why.
NEVER_ANSWERED = {
    Place("POST", TOKEN, "404"): _NO_ROUTE,
    Place("POST", REVOKE, "404"): _NO_ROUTE,
    Place("GET", RATE_LIMIT, "404"): _NO_ROUTE,
    Place("GET", RATE_LIMIT, "400"): "the call takes no parameter that could be wrong, and is not throttled",
    Place("GET", USERS, "422"): "no source shows which value of a filter gets this; only 400 is known",
}
_COUNTED = {call for call in CALLS if not call[1].startswith("/auth")}
_IN_MFA = {call for call in CALLS if call[1].startswith(MFA)}


def _undescribed(status: str, calls: set[tuple[str, str]]) -> set[Place]:
    return {Place(*call, status) for call in calls} - PLACES


_TOKEN_NEEDED = {("DELETE", DEVICE), ("GET", EVENT_TYPES), ("GET", USER)}
# Responses that the description omits, by status; each has a source, or a switch because there is no source.
NOT_DESCRIBED = {
    "200": {Place("POST", MFA_TOKEN, "200")},  # the Generate MFA Token page
    "400": _undescribed("400", _COUNTED),  # seen when throttled; a BadRequestError is known of users
    "401": _undescribed("401", _TOKEN_NEEDED),  # each of these calls requires a token
    "403": _undescribed("403", _COUNTED | {("GET", RATE_LIMIT)}),  # ForbiddenAction, on the Verify Factor page
    "404": _undescribed("404", _IN_MFA),  # no source shows the response to an unknown id
    "422": {Place("POST", REGISTRATIONS, "422"), Place("POST", VERIFICATIONS, "422")},  # as MFA tokens are refused
    "429": _undescribed("429", _COUNTED),  # live
}


def departures(place: Place, content: bytes, switches: Mapping[str, str]) -> set[str]:
    """List the faults of a response that no source explains with these switches."""
    if place in NEVER_ANSWERED:
        return {"never answered"}
    if place not in PLACES:
        return set() if place in NOT_DESCRIBED.get(place.status, ()) else {"not described"}
    known = {fault for wrong in KNOWN_WRONG if wrong.place == place and wrong.holds(switches) for fault in wrong.faults}
    return faults_at(place, content) - known
