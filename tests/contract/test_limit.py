# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hourly rate limit of the account."""

from __future__ import annotations

from tests.contract.harness import KELLY, SMS, Simulator


def test_remaining_calls_decrease_and_then_calls_are_refused(sim: Simulator) -> None:
    sim.admin("PATCH", "/settings", {"limit": 3, "window": 100})
    left = [sim.call("GET", "/api/2/users").headers["X-RateLimit-Remaining"] for _turn in range(3)]
    assert left == ["2", "1", "0"]
    over = sim.call("GET", "/api/2/users")
    assert over.status_code == 429
    assert over.json() == {"statusCode": 429, "name": "TooManyRequests", "message": "Rate limit"}
    assert over.headers["X-RateLimit-Remaining"] == "0"
    assert 90 <= int(over.headers["X-RateLimit-Reset"]) <= 100
    sim.pass_time(101)
    again = sim.call("GET", "/api/2/users")
    assert (again.status_code, again.headers["X-RateLimit-Remaining"]) == (200, "2")


def test_all_tokens_share_the_limit_and_a_refused_post_has_no_effect(sim: Simulator) -> None:
    sim.admin("PATCH", "/settings", {"remaining": 1})
    sim.log_in("Read All")
    assert sim.call("GET", "/api/2/users").status_code == 200
    sim.log_in()
    body = {"factor_id": SMS, "display_name": "x"}
    assert sim.mfa("POST", KELLY, "registrations", body).status_code == 429
    assert sim.admin("GET", "/messages") == []


def test_refused_calls_count_unless_they_have_no_account(sim: Simulator) -> None:
    assert sim.call("GET", "/api/2/users/1").headers["X-RateLimit-Remaining"] == "4999"
    sim.token, good = "bad", sim.token
    assert "X-RateLimit-Remaining" not in sim.call("GET", "/api/2/users").headers
    sim.token = good
    assert sim.call("GET", "/api/2/users").headers["X-RateLimit-Remaining"] == "4998"


def test_reading_the_rate_limit_does_not_count(sim: Simulator) -> None:
    sim.call("GET", "/api/2/users")
    for _turn in range(2):
        data = sim.call("GET", "/auth/rate_limit").json()["data"]
        assert data["X-RateLimit-Limit"] == 5000
        assert data["X-RateLimit-Remaining"] == 4999
        assert 3500 <= data["X-RateLimit-Reset"] <= 3600
    sim.admin("PATCH", "/settings", {"remaining": 0})
    assert sim.call("GET", "/auth/rate_limit").status_code == 200
    assert sim.grant().status_code == 200


def test_the_remaining_calls_can_be_set(sim: Simulator) -> None:
    assert sim.admin("PATCH", "/settings", {"remaining": 12})["remaining"] == 12
    assert sim.call("GET", "/api/2/users").headers["X-RateLimit-Remaining"] == "11"
