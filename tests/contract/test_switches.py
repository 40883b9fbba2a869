# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each choice of each switch; the first test fails if a switch or choice has no check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.event_log import FIRST_EVENT
from simulator.switches import SWITCHES
from tests.contract.harness import (
    AUTHENTICATOR,
    EMAIL,
    EVE,
    KELLY,
    MIA,
    NILS,
    PAUL,
    PROTECT,
    SMS,
    VOICE,
    Simulator,
)

Check = Callable[[Simulator], None]
CHECKS: dict[tuple[str, str], Check] = {}
ENVELOPE_401 = {
    "status": {
        "error": True,
        "code": 401,
        "type": "Unauthorized",
        "message": "Authentication Failure",
    }
}
FACTOR_401 = "Failed authentication with this factor"
CREDENTIALS_401 = "Please provide valid credentials"


def choice(name: str, *values: str) -> Callable[[Callable[[Simulator, str], None]], None]:
    """Register a function as the check of these choices of a switch; it receives the choice."""

    def note(check: Callable[[Simulator, str], None]) -> None:
        for value in values:
            CHECKS[name, value] = lambda sim, value=value: check(sim, value)  # type: ignore[misc]

    return note


def test_every_choice_of_every_switch_is_tested() -> None:
    assert set(CHECKS) == {(switch.name, value) for switch in SWITCHES for value in switch.choices}


@pytest.mark.parametrize(("name", "value"), [(switch.name, value) for switch in SWITCHES for value in switch.choices])
def test_a_choice_of_a_switch(sim: Simulator, name: str, value: str) -> None:
    sim.switch(**{name: value})
    CHECKS[name, value](sim)


def test_the_defaults_of_the_switches(sim: Simulator) -> None:
    found = sim.admin("GET", "/settings")["switches"]
    assert found == {switch.name: switch.choices[0] for switch in SWITCHES}


def test_invalid_values_change_nothing(sim: Simulator) -> None:
    before = sim.admin("GET", "/settings")
    for body in (
        {"switches": {"throttle": "400", "container": "bag"}},
        {"limit": 7, "switches": {"colour": "red"}},
        {"limit": 7, "window": 0},
        {"limit": 7, "remaining": -1},
        {"limit": True},
        {"token_life": 1.5},
        {"answer": "perhaps"},
        {"switches": "all"},
        {"colour": "red"},
    ):
        answer = sim.http.patch(sim.url + "/_simulator/settings", json=body)
        assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert sim.admin("GET", "/settings") == before


def wrong_code(sim: Simulator, what: str) -> tuple[Any, str]:
    """Send a wrong code to a new registration or verification; return the response and the path to read it."""
    if what == "registrations":
        path = f"registrations/{sim.enrol(KELLY, SMS)['id']}"
    else:
        path = f"verifications/{sim.activate(KELLY, sim.device(KELLY, SMS))['id']}"
    return sim.mfa("PUT", KELLY, path, {"otp": "wrong"}), path


def refusal(sim: Simulator, user: int = KELLY, **body: Any) -> tuple[int, str]:
    """Start a registration that is refused; return the HTTP status and the name of the error."""
    answer = sim.mfa("POST", user, "registrations", {"display_name": "x", **body})
    return answer.status_code, answer.json().get("name", "")


NAMES = {"422": "UnprocessableEntityError", "400": "BadRequestError", "404": "NotFoundError"}


@choice("container", "object", "list", "docs")
def _container(sim: Simulator, value: str) -> None:
    listed = []

    def ask(method: str, path: str, body: Any = None) -> Any:
        found = sim.mfa(method, KELLY, path, body).json()
        listed.append(isinstance(found, list))
        return found[0] if isinstance(found, list) else found

    made = ask("POST", "registrations", {"factor_id": SMS, "display_name": "x"})
    ask("GET", f"registrations/{made['id']}")
    done = ask("PUT", f"registrations/{made['id']}", {"otp": sim.message(KELLY)["code"]})
    made = ask("POST", "verifications", {"device_id": done["device_id"]})
    ask("GET", f"verifications/{made['id']}")
    sim.switch(verification_success="string")
    ask("PUT", f"verifications/{made['id']}", {"otp": sim.message(KELLY)["code"]})
    assert (
        listed
        == {
            "object": [False] * 6,
            "list": [True] * 6,
            "docs": [False, True, True, True, True, False],
        }[value]
    )


