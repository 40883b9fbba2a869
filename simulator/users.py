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
from simulator.validation import is_digits

DEFAULT_PAGE = 50
_DIGITS = 18  # of a number in a path or query
_TEXT = ("firstname", "lastname", "email", "username", "samaccountname", "external_id")
_IDS = ("directory_id", "group_id")
_TIMES = {"created": "created_at", "updated": "updated_at", "last_login": "last_login"}
_ONLY_WHEN_NAMED = ("custom_attributes", "role_ids", "manager_user_id")
_UNKNOWN = "The resource with the given id could not be found"


def get_user(request: ApiRequest) -> ApiResponse:
    """``GET /api/2/users/{user_id}``."""
    return ApiResponse(200, find_person(request).record)


def find_person(request: ApiRequest, digits: int = _DIGITS, message: str = _UNKNOWN) -> Person:
    """Return the user that the path names.

    :param digits: maximum length of an id.
    :param message: text of the error.
    :raises RefusedError: the user does not exist.
    """
    user_id = request.path["user_id"]
    found = request.account.people.get(int(user_id)) if is_digits(user_id, digits) else None
    if found is None:
        raise RefusedError(build_not_found(message=message))
    return found


def list_users(request: ApiRequest) -> ApiResponse:
    """``GET /api/2/users``: a bare list; the pages are described in headers."""
    people = _sort_people(_filter_people(request), request.query.get("sort", "").strip())
    limit, page = _read_page(request)
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
    elif request.read_switch("last_cursor") == "empty":
        headers["After-Cursor"] = ""
    if page > 1:
        headers["Before-Cursor"] = cursors.encode(limit, page - 1)
    return ApiResponse(200, _select_fields(rows, request.query.get("fields")), headers)


def _filter_people(request: ApiRequest) -> list[Person]:
    """Return the users that match all filters of the query."""
    filters = _build_filters(request)
    people = _list_candidates(request)
    return [p for p in people if all(matches(p) for matches in filters)] if filters else list(people)


def _build_filters(request: ApiRequest) -> list[Callable[[Person], bool]]:
    """Return one function for each filter, except ``user_ids``."""
    filters: list[Callable[[Person], bool]] = []
    case_sensitive = request.read_switch("filter_case") == "sensitive"
    for name, value in request.query.items():
        if name in _TEXT or name.startswith(CUSTOM):
            filters.append(_build_text_filter(name, value, case_sensitive))
        elif name in _IDS:
            filters.append(lambda p, n=name, v=value: str(p.record[n]) == v)  # type: ignore[misc]
        elif name == "app_id":
            filters.append(lambda p, v=value: v in map(str, p.app_ids))  # type: ignore[misc]
        elif name.endswith(("_since", "_until")) and name[:-6] in _TIMES:
            filters.append(_build_time_filter(name, value))
    return filters


def _list_candidates(request: ApiRequest) -> Iterable[Person]:
    """Return the users to test, found by id or exact name where the query has one, so that not all users are tested."""
    query = request.query
    if query.get("user_ids"):
        wanted = [int(part) for part in query["user_ids"].split(",") if is_digits(part.strip(), _DIGITS)]
        return [request.account.people[i] for i in sorted(set(wanted)) if i in request.account.people]
    if exact := next((query[k] for k in ("email", "username") if _is_exact(query.get(k))), None):
        return request.account.find_named(exact)
    return request.account.people.values()


def _is_exact(value: str | None) -> bool:
    return bool(value) and "*" not in str(value)


def _build_text_filter(name: str, value: str, case_sensitive: bool) -> Callable[[Person], bool]:
    flags = re.DOTALL if case_sensitive else re.DOTALL | re.IGNORECASE
    pattern = re.compile(".*".join(re.escape(part) for part in value.split("*")), flags)

    def matches(person: Person) -> bool:
        if name.startswith(CUSTOM):
            held = person.record["custom_attributes"].get(name.removeprefix(CUSTOM))
        else:
            held = person.record[name]
        return held is not None and pattern.fullmatch(str(held)) is not None

    return matches


def _build_time_filter(name: str, value: str) -> Callable[[Person], bool]:
    try:
        bound = parse_iso(value)
    except ValueError:
        raise RefusedError(build_bad_request(f"invalid value in {name}")) from None
    field = _TIMES[name[:-6]]

    def matches(person: Person) -> bool:
        held = person.record[field]
        if held is None:
            return False
        at = parse_iso(held)
        return at >= bound if name.endswith("_since") else at <= bound

    return matches


def _sort_people(people: list[Person], sort: str) -> list[Person]:
    if not sort:
        return people
    field = sort.lstrip("+-")

    def build_key(person: Person) -> tuple[bool, str, float]:
        value = person.record.get(field)
        number = float(value) if isinstance(value, (int, float)) else 0.0
        return value is None, "" if number else str(value).casefold(), number

    return sorted(people, key=build_key, reverse=sort.startswith("-"))


def _read_page(request: ApiRequest) -> tuple[int, int]:
    most = request.sim.settings.page_size
    cursor = request.query.get("cursor")
    asked = _read_cursor(cursor) if cursor else request.query
    limit = _read_positive(asked, "limit", min(DEFAULT_PAGE, most))
    return min(limit, most), _read_positive(asked, "page", 1)


def _read_positive(asked: dict[str, str], name: str, default: int) -> int:
    text = asked.get(name)
    if text is None:
        return default
    if not is_digits(text, _DIGITS) or int(text) < 1:
        raise RefusedError(build_bad_request(f"invalid value in {name}"))
    return int(text)


def _read_cursor(cursor: str) -> dict[str, str]:
    try:
        return cursors.decode(cursor)
    except ValueError:
        raise RefusedError(build_bad_request("invalid value in cursor")) from None


def _select_fields(rows: list[dict[str, Any]], fields: str | None) -> list[dict[str, Any]]:
    if fields:
        names = {name.strip() for name in fields.split(",")}
        return [{k: v for k, v in row.items() if k in names} for row in rows]
    return [{k: v for k, v in row.items() if k not in _ONLY_WHEN_NAMED} for row in rows]
