# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin paths: reading state, acting as a person, changing settings; and the README that describes them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pyotp
import pytest

from simulator.__main__ import build_parser
from simulator.admin import PATHS
from simulator.readme import README, TABLES, renew_tables
from tests.contract.harness import (
    AUTHENTICATOR,
    EMAIL,
    KELLY,
    NILS,
    PROTECT,
    RITA,
    SMS,
    VOICE,
    Simulator,
)


def test_messages_of_everyone_and_of_one_person(sim: Simulator) -> None:
    sim.enrol(KELLY, SMS)
    sim.enrol(RITA, EMAIL)
    sim.enrol(KELLY, VOICE)
    everyone = sim.admin("GET", "/messages")
    assert [(m["user_id"], m["kind"], m["to"]) for m in everyone] == [
        (KELLY, "sms", "+64272001122"),
        (RITA, "mail", "Rita@example.com"),
        (KELLY, "call", "+64272001122"),
    ]
    for user in (KELLY, "kelly%40example.com", "KELLYSLATER"):
        assert sim.admin("GET", f"/messages?user={user}") == [everyone[0], everyone[2]]
    assert sim.message(KELLY) == {**everyone[2], "answer": everyone[2]["code"]}


@pytest.mark.parametrize("user", [str(KELLY), "kelly@example.com", "Kelly@Example.com"])
def test_a_person_is_found_by_any_identity(sim: Simulator, user: str) -> None:
    assert sim.admin("GET", f"/people/{quote(user)}")["user_id"] == KELLY