@choice("verification_success", "envelope", "flat", "string")
def _verification_success(sim: Simulator, value: str) -> None:
    made = sim.activate(KELLY, sim.device(KELLY, SMS))
    body = {"otp": sim.message(KELLY)["code"]}
    found = sim.mfa("PUT", KELLY, f"verifications/{made['id']}", body).json()
    assert (
        found
        == {
            "envelope": {"status": {"error": False, "code": 200, "type": "success", "message": "Success"}},
            "flat": {"error": False, "code": 200, "type": "success", "message": "success"},
            "string": {"id": made["id"], "status": "accepted", "device_id": made["device_id"]},
        }[value]
    )


@choice("wrong_otp_verification", "401", "pending", "rejected")
def _wrong_otp_verification(sim: Simulator, value: str) -> None:
    answer, path = wrong_code(sim, "verifications")
    after = sim.mfa("GET", KELLY, path).json()["status"]
    if value == "401":
        assert (answer.status_code, after) == (401, "pending")
    else:
        assert (answer.status_code, answer.json()["status"], after) == (200, value, value)


@choice("wrong_otp_registration", "401", "pending", "rejected")
def _wrong_otp_registration(sim: Simulator, value: str) -> None:
    answer, path = wrong_code(sim, "registrations")
    after = sim.mfa("GET", KELLY, path).json()["status"]
    if value == "401":
        assert (answer.status_code, after) == (401, "pending")
    else:
        assert (answer.status_code, answer.json()["status"], after) == (200, value, value)


@choice("wrong_otp_body", "factor", "credentials")
def _wrong_otp_body(sim: Simulator, value: str) -> None:
    sim.switch(wrong_otp_registration="401")
    text = {"factor": FACTOR_401, "credentials": CREDENTIALS_401}[value]
    for what in ("registrations", "verifications"):
        assert wrong_code(sim, what)[0].json()["message"] == text


@choice("expired", "rejected", "expired", "404")
def _expired(sim: Simulator, value: str) -> None:
    device = sim.device(KELLY, SMS)
    paths = [
        f"registrations/{sim.enrol(KELLY, SMS)['id']}",
        f"verifications/{sim.activate(KELLY, device)['id']}",
    ]
    denied = f"registrations/{sim.enrol(KELLY, PROTECT)['id']}"
    sim.admin("POST", f"/people/{KELLY}/deny", {"id": denied.split("/")[1]})
    sim.pass_time(121)
    for path in paths:
        for method, body in (("GET", None), ("PUT", {"otp": "1"})):
            answer = sim.mfa(method, KELLY, path, body)
            if value == "404":
                assert answer.status_code == 404
            else:
                assert (answer.status_code, answer.json()["status"]) == (200, value)
    assert sim.mfa("GET", KELLY, denied).json()["status"] == "rejected"


@choice("user_id_type", "str", "int")
def _user_id_type(sim: Simulator, value: str) -> None:
    sim.switch(registration_user_id="yes")
    found = [sim.enrol(KELLY, SMS), sim.activate(EVE, sim.device(EVE, SMS))]
    assert [row["user_id"] for row in found] == ([KELLY, EVE] if value == "int" else [str(KELLY), str(EVE)])


@choice("device_id_type", "str", "int")
def _device_id_type(sim: Simulator, value: str) -> None:
    made = sim.enrol(KELLY, SMS, verified=True)
    verification = sim.activate(KELLY, made["device_id"])
    kinds = {
        type(made["device_id"]),
        type(sim.mfa("GET", KELLY, "devices").json()[0]["device_id"]),
        type(sim.mfa("GET", KELLY, f"registrations/{made['id']}").json()["device_id"]),
        type(verification["device_id"]),
        type(sim.mfa("GET", KELLY, f"verifications/{verification['id']}").json()["device_id"]),
    }
    assert kinds == {int if value == "int" else str}
    assert sim.mfa("DELETE", KELLY, f"devices/{made['device_id']}").status_code == 204


