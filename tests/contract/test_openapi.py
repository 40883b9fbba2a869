# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every documented answer against OneLogin's own OpenAPI description, version 3.1.1."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from openapi_schema_validator import OAS30Validator

from tests.contract.harness import (
    AUTHENTICATOR,
    CREDENTIALS,
    DATA,
    KELLY,
    PROTECT,
    SMS,
    VOICE,
    Simulator,
)

SPEC = json.loads((DATA / "openapi-3.1.1.json").read_text())["paths"]
MFA = "/api/2/mfa/users/{user_id}"
REGISTRATION = f"{MFA}/registrations/{{registration_id}}"
VERIFICATION = f"{MFA}/verifications/{{verification_id}}"


class Seen(NamedTuple):
    """One answer and the place in the description it belongs to."""

    method: str
    route: str
    status: str
    body: Any


def tour(sim: Simulator) -> list[Seen]:
    """Make every documented call, well and badly, and note what is answered."""
    seen = []
    ids: dict[str, Any] = {"user_id": KELLY}

    def ask(method: str, route: str, body: Any = None, **more: Any) -> Any:
        path = route.format_map(ids)
        if route.startswith("/auth/oauth2"):
            more.setdefault("auth", CREDENTIALS["Manage All"])
            answer = sim.http.request(method, sim.url + path, json=body, **more)
        else:
            answer = sim.call(method, path, body, **more)
        found = answer.json() if answer.content else None
        seen.append(Seen(method, route, str(answer.status_code), found))
        return found

    grant = {"grant_type": "client_credentials"}
    ask("POST", "/auth/oauth2/v2/token", grant)
    ask("POST", "/auth/oauth2/v2/token", {})
    ask("POST", "/auth/oauth2/v2/token", grant, auth=("x", "y"))
    ask("GET", "/auth/rate_limit")
    ask("GET", "/api/2/users")
    ask("GET", "/api/2/users", params={"limit": "x"})
    ask("GET", "/api/2/users/{user_id}")
    ask("GET", f"{MFA}/factors")
    for factor in (SMS, VOICE, PROTECT, AUTHENTICATOR):
        body = {"factor_id": factor, "display_name": "x"}
        ids["registration_id"] = ask("POST", f"{MFA}/registrations", body)["id"]
        ask("GET", REGISTRATION)
        if factor == SMS:
            ask("PUT", REGISTRATION, {"otp": "no"})
            ask("PUT", REGISTRATION, {"otp": sim.message(KELLY)["code"]})
        else:
            sim.admin("POST", f"/people/{KELLY}/approve")
        ask("GET", REGISTRATION)
    for device in ask("GET", f"{MFA}/devices"):
        ids["device_id"] = device["device_id"]
        made = ask("POST", f"{MFA}/verifications", {"device_id": device["device_id"]})
        ids["verification_id"] = made["id"]
        ask("GET", VERIFICATION)
        if device["auth_factor_name"] == "SMS":
            ask("PUT", VERIFICATION, {"otp": "no"})
            ask("PUT", VERIFICATION, {"otp": sim.message(KELLY)["code"]})
        ask("DELETE", f"{MFA}/devices/{{device_id}}")
    ask("POST", f"{MFA}/mfa_token", {})
    ask("POST", f"{MFA}/mfa_token", {"expires_in": 1})
    ask("GET", "/api/1/events")
    ask("GET", "/api/1/events", params={"limit": "x"})
    ask("GET", "/api/1/events/types")
    ids["event_id"] = 904257546
    ask("GET", "/api/1/events/{event_id}")
    ids["event_id"] = ids["user_id"] = 1
    ask("GET", "/api/1/events/{event_id}")
    ask("GET", "/api/2/users/{user_id}")
    ask("POST", "/auth/oauth2/revoke", {})
    ask("POST", "/auth/oauth2/revoke", {"access_token": sim.token})
    for method, route in {(row.method, row.route) for row in seen}:
        if not route.startswith("/auth/oauth2"):
            ask(method, route)
    return seen


def schema_of(seen: Seen) -> Any:
    """The described schema, ``None`` for an answer without a body."""
    return SPEC[seen.route][seen.method.lower()][seen.status]


def faults_of(schema: Any, body: Any) -> set[str]:
    """Where a body departs from its schema: wrong types, and fields that are not in it.

    A null is let pass: see ``test_nulls_are_not_described``.
    """
    found = {
        f"{'.'.join(str(p) for p in e.absolute_path if isinstance(p, str))}: {e.validator}"
        for e in OAS30Validator(schema).iter_errors(body)
        if e.instance is not None
    }
    return found | {f"{name}: unknown" for name in unknown_fields(schema, body, "")}


def unknown_fields(schema: Any, body: Any, at: str) -> set[str]:
    """Fields of the body the schema does not name; a schema without names allows all."""
    if isinstance(body, list):
        return {n for row in body for n in unknown_fields(schema.get("items", {}), row, at)}
    names = schema.get("properties")
    if not isinstance(body, dict) or not names:
        return set()
    found = {at + name for name in body if name not in names}
    for name in body.keys() & names.keys():
        found |= unknown_fields(names[name], body[name], f"{at}{name}.")
    return found


class Wrong(NamedTuple):
    """A place where the description is known to be wrong, and the better source."""

    place: tuple[str, str, str]
    faults: set[str]
    source: str