def test_codes_of_an_app_can_be_read(sim: Simulator) -> None:
    device = sim.device(NILS, PROTECT)
    pending = sim.enrol(NILS, AUTHENTICATOR)
    secret = pyotp.parse_uri(pending["factor_data"]["totp_url"]).secret
    latest = sim.admin("GET", f"/people/{NILS}/totp")
    assert (latest["id"], latest["factor"]) == (pending["id"], "Authenticator")
    assert pyotp.TOTP(secret).verify(latest["code"], valid_window=1)
    older = sim.admin("GET", f"/people/{NILS}/totp?id={device}")
    assert (older["id"], older["factor"]) == (device, "OneLogin Protect")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/people/nobody", None),
        ("GET", "/people/gone@example.com", None),
        ("GET", "/messages?user=nobody", None),
        ("GET", f"/people/{KELLY}/message", None),
        ("GET", f"/people/{KELLY}/totp", None),
        ("POST", f"/people/{KELLY}/approve", {}),
        ("POST", f"/people/{KELLY}/deny", {"id": "x"}),
        ("GET", "/nothing", None),
    ],
)
def test_unknown_objects_and_paths_are_404(sim: Simulator, method: str, path: str, body: object) -> None:
    answer = sim.http.request(method, f"{sim.url}/_simulator{path}", json=body)
    assert answer.status_code == 404
    assert answer.json()["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"advance": "x"}', b'{"advance": -1}', b"{}"])
def test_invalid_bodies_are_refused(sim: Simulator, body: bytes) -> None:
    answer = sim.http.post(sim.url + "/_simulator/clock", data=body)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_approve_and_deny_without_a_code(sim: Simulator) -> None:
    made = sim.enrol(KELLY, SMS)
    assert sim.admin("POST", f"/people/{KELLY}/approve")["status"] == "accepted"
    verification = sim.activate(KELLY, sim.mfa("GET", KELLY, "devices").json()[0]["device_id"])
    assert sim.admin("POST", f"/people/{KELLY}/deny")["id"] == verification["id"]
    found = sim.admin("GET", f"/people/{KELLY}")
    assert [(r["id"], r["status"]) for r in found["registrations"]] == [(made["id"], "accepted")]
    assert [v["status"] for v in found["verifications"]] == ["rejected"]
    assert found["messages"] == 2


def test_approve_and_deny_apply_to_the_latest_pending(sim: Simulator) -> None:
    first, second, third = (sim.enrol(NILS, factor) for factor in (SMS, PROTECT, EMAIL))
    assert sim.admin("POST", f"/people/{NILS}/deny")["id"] == third["id"]
    assert sim.admin("POST", f"/people/{NILS}/approve")["id"] == second["id"]
    assert sim.admin("POST", f"/people/{NILS}/approve")["id"] == first["id"]


def test_the_log_of_requests(sim: Simulator) -> None:
    sim.admin("DELETE", "/log")
    sim.fault("503", path="/devices$")
    sim.mfa("GET", KELLY, "devices")
    sim.mfa("GET", RITA, "devices")
    sim.call("GET", "/api/2/users", params={"email": "a b"})
    sim.call("GET", "/nowhere")
    rows = sim.admin("GET", "/log")
    assert [(row["n"], row["status"], row["fault"]) for row in rows] == [
        (1, 503, "503"),
        (2, 200, None),
        (3, 200, None),
        (4, 404, None),
    ]
    assert rows[2]["path"] == "/api/2/users"
    assert rows[2]["query"] == "email=a+b"
    assert rows[0]["method"] == "GET"
    assert rows[0]["user_agent"].startswith("python-requests/")
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert sim.admin("GET", "/log/summary") == {
        "total": 4,
        "counts": {
            "GET (no route)": 1,
            "GET /api/2/mfa/users/{user_id}/devices": 2,
            "GET /api/2/users": 1,
        },
    }


def test_the_state_changes_only_with_the_account(sim: Simulator) -> None:
    sim.device(RITA, SMS)
    sim.enrol(KELLY, PROTECT)
    before = sim.admin("GET", "/state")
    ids = [person["user_id"] for person in before["people"]]
    assert ids == sorted(ids)
    sim.mfa("GET", KELLY, "devices")
    assert sim.admin("GET", "/state") == before
    sim.mfa("POST", NILS, "mfa_token")
    after = sim.admin("GET", "/state")
    [nils] = [person for person in after["people"] if person["user_id"] == NILS]
    assert len(nils["mfa_tokens"]) == 1


def test_a_reset_restores_the_initial_state(sim: Simulator) -> None:
    settings, state = sim.admin("GET", "/settings"), sim.admin("GET", "/state")
    sim.device(KELLY, SMS)
    sim.mfa("PUT", KELLY, f"registrations/{sim.enrol(KELLY, SMS)['id']}", {"otp": "x"})
    sim.admin("PATCH", "/settings", {"limit": 5, "switches": {"container": "list"}})
    sim.pass_time(10_000)
    sim.fault("500", times=None)
    sim.admin("POST", "/reset")
    assert sim.admin("GET", "/settings") == settings
    assert sim.admin("GET", "/state") == state
    assert sim.admin("GET", "/messages") == sim.admin("GET", "/faults") == []
    assert sim.admin("GET", "/log") == []
    assert sim.call("GET", "/api/2/users").status_code == 401
    sim.log_in()
    assert sim.call("GET", "/api/1/events").json()["data"] == []
    assert [row["n"] for row in sim.admin("GET", "/log")] == [1, 2, 3]


def test_a_reset_can_replace_the_people(sim: Simulator) -> None:
    ann = {"id": 5, "username": "ann", "sim_answer": "never", "sim_enrolled": ["OneLogin SMS", "Authenticator"]}
    sim.admin("POST", "/reset", {"people": [ann, {"email": "ben@example.com"}]})
    assert len(sim.admin("GET", "/people/ann")["devices"]) == 2
    for people, text in [
        ("ann", "people is a list"),
        (["ann"], "person 1: not an object"),
        ([{"id": "x", "email": "a@x.y"}], "person 1, column id: 'x' is not a number"),
        ([{"email": "a@x.y", "sim_enrolled": "Telepathy"}], "no factor 'Telepathy'"),
    ]:
        answer = sim.http.post(sim.url + "/_simulator/reset", json={"people": people})
        assert answer.status_code == 400
        assert text in answer.json()["error"]
        assert [row["user_id"] for row in sim.admin("GET", "/state")["people"]] == [5]
    sim.admin("POST", "/reset")
    assert [row["user_id"] for row in sim.admin("GET", "/state")["people"]] != [5]
    assert sim.http.get(sim.url + "/_simulator/people/ann").status_code == 404


def test_a_reset_can_replace_the_factors(sim: Simulator) -> None:
    people = [{"id": 5, "username": "ann", "sim_enrolled": "Telephone"}]
    factors = [{"factor_id": 7, "name": "Telephone", "auth_factor_name": "OneLogin Voice"}]
    sim.admin("POST", "/reset", {"people": people, "factors": factors})
    for wrong, text in [
        ({}, "factors is a list"),
        (
            [{"factor_id": 7}],
            "factors are a list of {factor_id, name, auth_factor_name}, with null for no name ('name')",
        ),
        ([{"factor_id": 7, "name": None, "auth_factor_name": "SMS"}], "no factor 'Telephone'"),
    ]:
        answer = sim.http.post(sim.url + "/_simulator/reset", json={"people": people, "factors": wrong})
        assert answer.status_code == 400
        assert text in answer.json()["error"]
        assert [row["factor"] for row in sim.admin("GET", "/people/ann")["devices"]] == ["Telephone"]
    sim.admin("POST", "/reset")
    sim.log_in()
    assert "Telephone" not in {row["name"] for row in sim.mfa("GET", NILS, "factors").json()}


@pytest.mark.parametrize("what", ["expire", "revoke"])
def test_tokens_can_be_expired_and_revoked(sim: Simulator, what: str) -> None:
    first = sim.token
    sim.log_in("Read All")
    assert sum(sim.admin("POST", f"/tokens/{what}").values()) == 2
    assert sim.call("GET", "/api/2/users").status_code == 401
    sim.log_in()
    assert sim.token != first
    assert sim.call("GET", "/api/2/users").status_code == 200


def test_settings_can_be_changed_at_run_time(sim: Simulator) -> None:
    sim.admin("PATCH", "/settings", {"token_life": 60, "answer": "reject", "answer_after": 0})
    sim.admin("POST", "/tokens/revoke")
    assert sim.grant().json()["expires_in"] == 60
    sim.log_in()
    made = sim.enrol(KELLY, PROTECT)
    found = sim.mfa("GET", KELLY, f"registrations/{made['id']}").json()
    assert found["status"] == "rejected"
    sim.admin("PATCH", "/settings", {"latency": 200})
    assert sim.call("GET", "/api/2/users").elapsed.total_seconds() >= 0.2


def test_the_tables_of_the_readme_are_up_to_date() -> None:
    text = README.read_text(encoding="utf-8")
    assert renew_tables(text) == text, "run python -m simulator.readme"


@pytest.mark.parametrize("name", TABLES)
def test_each_table_has_rows(name: str) -> None:
    assert TABLES[name]().count("\n") >= 10


def test_the_readme_names_every_option_and_path() -> None:
    text = README.read_text(encoding="utf-8")
    for line in build_parser().format_usage().split("["):
        if line.startswith("--"):
            assert f"`{line.split()[0].rstrip(']')}" in text
    for method, path, _action, _meaning in PATHS:
        assert f"`{method} /_simulator{path}`" in text


def test_a_readme_without_a_place_for_a_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="options"):
        renew_tables("# Nothing")


def test_the_simulator_can_have_thousands_of_people(start: Callable[..., Simulator]) -> None:
    sim = start("--count", "3000", "--credential", "all-id:all-secret")
    sim.log_in()
    found = sim.call("GET", "/api/2/users", params={"email": "person03000@example.com"}).json()
    assert [row["lastname"] for row in found] == ["03000"]