@choice("token_401", "documented", "credentials", "envelope", "authentication", "unauthorized")
def _token_401(sim: Simulator, value: str) -> None:
    sim.token = "bad"
    bodies = [
        sim.mfa("GET", KELLY, "devices").json(),
        sim.call("GET", "/api/2/users").json(),
        sim.call("GET", "/api/1/events").json(),
    ]
    texts = {
        "credentials": "Please provide valid credentials",
        "authentication": "This request requires Authentication",
        "unauthorized": "Unauthorized",
    }
    if value == "documented":
        assert [body.get("name") for body in bodies] == [
            "InvalidCredentials",
            "UnauthorizedError",
            None,
        ]
    elif value == "envelope":
        assert bodies == [ENVELOPE_401] * 3
    else:
        assert [body["message"] for body in bodies] == [texts[value]] * 3


@choice("throttle", "429", "400")
def _throttle(sim: Simulator, value: str) -> None:
    sim.admin("PATCH", "/settings", {"remaining": 0})
    answer = sim.call("GET", "/api/2/users")
    assert answer.status_code == int(value)
    assert ("rate_limit_exceeded" in answer.text) is (value == "400")


@choice("throttle_headers", "reset", "retry_after", "both", "none")
def _throttle_headers(sim: Simulator, value: str) -> None:
    sim.admin("PATCH", "/settings", {"remaining": 0})
    headers = sim.call("GET", "/api/2/users").headers
    assert ("Retry-After" in headers) is (value in ("retry_after", "both"))
    assert ("X-RateLimit-Reset" in headers) is (value in ("reset", "both"))
    if value == "both":
        assert headers["Retry-After"] == headers["X-RateLimit-Reset"]


@choice("already_enrolled", "second_device", "422", "400")
def _already_enrolled(sim: Simulator, value: str) -> None:
    sim.enrol(KELLY, SMS, verified=True)
    if value == "second_device":
        sim.enrol(KELLY, SMS, verified=True)
        rows = sim.mfa("GET", KELLY, "devices").json()
        assert [row["default"] for row in rows] == [True, False]
    else:
        assert refusal(sim, factor_id=SMS) == (int(value), NAMES[value])
    sim.enrol(KELLY, EMAIL)


@choice("missing_contact", "422", "400")
def _missing_contact(sim: Simulator, value: str) -> None:
    for user, factor in ((PAUL, SMS), (PAUL, VOICE), (MIA, EMAIL)):
        assert refusal(sim, user, factor_id=factor) == (int(value), NAMES[value])
    assert sim.admin("GET", "/messages") == []


@choice("verified_unsupported", "422", "400", "ignored")
def _verified_unsupported(sim: Simulator, value: str) -> None:
    for factor in (PROTECT, AUTHENTICATOR):
        if value == "ignored":
            assert sim.enrol(NILS, factor, verified=True)["status"] == "pending"
        else:
            found = refusal(sim, factor_id=factor, verified=True)
            assert found == (int(value), NAMES[value])


@choice("unknown_factor", "422", "400", "404")
def _unknown_factor(sim: Simulator, value: str) -> None:
    assert refusal(sim, factor_id=1) == (int(value), NAMES[value])


@choice("expires_in_bounds", "422", "400", "clamped")
def _expires_in_bounds(sim: Simulator, value: str) -> None:
    device = sim.device(NILS, SMS)
    if value != "clamped":
        assert refusal(sim, factor_id=SMS, expires_in=901) == (int(value), NAMES[value])
        body = {"device_id": device, "expires_in": 119}
        assert sim.mfa("POST", NILS, "verifications", body).status_code == int(value)
        return
    assert refusal(sim, factor_id=SMS, expires_in="soon")[0] == 422
    long = f"registrations/{sim.enrol(NILS, SMS, expires_in=9999)['id']}"
    short = f"verifications/{sim.activate(NILS, device, expires_in=1)['id']}"
    statuses = []
    for seconds in (100, 30, 740, 40):
        sim.pass_time(seconds)
        statuses.append([sim.mfa("GET", NILS, path).json()["status"] for path in (long, short)])
    assert statuses == [
        ["pending", "pending"],
        ["pending", "rejected"],
        ["pending", "rejected"],
        ["rejected", "rejected"],
    ]


