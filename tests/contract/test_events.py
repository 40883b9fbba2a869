# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event log of v1, as on https://developers.onelogin.com/api-docs/1/events/get-events."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.harness import EVE, KELLY, PROTECT, RITA, SMS, VOICE, Simulator


def rows(sim: Simulator, **query: Any) -> list[dict[str, Any]]:
    """The events of a page."""
    answer = sim.call("GET", "/api/1/events", params=query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def kinds(sim: Simulator, **query: Any) -> list[int]:
    """The types of the events, oldest first."""
    return [row["event_type_id"] for row in rows(sim, sort="+id", **query)]


def test_each_change_writes_its_event(sim: Simulator) -> None:
    registration = sim.enrol(KELLY, SMS)
    path = f"registrations/{registration['id']}"
    sim.mfa("PUT", KELLY, path, {"otp": "no"})
    sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]})
    device = sim.mfa("GET", KELLY, "devices").json()[0]["device_id"]
    path = f"verifications/{sim.activate(KELLY, device)['id']}"
    sim.mfa("PUT", KELLY, path, {"otp": "no"})
    sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]})
    sim.mfa("POST", KELLY, "mfa_token")
    sim.mfa("DELETE", KELLY, f"devices/{device}")
    assert kinds(sim) == [538, 537, 22, 539, 527, 528, 1100, 24]
    added = rows(sim, event_type_id="22")[0]
    assert (added["user_id"], added["otp_device_id"]) == (KELLY, int(device))
    assert (added["user_name"], added["otp_device_name"]) == ("Kelly Slater", "Mine")
    protect = sim.device(RITA, PROTECT)
    sim.activate(RITA, protect)
    sim.pass_time(51)
    assert kinds(sim)[-1] == 950


def test_events_are_in_order_of_time_whenever_they_are_read(sim: Simulator) -> None:
    sim.admin("PATCH", "/settings", {"answer_after": 80})
    sim.enrol(KELLY, VOICE)
    sim.enrol(RITA, VOICE)
    sim.pass_time(1000)
    found = rows(sim, sort="+id")
    assert [row["user_id"] for row in found] == [RITA, KELLY, KELLY]
    stamps = [row["created_at"] for row in found]
    assert stamps == sorted(stamps)


def test_events_can_be_filtered(sim: Simulator) -> None:
    kelly, eve = sim.device(KELLY, SMS), sim.device(EVE, SMS)
    assert kinds(sim) == [537, 22, 537, 22]
    assert kinds(sim, user_id=EVE) == [537, 22]
    assert kinds(sim, event_type_id="24,537") == [537, 537]
    assert [r["otp_device_id"] for r in rows(sim, event_type_id=22)] == [int(eve), int(kelly)]
    middle = rows(sim, sort="+id")[1]["created_at"]
    assert middle not in [row["created_at"] for row in rows(sim, since=middle)]
    assert {row["created_at"] for row in rows(sim, until=middle)} < {row["created_at"] for row in rows(sim)}
    assert kinds(sim, since="2999-01-01T00:00:00Z") == []
    assert rows(sim, fields="id,user_id", limit=1)[0].keys() == {"id", "user_id"}
    first = rows(sim, sort="+id", limit=1)[0]
    assert rows(sim, id=first["id"]) == [first]


def test_events_are_paged(sim: Simulator) -> None:
    for _turn in range(30):
        sim.enrol(KELLY, SMS, verified=True)
    answer = sim.call("GET", "/api/1/events", params={"sort": "+id"}).json()
    assert len(answer["data"]) == 50
    after = answer["pagination"]["after_cursor"]
    assert answer["pagination"]["before_cursor"] is None
    assert answer["pagination"]["next_link"].startswith(f"{sim.url}/api/1/events?after_cursor=")
    rest = sim.call("GET", "/api/1/events", params={"sort": "+id", "after_cursor": after}).json()
    assert len(rest["data"]) == 10
    assert rest["data"][0]["id"] == answer["data"][-1]["id"] + 1
    assert rest["pagination"]["after_cursor"] is None
    before = rest["pagination"]["before_cursor"]
    assert rows(sim, sort="+id", before_cursor=before) == answer["data"]
    assert len(rows(sim, limit=1000)) == 60
    newest_first = [row["id"] for row in rows(sim, limit=1000)]
    assert newest_first == sorted(newest_first, reverse=True)


@pytest.mark.parametrize("query", [{"limit": "x"}, {"limit": 0}, {"since": "then"}, {"after_cursor": "?"}])
def test_invalid_filters_are_refused(sim: Simulator, query: dict[str, Any]) -> None:
    assert sim.call("GET", "/api/1/events", params=query).status_code == 400


def test_one_event_and_the_types_can_be_read(sim: Simulator) -> None:
    sim.device(KELLY, SMS)
    [row] = rows(sim, event_type_id=22)
    assert sim.call("GET", f"/api/1/events/{row['id']}").json()["data"] == row
    assert sim.call("GET", "/api/1/events/1").status_code == 404
    types = sim.call("GET", "/api/1/events/types").json()["data"]
    assert {"id": 22, "name": "USER_ADDED_OTP_DEVICE", "description": ""} in types
