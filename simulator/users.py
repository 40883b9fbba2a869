# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users: the list with its filters and pages, and one user."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from simulator import cursors
from simulator.clock import parse_iso
from simulator.people import CUSTOM, Person
from simulator.request import ApiRequest
from simulator.responses import ApiResponse, RefusedError, build_bad_request, build_not_found

DEFAULT_PAGE = 50
_TEXT = ("firstname", "lastname", "email", "username", "samaccountname", "external_id")
_IDS = ("directory_id", "group_id")
_TIMES = {"created": "created_at", "updated": "updated_at", "last_login": "last_login"}
_ONLY_WHEN_NAMED = ("custom_attributes", "role_ids", "manager_user_id")
_UNKNOWN = "The resource with the given id could not be found"


def get_user(request: ApiRequest) -> ApiResponse:
    """``GET /api/2/users/{user_id}``."""
    return ApiResponse(200, find_person(request).record)


def find_person(request: ApiRequest) -> Person:
    """Return the user that the path names.

    :raises RefusedError: the user does not exist.
    """
    user_id = request.path["user_id"]
    found = request.account.people.get(int(user_id)) if _is_id(user_id) else None
    if found is None:
        raise RefusedError(build_not_found(message=_UNKNOWN))
    return found


def list_users(request: ApiRequest) -> ApiResponse:
    """``GET /api/2/users``: a bare list; the pages are described in headers."""
    people = _sorted(_matching(request), request.query.get("sort", "").strip())
    limit, page = _page(request)
    pages = max(1, math.ceil(len(people) / limit))
    rows = [p.record for p in people[(page - 1) * limit : page * limit]]
    headers = {
        "Total-Count": str(len(people)),
        "Total-Pages": str(pages),
        "Current-Page": str(page),
        "Page-Items": str(len(rows)),
    }
    if page < pages:
        headers["After-Cursor"] = cursors.encode(limit, page + 1)
        headers["Link"] = f'<{request.base_url}/api/v5/users?limit={limit}&page={page + 1}>; rel="next"'
    elif request.switch("last_cursor") == "empty":
        headers["After-Cursor"] = ""
    if page > 1:
        headers["Before-Cursor"] = cursors.encode(limit, page - 1)
    return ApiResponse(200, _with_fields(rows, request.query.get("fields")), headers)


def _matching(request: ApiRequest) -> list[Person]:
    """Return the users that match all filters of the query."""
    tests = _filter_tests(request)
    people = _candidates(request)
    return [p for p in people if all(test(p) for test in tests)] if tests else list(people)


def _filter_tests(request: ApiRequest) -> list[Callable[[Person], bool]]:
    """Return one test for each filter, except ``user_ids``."""
    tests: list[Callable[[Person], bool]] = []
    sensitive = request.switch("filter_case") == "sensitive"
    for name, value in request.query.items():
        if name in _TEXT or name.startswith(CUSTOM):
            tests.append(_text_test(name, value, sensitive))
        elif name in _IDS:
            tests.append(lambda p, n=name, v=value: str(p.record[n]) == v)  # type: ignore[misc]
        elif name == "app_id":
            tests.append(lambda p, v=value: v in map(str, p.app_ids))  # type: ignore[misc]
        elif name.endswith(("_since", "_until")) and name[:-6] in _TIMES:
            tests.append(_time_test(name, value))
    return tests


def _candidates(request: ApiRequest) -> Iterable[Person]:
    """Return the users to test, found by id or exact name where the query has one, so that not all users are tested."""
    query = request.query
    if query.get("user_ids"):
        wanted = [int(part) for part in query["user_ids"].split(",") if _is_id(part.strip())]
        return [request.account.people[i] for i in sorted(set(wanted)) if i in request.account.people]
    if exact := next((query[k] for k in ("email", "username") if _plain(query.get(k))), None):
        return request.account.named(exact)
    return request.account.people.values()


def _plain(value: str | None) -> bool:
    return bool(value) and "*" not in str(value)


def _text_test(name: str, value: str, sensitive: bool) -> Callable[[Person], bool]:
    flags = re.DOTALL if sensitive else re.DOTALL | re.IGNORECASE
    pattern = re.compile(".*".join(re.escape(part) for part in value.split("*")), flags)

    def test(person: Person) -> bool:
        if name.startswith(CUSTOM):
            held = person.record["custom_attributes"].get(name.removeprefix(CUSTOM))
        else:
            held = person.record[name]
        return held is not None and pattern.fullmatch(str(held)) is not None

    return test


def _time_test(name: str, value: str) -> Callable[[Person], bool]:
    try:
        bound = parse_iso(value)
    except ValueError:
        raise RefusedError(build_bad_request(f"invalid value in {name}")) from None
    field = _TIMES[name[:-6]]

    def test(person: Person) -> bool:
        held = person.record[field]
        if held is None:
            return False
        at = parse_iso(held)
        return at >= bound if name.endswith("_since") else at <= bound

    return test


def _sorted(people: list[Person], sort: str) -> list[Person]:
    if not sort:
        return people
    field = sort.lstrip("+-")

    def key(person: Person) -> tuple[bool, str, float]:
        value = person.record.get(field)
        number = float(value) if isinstance(value, (int, float)) else 0.0
        return value is None, "" if number else str(value).casefold(), number

    return sorted(people, key=key, reverse=sort.startswith("-"))


def _page(request: ApiRequest) -> tuple[int, int]:
    most = request.sim.settings.page_size
    cursor = request.query.get("cursor")
    asked = _from_cursor(cursor) if cursor else request.query
    limit = _positive(asked, "limit", min(DEFAULT_PAGE, most))
    return min(limit, most), _positive(asked, "page", 1)


def _positive(asked: dict[str, str], name: str, default: int) -> int:
    text = asked.get(name)
    if text is None:
        return default
    if not _is_id(text) or int(text) < 1:
        raise RefusedError(build_bad_request(f"invalid value in {name}"))
    return int(text)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _from_cursor(cursor: str) -> dict[str, str]:
    try:
        return cursors.decode(cursor)
    except ValueError:
        raise RefusedError(build_bad_request("invalid value in cursor")) from None


def _with_fields(rows: list[dict[str, Any]], fields: str | None) -> list[dict[str, Any]]:
    if fields:
        names = {name.strip() for name in fields.split(",")}
        return [{k: v for k, v in row.items() if k in names} for row in rows]
    return [{k: v for k, v in row.items() if k not in _ONLY_WHEN_NAMED} for row in rows]
