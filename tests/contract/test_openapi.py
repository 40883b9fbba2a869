# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every documented response is compared with OneLogin's OpenAPI description, version 3.1.1.

The responses in all other tests are compared with it too: see ``Simulator.compare``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from simulator.switches import SWITCHES
from tests.contract.described import (
    CALLS,
    FACTORS,
    KNOWN_WRONG,
    NEVER_ANSWERED,
    NOT_DESCRIBED,
    PLACES,
    RATE_LIMIT,
    REGISTRATIONS,
    SPEC,
    VERIFICATION,
    VERIFICATIONS,
    Place,
    Wrong,
    departures,
    faults_at,
    faults_of,
    place_of,
)
from tests.contract.harness import DATA, KELLY, SMS, Simulator
from tests.contract.tour import Seen, Tour

Switched = tuple[tuple[str, str], ...]
Tours = Callable[[Switched], list[Seen]]
# These switches select one of the described responses, or change something that no body shows.
NOT_TOURED = {
    "already_enrolled",
    "custom_attributes_put",
    "email_link",
    "enrolled_factor_listed",
    "enrolment_event",
    "expires_in_bounds",
    "filter_case",
    "last_cursor",
    "missing_contact",
    "policies",
    "policy_list",
    "throttle_headers",
    "unknown_factor",
    "verified_unsupported",
}
OTHER_SIDES = [(s.name, value) for s in SWITCHES if s.name not in NOT_TOURED for value in s.choices[1:]]


@pytest.fixture(scope="module")
def tours(running: Simulator) -> Iterator[Tours]:
    """Return the responses of the tour with some switches; each tour is made once."""
    made: dict[Switched, list[Seen]] = {}

    def _tour(switches: Switched) -> list[Seen]:
        if switches not in made:
            made[switches] = Tour(running, dict(switches)).seen
        return made[switches]

    yield _tour
    # The tests of this file have compared them one by one.
    running.departures.clear()


@pytest.fixture
def toured(tours: Tours) -> list[Seen]:
    """The responses of the tour with default switches."""
    return tours(())


@pytest.fixture
def toured_everywhere(tours: Tours) -> set[Place]:
    """The places of the responses of all tours."""
    return {seen.place for switches in [(), *((side,) for side in OTHER_SIDES)] for seen in tours(switches)}


def test_the_tour_makes_every_described_call(toured: list[Seen]) -> None:
    assert {(seen.place.method, seen.place.route) for seen in toured} == set(CALLS)


def test_the_tour_uses_every_factor(toured: list[Seen]) -> None:
    for call in (Place("POST", REGISTRATIONS, "201"), Place("POST", VERIFICATIONS, "201")):
        names = {json.loads(seen.content)["auth_factor_name"] for seen in toured if seen.place == call}
        assert names == {"SMS", "OneLogin Voice", "OneLogin Email", "OneLogin", "Google Authenticator"}


def test_only_existing_switches_are_excluded_from_the_tours() -> None:
    assert {switch.name for switch in SWITCHES} >= NOT_TOURED


@pytest.mark.parametrize(("method", "route"), CALLS)
def test_responses_match_the_description(toured: list[Seen], method: str, route: str) -> None:
    seen = [s for s in toured if (s.place.method, s.place.route) == (method, route)]
    assert seen
    assert {s.place: found for s in seen if (found := departures(*s, {}))} == {}


@pytest.mark.parametrize("side", OTHER_SIDES, ids="=".join)
def test_responses_with_a_changed_switch_match_the_description(tours: Tours, side: tuple[str, str]) -> None:
    assert {s.place: found for s in tours((side,)) if (found := departures(*s, dict([side])))} == {}


def shown(seen: list[Seen], place: Place) -> set[str]:
    """The faults of the responses at a place."""
    return {fault for s in seen if s.place == place for fault in faults_at(*s)}


def name_of(wrong: Wrong) -> str:
    """Return a readable test id."""
    return " ".join([*wrong.place, *map("=".join, wrong.switches)])


@pytest.mark.parametrize("wrong", KNOWN_WRONG, ids=name_of)
def test_the_description_is_wrong_at_this_place(tours: Tours, wrong: Wrong) -> None:
    """The simulator contradicts it at this place; if the entry has switches, only because of them."""
    assert wrong.faults
    assert wrong.faults <= shown(tours(wrong.switches), wrong.place)
    if wrong.switches:
        assert wrong.faults.isdisjoint(shown(tours(()), wrong.place))


