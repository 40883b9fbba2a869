# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens, scopes and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.harness import CREDENTIALS, KELLY, SMS, Simulator

TOKEN = "/auth/oauth2/v2/token"
GRANT = {"grant_type": "client_credentials"}
ID, SECRET = CREDENTIALS["Manage All"]


def envelope(code: int, kind: str, message: str) -> dict[str, Any]:
    """Build the v1 error body."""
    return {"status": {"error": True, "code": code, "type": kind, "message": message}}


def test_three_forms_of_the_credential_get_the_same_token(sim: Simulator) -> None:
    url = sim.url + TOKEN
    header = {"Authorization": f"client_id:{ID}, client_secret:{SECRET}"}
    form = {**GRANT, "client_id": ID, "client_secret": SECRET}
    answers = [
        sim.http.post(url, json=GRANT, headers=header),
        sim.http.post(url, json=GRANT, auth=(ID, SECRET)),
        sim.http.post(url, data=form),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    bodies = [answer.json() for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["expires_in"] == 36000
    assert bodies[0]["token_type"] == "bearer"


def test_the_v1_url_returns_the_same_token_in_an_envelope(sim: Simulator) -> None:
    flat = sim.grant().json()
    wrapped = sim.http.post(sim.url + "/auth/oauth2/token", json=GRANT, auth=(ID, SECRET)).json()
    assert wrapped["data"] == [flat]
    assert wrapped["status"] == {
        "error": False,
        "code": 200,
        "type": "success",
        "message": "Success",
    }


@pytest.mark.parametrize(
    ("more", "status", "message"),
    [
        ({"json": {}, "auth": (ID, SECRET)}, 400, "grant_type is incorrect/absent"),
        ({"data": "x", "auth": (ID, SECRET)}, 400, "Content Type is not specified"),
        ({"json": GRANT}, 400, "The authorization information is missing"),
        (
            {"json": GRANT, "headers": {"Authorization": "client_id only"}},
            400,
            "Authorization Information is incorrect",
        ),
        ({"json": GRANT, "auth": (ID, "wrong")}, 401, "Authentication Failure"),
        ({"json": GRANT, "auth": ("unknown", SECRET)}, 401, "Authentication Failure"),
    ],
)
def test_refusals_of_the_token_call(sim: Simulator, more: dict[str, Any], status: int, message: str) -> None:
    answer = sim.http.post(sim.url + TOKEN, **more)
    assert answer.status_code == status
    kind = "bad request" if status == 400 else "Unauthorized"
    found = answer.json()["status"]
    assert (found["error"], found["code"], found["type"]) == (True, status, kind)
    assert found["message"].startswith(message)


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "bearer:{}", "bearer: {}", "Bearer:{}", "BEARER : {}"])
def test_several_forms_of_the_bearer_header_are_accepted(sim: Simulator, form: str) -> None:
    headers = {"Authorization": form.format(sim.token)}
    assert sim.http.get(sim.url + "/api/2/users", headers=headers).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer nonsense"])
def test_an_invalid_token_is_refused(sim: Simulator, header: str) -> None:
    headers = {"Authorization": header}
    for path, body in [
        (
            f"/api/2/mfa/users/{KELLY}/devices",
            {
                "statusCode": 401,
                "name": "InvalidCredentials",
                "message": "Please provide valid credentials",
            },
        ),
        (
            "/api/2/users",
            {"statusCode": 401, "name": "UnauthorizedError", "message": "Unauthorized"},
        ),
        ("/api/1/events", envelope(401, "Unauthorized", "Authentication Failure")),
        ("/auth/rate_limit", envelope(401, "Unauthorized", "Authentication Failure")),
    ]:
        answer = sim.http.get(sim.url + path, headers=headers)
        assert (answer.status_code, answer.json()) == (401, body)


def test_a_token_expires_after_its_lifetime(sim: Simulator) -> None:
    first = sim.token
    sim.pass_time(35900)
    assert sim.call("GET", "/api/2/users").status_code == 200
    assert sim.grant().json()["access_token"] == first
    sim.pass_time(101)
    assert sim.call("GET", "/api/2/users").status_code == 401
    sim.log_in()
    assert sim.token != first
    assert sim.call("GET", "/api/2/users").status_code == 200