@choice("unknown_device", "404", "400")
def _unknown_device(sim: Simulator, value: str) -> None:
    answer = sim.mfa("DELETE", KELLY, "devices/1")
    assert answer.status_code == int(value)
    assert ("Factor could not be found" in answer.text) is (value == "400")


@choice("enrolled_factor_listed", "no", "yes")
def _enrolled_factor_listed(sim: Simulator, value: str) -> None:
    names = [row["name"] for row in sim.mfa("GET", EVE, "factors").json()]
    assert ("OneLogin SMS" in names) is (value == "yes")


@choice("device_type_name", "name", "type", "null")
def _device_type_name(sim: Simulator, value: str) -> None:
    (device,) = [row for row in sim.mfa("GET", EVE, "devices").json() if row["auth_factor_name"] == "SMS"]
    assert device["type_display_name"] == {"name": "OneLogin SMS", "type": "SMS", "null": None}[value]


@choice("mfa_token_status", "201", "200")
def _mfa_token_status(sim: Simulator, value: str) -> None:
    assert sim.mfa("POST", KELLY, "mfa_token", {}).status_code == int(value)


@choice("pending_device_id", "no", "yes")
def _pending_device_id(sim: Simulator, value: str) -> None:
    made = sim.enrol(KELLY, SMS)
    path = f"registrations/{made['id']}"
    found = sim.mfa("GET", KELLY, path).json()
    assert ("device_id" in made, "device_id" in found) == (value == "yes", value == "yes")
    assert sim.mfa("GET", KELLY, "devices").json() == []
    done = sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]}).json()
    if value == "yes":
        assert made["device_id"] == found["device_id"] == done["device_id"]


@choice("expires_at", "shown", "hidden")
def _expires_at(sim: Simulator, value: str) -> None:
    found = [sim.enrol(KELLY, SMS), sim.activate(KELLY, sim.device(KELLY, EMAIL))]
    assert ["expires_at" in row for row in found] == [value == "shown"] * 2


@choice("registration_user_id", "no", "yes")
def _registration_user_id(sim: Simulator, value: str) -> None:
    assert sim.enrol(KELLY, SMS).get("user_id") == (str(KELLY) if value == "yes" else None)


@choice("verification_status", "no", "yes")
def _verification_status(sim: Simulator, value: str) -> None:
    found = sim.activate(KELLY, sim.device(KELLY, SMS)).get("status")
    assert found == ("pending" if value == "yes" else None)


@choice("email_link", "no", "yes")
def _email_link(sim: Simulator, value: str) -> None:
    path = f"registrations/{sim.enrol(KELLY, EMAIL)['id']}"
    assert (sim.message(KELLY)["code"] is None) is (value == "yes")
    sim.pass_time(31)
    status = sim.mfa("GET", KELLY, path).json()["status"]
    assert status == ("accepted" if value == "yes" else "pending")


@choice("scope_error", "401", "403")
def _scope_error(sim: Simulator, value: str) -> None:
    sim.log_in("Read All")
    answer = sim.mfa("GET", KELLY, "devices")
    assert answer.status_code == int(value)
    text = {"401": "Insufficient Permission", "403": "You are not authorised"}[value]
    assert text in answer.text


@choice("filter_case", "insensitive", "sensitive")
def _filter_case(sim: Simulator, value: str) -> None:
    counts = [
        len(sim.call("GET", "/api/2/users", params=query).json())
        for query in ({"email": "rita@example.com"}, {"email": "rita*"}, {"email": "Rita*"})
    ]
    assert counts == ([1, 1, 1] if value == "insensitive" else [0, 0, 1])


@choice("last_cursor", "absent", "empty")
def _last_cursor(sim: Simulator, value: str) -> None:
    headers = sim.call("GET", "/api/2/users").headers
    assert headers.get("After-Cursor") == ("" if value == "empty" else None)


@choice("enrolment_event", "22", "540", "1400", "none")
def _enrolment_event(sim: Simulator, value: str) -> None:
    sim.enrol(KELLY, SMS, verified=True)
    rows = sim.call("GET", "/api/1/events", params={"sort": "+id"}).json()["data"]
    found = [row["event_type_id"] for row in rows]
    assert found == ([537] if value == "none" else [537, int(value)])


