# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand, each kind as a client sees it."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest
import requests

from tests.contract.harness import KELLY, PROTECT, SMS, Simulator

BODY = {"factor_id": SMS, "display_name": "x"}


def sent(sim: Simulator) -> int:
    """Count the messages, which shows whether a POST had its effect."""
    return len(sim.admin("GET", "/messages"))


def post(sim: Simulator, **more: Any) -> requests.Response:
    """Make a call with a visible effect."""
    path = f"/api/2/mfa/users/{KELLY}/registrations"
    return sim.call("POST", path, BODY, allow_redirects=False, **more)


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("reset", {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}),
        ("retry_after", {"Retry-After"}),
        (
            "both",
            {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"},
        ),
        ("none", set()),
    ],
)
@pytest.mark.parametrize("kind", ["429", "400"])
def test_a_throttling_response(sim: Simulator, kind: str, form: str, names: set[str]) -> None:
    sim.fault(kind, params={"headers": form})
    answer = post(sim)
    assert answer.status_code == int(kind)
    found = {n.lower() for n in answer.headers if n.lower().startswith(("x-ratelimit", "retry"))}
    assert found == {name.lower() for name in names}
    assert sent(sim) == 0


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("kind", "status", "content"),
    [
        ("429", 429, "TooManyRequests"),
        ("400", 400, "rate_limit_exceeded"),
        ("401", 401, "InvalidCredentials"),
        ("403", 403, "ForbiddenAction"),
        ("404", 404, "NotFoundError"),
        ("500", 500, "<html>"),
        ("502", 502, "<html>"),
        ("503", 503, "<html>"),
        ("504", 504, "<html>"),
        ("html", 200, "<html>"),
        ("empty", 200, ""),
        ("not_json", 200, "upstream said"),
        ("redirect", 302, ""),
    ],
)
def test_an_error_response_before_or_after_the_effect(
    sim: Simulator, kind: str, status: int, content: str, after: bool
) -> None:
    sim.fault(kind, path="/registrations$", method="POST", params={"after": after})
    answer = post(sim)
    assert answer.status_code == status
    assert content in answer.text
    assert bool(answer.text) is bool(content)
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert sent(sim) == int(after)
    assert post(sim).status_code == 201


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("credentials", "Please provide valid credentials"),
        ("envelope", "Authentication Failure"),
        ("authentication", "This request requires Authentication"),
        ("unauthorized", '"message":"Unauthorized"'),
        ("factor", "Failed authentication with this factor"),
        ("permission", "Insufficient Permission"),
    ],
)
def test_each_body_of_a_401(sim: Simulator, body: str, text: str) -> None:
    sim.fault("401", params={"body": body})
    answer = post(sim)
    assert answer.status_code == 401
    assert text in answer.text


def test_other_parameters_of_faults(sim: Simulator) -> None:
    sim.fault("html", params={"status": 503})
    assert post(sim).status_code == 503
    sim.fault("redirect", params={"location": "https://example.org/"})
    assert post(sim).headers["Location"] == "https://example.org/"


@pytest.mark.parametrize(("kind", "effect"), [("reset_before", 0), ("reset_after", 1)])
def test_a_connection_reset(sim: Simulator, kind: str, effect: int) -> None:
    sim.fault(kind, path="registrations")
    with pytest.raises(requests.ConnectionError, match="reset"):
        post(sim)
    assert sent(sim) == effect
    assert post(sim).status_code == 201


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ({"fault": "reset_after"}, False),
        ({"fault": "truncated"}, False),
        ({"fault": "502", "params": {"after": True}}, False),
        ({"fault": "wrong_type", "params": {"type": "list"}}, False),
        ({"fault": "wrong_type", "params": {"type": "int", "field": "user_id"}}, True),
        ({"fault": "slow", "params": {"seconds": 0.1}}, True),
        ({"fault": "expired_token"}, None),
        ({"fault": "502"}, None),
    ],
    ids=str,
)
def test_an_app_can_scan_only_a_secret_that_was_returned(
    sim: Simulator, fault: dict[str, Any], shown: bool | None
) -> None:
    """With None, no registration is created."""
    sim.admin("POST", "/faults", {**fault, "path": "/registrations$"})
    with suppress(requests.RequestException):
        sim.call("POST", f"/api/2/mfa/users/{KELLY}/registrations", {**BODY, "factor_id": PROTECT})
    sim.pass_time(31)
    person = sim.admin("GET", f"/people/{KELLY}")
    states = {None: [], False: ["pending"], True: ["accepted"]}[shown]
    assert [registration["status"] for registration in person["registrations"]] == states
    assert len(person["devices"]) == int(bool(shown))