def test_a_revoked_token_is_refused(sim: Simulator) -> None:
    url = sim.url + "/auth/oauth2/revoke"
    body = {"access_token": sim.token}
    missing = sim.http.post(url, json={}, auth=(ID, SECRET))
    assert missing.json() == envelope(400, "bad request", "Access Token Missing")
    other = CREDENTIALS["Read All"]
    assert sim.http.post(url, json=body, auth=other).status_code == 401
    assert sim.call("GET", "/api/2/users").status_code == 200
    done = sim.http.post(url, json=body, auth=(ID, SECRET))
    assert (done.status_code, done.json()["status"]["message"]) == (200, "Success")
    assert sim.call("GET", "/api/2/users").status_code == 401


# For each scope: whether it can read users and events, generate MFA tokens, and use the other MFA calls.
SCOPES = {
    "Manage All": (True, True, True),
    "Manage Users": (True, True, False),
    "Read All": (True, False, False),
    "Read Users": (True, False, False),
    "Authentication Only": (False, False, False),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope_allows_only_its_calls(sim: Simulator, scope: str) -> None:
    sim.log_in(scope)
    reads, hands_out, manages = SCOPES[scope]
    refused = envelope(401, "Unauthorized", "Insufficient Permission")
    mfa = f"/api/2/mfa/users/{KELLY}"
    unknown = "00000000-0000-4000-8000-000000000000"
    calls = [
        ("GET", "/api/2/users", reads),
        ("GET", f"/api/2/users/{KELLY}", reads),
        ("GET", "/api/1/events", reads),
        ("GET", "/api/1/events/types", reads),
        ("GET", "/api/1/events/1", reads),
        ("GET", "/auth/rate_limit", reads),
        ("POST", f"{mfa}/mfa_token", hands_out),
        ("GET", f"{mfa}/factors", manages),
        ("GET", f"{mfa}/devices", manages),
        ("DELETE", f"{mfa}/devices/1", manages),
        ("POST", f"{mfa}/registrations", manages),
        ("GET", f"{mfa}/registrations/{unknown}", manages),
        ("PUT", f"{mfa}/registrations/{unknown}", manages),
        ("POST", f"{mfa}/verifications", manages),
        ("GET", f"{mfa}/verifications/{unknown}", manages),
        ("PUT", f"{mfa}/verifications/{unknown}", manages),
    ]
    for method, path, allowed in calls:
        answer = sim.call(method, path, {} if method != "GET" else None)
        if allowed:
            assert answer.status_code not in (401, 403), path
        else:
            assert (answer.status_code, answer.json()) == (401, refused), path


def test_a_wrong_path_or_method_is_refused(sim: Simulator) -> None:
    for method, path in [
        ("GET", "/api/2/nothing"),
        ("GET", "/"),
        ("PATCH", f"/api/2/mfa/users/{KELLY}/devices"),
        ("GET", TOKEN),
        ("POST", f"/api/2/mfs/users/{KELLY}/mfa_token"),
        ("OPTIONS", "/api/2/users"),
    ]:
        answer = sim.call(method, path)
        assert answer.status_code == 404
        assert answer.json() == envelope(404, "not found", "No Route Exists")


def test_headers_of_a_response(sim: Simulator) -> None:
    answers = [sim.call("GET", "/api/2/users"), sim.call("GET", "/api/2/users/1")]
    for answer in answers:
        headers = answer.headers
        assert headers["Content-Type"] == "application/json"
        assert headers["Cache-Control"] == "no-cache, must-revalidate, no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert int(headers["Content-Length"]) == len(answer.content)
        assert [len(part) for part in headers["X-Request-Id"].split("-")] == [8, 8, 4, 8, 4, 6, 4]
        assert headers["X-RateLimit-Limit"] == "5000"
    assert answers[0].headers["X-Request-Id"] != answers[1].headers["X-Request-Id"]
    device = sim.device(KELLY, SMS)
    gone = sim.mfa("DELETE", KELLY, f"devices/{device}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert "Content-Type" not in gone.headers
