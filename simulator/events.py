# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The events of the account, which OneLogin has in API v1 only."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from simulator import cursors
from simulator.clock import format_iso_millis, parse_iso
from simulator.event_log import EVENT_TYPES
from simulator.request import ApiRequest
from simulator.responses import ApiResponse, build_envelope, build_success

PAGE = 50
_PRIME = 40503  # has neighbours far apart
_LONGEST_LAG = 41  # seconds, exclusive
_EXACT = ("client_id", "directory_id", "id", "resolution", "user_id", "created_at")


def list_types(_request: ApiRequest) -> ApiResponse:
    """``GET /api/1/events/types``: the types that concern MFA."""
    rows = [{"id": number, "name": name, "description": ""} for number, name in EVENT_TYPES.items()]
    return ApiResponse(200, {"status": build_success(), "data": rows})


def get_event(request: ApiRequest) -> ApiResponse:
    """``GET /api/1/events/{event_id}``."""
    wanted = request.path["event_id"]
    for event in request.account.event_log.rows:
        if str(event["id"]) == wanted:
            return ApiResponse(200, {"status": build_success(), "data": event})
    return build_envelope(404, "Not Found")


def list_events(request: ApiRequest) -> ApiResponse:
    """``GET /api/1/events``: filters, ``sort``, ``limit`` and cursors."""
    query = request.query
    try:
        limit = int(query.get("limit", PAGE))
        if limit < 1:
            return build_envelope(400, "Bad request")
        if request.read_switch("event_page") == "50":
            limit = min(limit, PAGE)
        rows = _arrange(request, _filter_events(request))
        start = _find_start(rows, query, limit)
    except ValueError:
        return build_envelope(400, "Bad request")
    page = rows[start : start + limit]
    after = cursors.encode_id(page[-1]["id"]) if page and start + limit < len(rows) else None
    before = cursors.encode_id(page[0]["id"]) if page and start else None
    pagination = {
        "before_cursor": before,
        "after_cursor": after,
        "previous_link": _build_link(request, "before_cursor", before),
        "next_link": _build_link(request, "after_cursor", after),
    }
    if query.get("fields"):
        names = [name.strip() for name in query["fields"].split(",")]
        page = [{name: row[name] for name in names if name in row} for row in page]
    return ApiResponse(200, {"status": build_success(), "pagination": pagination, "data": page})


def _arrange(request: ApiRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events in the order, and as often, as they are listed."""
    if request.read_switch("event_order") == "mixed":
        rows.sort(key=lambda row: row["id"] * _PRIME % 2**16)
    # A plus sign in a query may reach the server as a blank.
    elif request.query.get("sort", "").strip() not in ("id", "+id"):
        rows.reverse()
    copies = int(request.read_switch("event_copies"))
    return [row for row in rows for _copy in range(copies)]


def _is_listed(request: ApiRequest, event: dict[str, Any]) -> bool:
    """Return whether an event is listed by now, if ever."""
    kept, lag = request.read_switch("events_listed"), request.read_switch("event_lag")
    if kept == "none" or (kept == "half" and event["id"] % 2):
        return False
    if lag == "none":
        return True
    seconds = event["id"] * _PRIME % _LONGEST_LAG if lag == "uneven" else int(lag)
    return parse_iso(event["created_at"]) + seconds <= request.sim.clock.now()


def _filter_events(request: ApiRequest) -> list[dict[str, Any]]:
    """Return the events that match the filters, oldest first, without those at the limits of the time window."""
    query = request.query
    since, until = (format_iso_millis(parse_iso(query[end])) if query.get(end) else None for end in ("since", "until"))
    types_wanted = {part.strip() for part in query.get("event_type_id", "").split(",") if part}
    return [
        event
        for event in filter(partial(_is_listed, request), request.account.event_log.rows)
        if (not types_wanted or str(event["event_type_id"]) in types_wanted)
        and (since is None or event["created_at"] > since)
        and (until is None or event["created_at"] < until)
        and all(str(event.get(name)) == query[name] for name in _EXACT if query.get(name))
    ]


def _find_start(rows: list[dict[str, Any]], query: dict[str, str], limit: int) -> int:
    """Return the index of the first row of the requested page."""
    ids = [row["id"] for row in rows]
    if query.get("after_cursor"):
        after = cursors.decode_id(query["after_cursor"])
        return len(ids) - ids[::-1].index(after) if after in ids else len(ids)
    if query.get("before_cursor"):
        before = cursors.decode_id(query["before_cursor"])
        return max(0, (ids.index(before) if before in ids else 0) - limit)
    return 0


def _build_link(request: ApiRequest, name: str, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    return f"{request.base_url}/api/1/events?{name}={quote(cursor, safe='')}"