def test_a_truncated_response(sim: Simulator) -> None:
    sim.fault("truncated")
    with pytest.raises(requests.RequestException, match="IncompleteRead"):
        post(sim)
    assert sent(sim) == 1
    assert post(sim).status_code == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [("null", None), ("int", 7), ("string", "text"), ("list", []), ("object", {}), ("bool", True)],
)
def test_values_of_the_wrong_type(sim: Simulator, name: str, value: Any) -> None:
    sim.fault("wrong_type", params={"field": "status", "type": name})
    assert post(sim).json()["status"] == value
    sim.fault("wrong_type", params={"type": name})
    assert post(sim).json() == value
    sim.fault("wrong_type", params={"field": "id", "type": name})
    rows = sim.call("GET", "/api/2/users").json()
    assert [row["id"] for row in rows] == [value] * 8
    sim.fault("wrong_type", params={"field": "data.X-RateLimit-Limit", "type": name})
    limit = sim.call("GET", "/auth/rate_limit").json()
    assert (limit["data"]["X-RateLimit-Limit"], limit["status"]["code"]) == (value, 200)
    assert set(limit["data"]) == {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    sim.fault("wrong_type", params={"field": "nothing.here", "type": name})
    assert set(sim.call("GET", "/auth/rate_limit").json()) == {"status", "data"}


def test_a_slow_response(sim: Simulator) -> None:
    sim.fault("slow", params={"seconds": 4})
    with pytest.raises(requests.ReadTimeout):
        post(sim, timeout=1)
    assert sent(sim) == 1
    sim.fault("slow", params={"seconds": 0.3})
    answer = post(sim)
    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.3


def test_a_call_without_a_response(sim: Simulator) -> None:
    sim.fault("hang")
    with pytest.raises(requests.ReadTimeout):
        post(sim, timeout=1)
    assert sent(sim) == 0
    [row] = [row for row in sim.admin("GET", "/log") if row["fault"] == "hang"]
    assert row["status"] is None


@pytest.mark.parametrize("kind", ["expired_token", "revoked_token"])
def test_an_expired_or_revoked_token(sim: Simulator, kind: str) -> None:
    sim.fault(kind, path="/registrations$")
    assert post(sim).status_code == 401
    assert sent(sim) == 0
    assert sim.call("GET", "/api/2/users").status_code == 401
    sim.log_in()
    assert post(sim).status_code == 201


def test_the_token_call_can_fail(sim: Simulator) -> None:
    sim.fault("500", path="^/auth/oauth2/v2/token$")
    assert sim.grant().status_code == 500
    assert sim.grant().status_code == 200


def test_a_fault_selects_calls_by_method_path_skip_and_times(sim: Simulator) -> None:
    sim.fault("503", path="/devices$", method="GET", skip=1, times=2)
    sim.fault("500", path="/factors$", times=None)
    assert sim.call("GET", "/api/2/users").status_code == 200
    statuses = [sim.mfa("GET", KELLY, "devices").status_code for _turn in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert {sim.mfa("GET", KELLY, "factors").status_code for _turn in range(4)} == {500}
    [waiting] = sim.admin("GET", "/faults")
    assert (waiting["fault"], waiting["path"], waiting["times"]) == ("500", "/factors$", None)
    sim.admin("DELETE", "/faults")
    assert sim.mfa("GET", KELLY, "factors").status_code == 200


def test_concurrent_calls_get_one_fault_each(sim: Simulator) -> None:
    sim.fault("503", path="/api/2/users", times=3)
    statuses = []

    def ask() -> None:
        headers = {"Authorization": f"Bearer {sim.token}"}
        answer = requests.get(sim.url + "/api/2/users", headers=headers, timeout=10)
        sim.compare("GET", answer.url, answer.status_code, answer.content)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 5 + [503] * 3


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"fault": "gremlins"}, "fault is one of 429,"),
        ({"fault": "500", "params": {"hue": 1}}, "params of 500 are after"),
        ({"fault": "500", "params": {"after": "soon"}}, "after is one of"),
        ({"fault": "429", "params": {"headers": "hat"}}, "headers is one of"),
        ({"fault": "401", "params": {"body": "x"}}, "body is one of"),
        ({"fault": "html", "params": {"status": 99}}, "status is"),
        ({"fault": "slow", "params": {"seconds": -1}}, "seconds is"),
        ({"fault": "wrong_type", "params": {"type": "odd"}}, "type is one of"),
        ({"fault": "redirect", "params": {"location": 1}}, "location is a text"),
        ({"fault": "500", "path": "("}, "not a regular expression"),
        ({"fault": "500", "times": 0}, "times is"),
        ({"fault": "500", "skip": -1}, "skip is"),
        ({"fault": "500", "when": "now"}, "unknown: when"),
    ],
)
def test_invalid_faults_are_refused(sim: Simulator, fault: dict[str, Any], text: str) -> None:
    answer = sim.http.post(sim.url + "/_simulator/faults", json=fault)
    assert answer.status_code == 400
    assert text in answer.json()["error"]
    assert sim.admin("GET", "/faults") == []