UNWRAPPED = {": required", "status: unknown"}
ENVELOPE_PAGES = "the auth and v1 pages print errors and success inside `status`"
USER_ERRORS = "the Get User page prints statusCode, name, message"
KNOWN_WRONG = [
    Wrong(
        ("GET", f"{MFA}/factors", "200"),
        {": type"},
        "a list on the documentation page and live (onelogin-python-sdk issue 113)",
    ),
    Wrong(
        ("POST", f"{MFA}/registrations", "201"),
        {"status: unknown", "expires_at: unknown", "factor_data: unknown"},
        "the Enroll Factor page's samples",
    ),
    Wrong(
        ("POST", f"{MFA}/verifications", "201"),
        {"device_id: type", "user_id: unknown", "factor_data: unknown"},
        "the Activate an Authentication Factor page's samples",
    ),
    Wrong(("PUT", VERIFICATION, "200"), UNWRAPPED, "the Verify Factor page's sample is the envelope"),
    Wrong(("POST", f"{MFA}/mfa_token", "422"), {"details: unknown"}, "the Generate MFA Token page"),
    Wrong(
        ("GET", "/api/2/users/{user_id}", "200"),
        {"custom_attributes: unknown"},
        "the Get User page's sample",
    ),
    Wrong(
        ("GET", "/api/2/users/{user_id}", "404"),
        {": required", "statusCode: unknown", "name: unknown"},
        USER_ERRORS,
    ),
    *(
        Wrong(
            ("GET", "/api/2/users", status),
            {": required", "statusCode: unknown", "name: unknown"},
            USER_ERRORS,
        )
        for status in ("400", "401")
    ),
    *(
        Wrong((method, route, status), UNWRAPPED, ENVELOPE_PAGES)
        for method, route, status in (
            ("POST", "/auth/oauth2/v2/token", "400"),
            ("POST", "/auth/oauth2/v2/token", "401"),
            ("POST", "/auth/oauth2/revoke", "200"),
            ("POST", "/auth/oauth2/revoke", "400"),
            ("GET", "/auth/rate_limit", "401"),
            ("GET", "/api/1/events", "400"),
            ("GET", "/api/1/events", "401"),
            ("GET", "/api/1/events/{event_id}", "401"),
            ("GET", "/api/1/events/{event_id}", "404"),
        )
    ),
]
# Answers the description leaves out, though each call needs a token and says so.
NOT_DESCRIBED = {
    ("DELETE", f"{MFA}/devices/{{device_id}}", "401"),
    ("GET", "/api/1/events/types", "401"),
    ("GET", "/api/2/users/{user_id}", "401"),
}
CALLS = sorted((method.upper(), route) for route, calls in SPEC.items() for method in calls)


@pytest.fixture(scope="module")
def toured(running: Simulator) -> list[Seen]:
    """Everything the tour was answered."""
    running.admin("POST", "/reset")
    running.log_in()
    return tour(running)


def test_every_described_call_is_made(toured: list[Seen]) -> None:
    assert {(seen.method, seen.route) for seen in toured} == set(CALLS)


@pytest.mark.parametrize(("method", "route"), CALLS)
def test_answers_are_as_described(toured: list[Seen], method: str, route: str) -> None:
    found: dict[tuple[str, str, str], set[str]] = {}
    for seen in toured:
        place = (seen.method, seen.route, seen.status)
        if (seen.method, seen.route) != (method, route) or place in NOT_DESCRIBED:
            continue
        schema = schema_of(seen)
        faults = faults_of(schema, seen.body) if schema else {"a body"} if seen.body else set()
        found[place] = found.get(place, set()) | faults
    assert found
    known = {wrong.place: wrong.faults for wrong in KNOWN_WRONG if wrong.place in found}
    assert {place: faults for place, faults in found.items() if faults} == known


def test_wrapped_answers_are_as_described_inside(toured: list[Seen]) -> None:
    wrapped = {wrong.place for wrong in KNOWN_WRONG if wrong.faults == UNWRAPPED}
    inside = [s for s in toured if (s.method, s.route, s.status) in wrapped]
    assert {(s.method, s.route, s.status) for s in inside} == wrapped
    for seen in inside:
        assert not faults_of(schema_of(seen), seen.body["status"])


def test_each_factor_is_as_described(toured: list[Seen]) -> None:
    seen = next(s for s in toured if s.route == f"{MFA}/factors" and s.status == "200")
    assert len(seen.body) == 5
    for row in seen.body:
        assert not faults_of(schema_of(seen), row)


def test_flat_success_is_as_described(sim: Simulator) -> None:
    sim.switch(verification_success="flat")
    verification = sim.activate(KELLY, sim.device(KELLY, SMS))
    path = f"verifications/{verification['id']}"
    body = sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]}).json()
    assert not faults_of(SPEC[VERIFICATION]["put"]["200"], body)


def test_integer_device_ids_are_as_described(sim: Simulator) -> None:
    device = sim.device(KELLY, SMS)
    sim.switch(device_id_type="int", user_id_type="int")
    body = sim.activate(KELLY, device)
    schema = SPEC[f"{MFA}/verifications"]["post"]["201"]
    assert faults_of(schema, body) == {"user_id: unknown"}


def test_what_is_left_out_of_the_description(toured: list[Seen]) -> None:
    for method, route, status in NOT_DESCRIBED:
        assert status not in SPEC[route][method.lower()]
        assert any((s.method, s.route, s.status) == (method, route, status) for s in toured)


def test_nulls_are_not_described() -> None:
    """OneLogin's own sample of a user is full of nulls its description does not allow."""
    sample = json.loads((DATA / "samples.json").read_text())["users"]["get_200"]
    schema = SPEC["/api/2/users/{user_id}"]["get"]["200"]
    refused = {str(e.absolute_path[0]) for e in OAS30Validator(schema).iter_errors(sample)}
    assert refused
    assert all(sample[name] is None for name in refused)