def test_described_responses_that_are_never_returned(toured_everywhere: set[Place]) -> None:
    assert PLACES - toured_everywhere == set(NEVER_ANSWERED)


@pytest.mark.parametrize("status", NOT_DESCRIBED)
def test_responses_that_the_description_omits(toured_everywhere: set[Place], status: str) -> None:
    assert NOT_DESCRIBED[status].isdisjoint(PLACES)
    assert {place for place in toured_everywhere - PLACES if place.status == status} == NOT_DESCRIBED[status]


def test_the_description_omits_no_other_status(toured_everywhere: set[Place]) -> None:
    assert {place.status for place in toured_everywhere - PLACES} == set(NOT_DESCRIBED)


def test_each_factor_matches_the_description(toured: list[Seen]) -> None:
    place = Place("GET", FACTORS, "200")
    rows = json.loads(next(s.content for s in toured if s.place == place))
    assert len(rows) == 5
    for row in rows:
        assert not faults_of(SPEC[FACTORS]["get"]["200"], row)


def test_a_flat_success_matches_the_description(sim: Simulator) -> None:
    sim.switch(verification_success="flat")
    verification = sim.activate(KELLY, sim.device(KELLY, SMS))
    path = f"verifications/{verification['id']}"
    body = sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]}).json()
    assert not faults_of(SPEC[VERIFICATION]["put"]["200"], body)


def test_integer_device_ids_match_the_description(sim: Simulator) -> None:
    device = sim.device(KELLY, SMS)
    sim.switch(device_id_type="int", user_id_type="int")
    body = sim.activate(KELLY, device)
    schema = SPEC[VERIFICATIONS]["post"]["201"]
    assert faults_of(schema, body) == {"user_id: unknown"}


def test_nulls_are_not_described() -> None:
    """OneLogin's sample of a user has many nulls that the description does not allow."""
    sample = json.loads((DATA / "samples.json").read_text())["users"]["get_200"]
    schema = SPEC["/api/2/users/{user_id}"]["get"]["200"]
    refused = {str(e.absolute_path[0]) for e in OAS30Validator(schema).iter_errors(sample)}
    assert refused
    assert all(sample[name] is None for name in refused)


@pytest.mark.parametrize(
    ("path", "status", "body", "found"),
    [
        ("/api/2/users/1", 200, {"id": "1"}, "id: type"),
        ("/api/2/users/1", 200, {"hue": "red"}, "hue: unknown"),
        ("/api/2/users/1", 200, [{"id": 1}], "a list"),
        ("/api/2/users/1/", 200, {"hue": "red"}, ""),
        ("/api/2/users/1", 418, {"hue": "red"}, "not described"),
        ("/api/2/users/1", 403, {"hue": "red"}, ""),
        ("/api/2/users/1", 200, {"id": 1, "email": None}, ""),
        ("/api/1/events/1", 404, {"status": {"code": "404", "message": "x"}}, "code: type"),
        ("/api/1/events/types", 200, {"data": [{"id": "x"}]}, "data.id: type"),
        (RATE_LIMIT, 400, {"status": {"code": 400, "message": "x"}}, "never answered"),
    ],
)
def test_responses_in_other_tests_are_compared(sim: Simulator, path: str, status: int, body: Any, found: str) -> None:
    sim.compare("GET", f"{sim.url}{path}?limit=1", status, json.dumps(body).encode())
    noted = list(sim.departures)
    sim.departures.clear()
    assert [found in departure for departure in noted] == ([True] if found else [])


def test_responses_are_compared_except_those_changed_by_a_fault(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.fault("wrong_type", params={"field": "id", "type": "string"})
    sim.call("GET", f"/api/2/users/{KELLY}")
    assert sim.departures == []
    place = place_of("GET", "/api/2/users/1", 200)
    monkeypatch.setattr("tests.contract.described.KNOWN_WRONG", [w for w in KNOWN_WRONG if w.place != place])
    sim.fault("slow", params={"seconds": 0})
    for _turn in range(2):
        sim.call("GET", f"/api/2/users/{KELLY}")
    noted = list(sim.departures)
    sim.departures.clear()
    assert noted == [f"{place}: ['custom_attributes: unknown']"] * 2
