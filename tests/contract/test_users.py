# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of users: filters, pages, fields; and one user."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from tests.contract.harness import (
    DATA,
    EVE,
    KELLY,
    MIA,
    NILS,
    PAUL,
    PIA,
    RITA,
    WANDA,
    Simulator,
)

ALL = [KELLY, RITA, NILS, WANDA, PAUL, MIA, EVE, PIA]


def ids(sim: Simulator, **query: Any) -> list[int]:
    """Return the ids of the users that match."""
    answer = sim.call("GET", "/api/2/users", params=query)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"email": "kelly@example.com"}, [KELLY]),
        ({"email": "KELLY@example.com"}, [KELLY]),
        ({"email": "kelly"}, []),
        ({"email": "kel*"}, [KELLY]),
        ({"email": "*@example.com"}, [KELLY, RITA, NILS, WANDA, PAUL, EVE, PIA]),
        ({"email": "*a@*"}, [RITA, WANDA, PIA]),
        ({"email": ".*"}, []),
        ({"username": "mia"}, [MIA]),
        ({"username": "*"}, ALL),
        ({"firstname": "P*"}, [PAUL, PIA]),
        ({"lastname": "policy"}, [PIA]),
        ({"firstname": "P*", "lastname": "Phone*"}, [PAUL]),
        ({"email": "kelly@example.com", "firstname": "Rita"}, []),
        ({"samaccountname": "kslater"}, [KELLY]),
        ({"external_id": "x-*"}, [KELLY]),
        ({"directory_id": "3"}, [KELLY]),
        ({"group_id": "7"}, [KELLY]),
        ({"app_id": "12"}, [KELLY]),
        ({"app_id": "13"}, []),
        ({"user_ids": f"{EVE}, {KELLY},1,x"}, [KELLY, EVE]),
        ({"user_ids": f"{EVE},{KELLY}", "firstname": "eve"}, [EVE]),
        ({"custom_attributes.food": "chick*"}, [KELLY]),
        ({"custom_attributes.drink": "*"}, []),
        ({"created_since": "2017-01-01"}, ALL),
        ({"created_since": "2018-01-01T00:00:00Z"}, []),
        ({"updated_until": "2018-01-01T00:00:00.000Z"}, ALL),
        ({"created_until": "2017-01-01"}, []),
        ({"last_login_since": "2000-01-01"}, []),
        ({"sort": "-firstname", "limit": "2"}, [WANDA, RITA]),
        ({"sort": "+lastname", "limit": "2"}, [EVE, MIA]),
        ({"sort": "-id", "limit": "1"}, [PIA]),
        ({"unheard_of": "x"}, ALL),
    ],
)
def test_users_can_be_filtered(sim: Simulator, query: dict[str, str], found: list[int]) -> None:
    assert ids(sim, **query) == found


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "x"}, {"page": "0"}, {"cursor": "%%"}, {"cursor": "é"}, {"created_since": "then"}],
)
def test_invalid_queries_are_refused(sim: Simulator, query: dict[str, str]) -> None:
    answer = sim.call("GET", "/api/2/users", params=query)
    assert (answer.status_code, answer.json()["name"]) == (400, "BadRequestError")


def test_the_fields_can_be_selected(sim: Simulator) -> None:
    rows = sim.call("GET", "/api/2/users").json()
    for name in ("custom_attributes", "role_ids", "manager_user_id"):
        assert name not in rows[0]
    assert len(rows[0]) == 30
    named = sim.call("GET", "/api/2/users", params={"fields": "id,custom_attributes, email"}).json()
    assert set(named[0]) == {"id", "custom_attributes", "email"}


def test_one_user_can_be_read(sim: Simulator) -> None:
    assert sim.call("GET", f"/api/2/users/{KELLY}").json()["username"] == "kellyslater"
    for unknown in ("1", "x", "9" * 30):
        answer = sim.call("GET", f"/api/2/users/{unknown}")
        assert answer.status_code == 404
        assert answer.json() == {
            "statusCode": 404,
            "name": "NotFoundError",
            "message": "The resource with the given id could not be found",
        }


def pages(sim: Simulator, **query: Any) -> Iterator[tuple[Mapping[str, str], list[int]]]:
    """Follow After-Cursor to the end: headers and ids of each page."""
    while True:
        answer = sim.call("GET", "/api/2/users", params=query)
        assert answer.status_code == 200
        yield answer.headers, [row["id"] for row in answer.json()]
        cursor = answer.headers.get("After-Cursor")
        if not cursor:
            return
        query["cursor"] = unquote(cursor)


def test_users_are_paged_by_cursor(sim: Simulator) -> None:
    seen = list(pages(sim, limit=3))
    assert [found for _headers, found in seen] == [ALL[:3], ALL[3:6], ALL[6:]]
    first, second, last = (headers for headers, _found in seen)
    for number, headers in enumerate((first, second, last), 1):
        assert headers["Total-Count"] == "8"
        assert headers["Total-Pages"] == "3"
        assert headers["Current-Page"] == str(number)
    assert [h["Page-Items"] for h in (first, second, last)] == ["3", "3", "2"]
    assert "Before-Cursor" not in first
    assert "After-Cursor" not in last
    assert base64.b64decode(unquote(second["Before-Cursor"])) == b"limit=3&page=1"
    assert "/api/v5/" in first["Link"]


def test_a_cursor_is_percent_encoded_once(sim: Simulator) -> None:
    cursor = sim.call("GET", "/api/2/users", params={"limit": 4}).headers["After-Cursor"]
    assert cursor.endswith("%3D")
    assert [row["id"] for row in sim.call("GET", f"/api/2/users?cursor={cursor}").json()] == ALL[4:]
    # A cursor that is encoded twice is invalid; older clients make this mistake.
    assert sim.call("GET", "/api/2/users", params={"cursor": cursor}).status_code == 400


def test_the_sample_cursor_is_valid(sim: Simulator) -> None:
    answer = sim.call("GET", "/api/2/users?cursor=bGltaXQ9MTAwMCZwYWdlPTM%3D")
    assert (answer.json(), answer.headers["Current-Page"]) == ([], "3")


def test_users_are_paged_by_number(sim: Simulator) -> None:
    assert ids(sim, limit=3, page=2) == ALL[3:6]
    assert ids(sim, limit=3, page=9) == []


def test_filters_and_pages_can_be_combined(sim: Simulator) -> None:
    found = [page for _headers, page in pages(sim, limit=2, firstname="*i*")]
    assert found == [[RITA, NILS], [MIA, PIA]]


def test_the_page_size_can_be_set(start: Callable[..., Simulator]) -> None:
    arguments = ["--count", "250", "--credential", "all-id:all-secret"]
    sim = start(*arguments)
    sim.log_in()
    assert [len(found) for _h, found in pages(sim)] == [50] * 5
    assert [len(found) for _h, found in pages(sim, limit=1000)] == [100, 100, 50]
    sim.admin("PATCH", "/settings", {"page_size": 50})
    assert [len(found) for _h, found in pages(sim, limit=100)] == [50] * 5
    sim.admin("PATCH", "/settings", {"page_size": 40})
    assert [len(found) for _h, found in pages(sim)] == [40] * 6 + [10]


def test_the_people_file_has_every_kind_of_person() -> None:
    assert len((DATA / "people.csv").read_text().splitlines()) == len(ALL) + 2