def _listed(sim: Simulator, **query: Any) -> list[int]:
    """Return the ids of the events in the listed order."""
    return [row["id"] for row in sim.call("GET", "/api/1/events", params=query).json()["data"]]


def _leave_events(sim: Simulator) -> list[int]:
    """Create six events; return their ids, oldest first."""
    for _turn in range(3):
        sim.enrol(KELLY, SMS, verified=True)
    return list(range(FIRST_EVENT, FIRST_EVENT + 6))


@choice("event_lag", "none", "30", "uneven")
def _event_lag(sim: Simulator, value: str) -> None:
    ids = _leave_events(sim)
    first = _listed(sim, sort="+id")
    sim.pass_time(20)
    before = _listed(sim, sort="+id")
    sim.pass_time(21)
    assert _listed(sim, sort="+id") == ids
    assert (first == ids) == (value == "none")
    if value == "30":
        assert before == []
    if value == "uneven":
        assert set(before) < set(ids)
        assert min(set(ids) - set(before)) < max(before), "a later event is listed before an earlier one"


@choice("event_order", "sorted", "mixed")
def _event_order(sim: Simulator, value: str) -> None:
    ids = _leave_events(sim)
    found = _listed(sim, sort="+id")
    assert sorted(found) == ids
    assert (found == ids) == (value == "sorted")


@choice("event_copies", "1", "2")
def _event_copies(sim: Simulator, value: str) -> None:
    ids = _leave_events(sim)
    assert _listed(sim, sort="+id") == [number for number in ids for _copy in range(int(value))]


@choice("events_listed", "all", "half", "none")
def _events_listed(sim: Simulator, value: str) -> None:
    ids = _leave_events(sim)
    kept = {"all": ids, "half": [number for number in ids if number % 2 == 0], "none": []}
    assert _listed(sim, sort="+id") == kept[value]


@choice("event_page", "asked", "50")
def _event_page(sim: Simulator, value: str) -> None:
    for _turn in range(30):
        sim.enrol(KELLY, SMS, verified=True)
    assert len(_listed(sim, limit=1000)) == (60 if value == "asked" else 50)


@choice("user_422", "message", "field", "errors", "messages")
def _user_422(sim: Simulator, value: str) -> None:
    """The shapes in the tests of https://github.com/onelogin/onelogin-python-sdk, version 2."""
    answer = sim.call("PUT", f"/api/2/users/{KELLY}", {"phone": "1"})
    text = "Validation failed: Phone is not a valid phone number"
    named = {"statusCode": 422, "name": "UnprocessableEntityError"}
    errors = [{"field": "phone", "message": ["is not a valid phone number"]}]
    bodies = {
        "message": {**named, "message": text},
        "field": {**named, "message": text, "field": "phone"},
        "errors": {"code": 422, "message": "Validation Failed", "errors": errors},
        "messages": {**named, "messages": [text]},
    }
    assert (answer.status_code, answer.json()) == (422, bodies[value])


@choice("custom_attributes_put", "merged", "replaced")
def _custom_attributes_put(sim: Simulator, value: str) -> None:
    sim.call("PUT", f"/api/2/users/{KELLY}", {"custom_attributes": {"drink": "tea"}})
    kept = {"food": "chicken"} if value == "merged" else {}
    assert sim.call("GET", f"/api/2/users/{KELLY}").json()["custom_attributes"] == {**kept, "drink": "tea"}


@choice("policies", "licensed", "406")
def _policies(sim: Simulator, value: str) -> None:
    """406 Not Acceptable: terraform-provider-onelogin, docs/resources/onelogin_policies.md."""
    status = 406 if value == "406" else 200
    assert [sim.call("GET", f"/api/2/policies{more}").status_code for more in ("", "/5001")] == [status, status]
    assert sim.call("GET", "/api/2/groups").status_code == 200


@choice("policy_list", "full", "brief")
def _policy_list(sim: Simulator, value: str) -> None:
    (row,) = sim.call("GET", "/api/2/policies").json()
    whole = sim.call("GET", "/api/2/policies/5001").json()
    names = ("id", "name", "kind", "is_default")
    assert row == (whole if value == "full" else {name: whole[name] for name in names})
