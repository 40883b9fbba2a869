# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's event log, which OneLogin answers on v1 only."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import quote

from simulator.answers import Answer, envelope, success
from simulator.call import Call
from simulator.clock import iso_millis, parse_iso
from simulator.state import EVENT_TYPES

PAGE = 50
_EXACT = ("client_id", "directory_id", "id", "resolution", "user_id", "created_at")


def types(_call: Call) -> Answer:
    """``GET /api/1/events/types``: the types that concern MFA."""
    rows = [{"id": number, "name": name, "description": ""} for number, name in EVENT_TYPES.items()]
    return Answer(200, {"status": success(), "data": rows})


def get(call: Call) -> Answer:
    """``GET /api/1/events/{event_id}``."""
    wanted = call.path["event_id"]
    for event in call.account.events:
        if str(event["id"]) == wanted:
            return Answer(200, {"status": success(), "data": event})
    return envelope(404, "Not Found")


def listing(call: Call) -> Answer:
    """``GET /api/1/events``: filters, ``sort``, ``limit`` and cursors."""
    query = call.query
    try:
        limit = int(query.get("limit", PAGE))
        since, until = (parse_iso(query[key]) if query.get(key) else None for key in ("since", "until"))
        after = _position(query["after_cursor"]) if query.get("after_cursor") else None
        before = _position(query["before_cursor"]) if query.get("before_cursor") else None
    except ValueError:
        return envelope(400, "Bad request")
    if limit < 1:
        return envelope(400, "Bad request")
    wanted_types = {part.strip() for part in query.get("event_type_id", "").split(",") if part}
    rows = []
    for event in call.account.events:
        at = event["created_at"]
        if wanted_types and str(event["event_type_id"]) not in wanted_types:
            continue
        if (since is not None and at <= since) or (until is not None and at >= until):
            continue
        if all(str(event.get(k)) == query[k] for k in _EXACT if query.get(k)):
            rows.append(event)
    # A plus sign in a query may reach the server as the blank it stands for.
    if query.get("sort", "").strip() not in ("id", "+id"):
        rows.reverse()
    start = 0
    ids = [row["id"] for row in rows]
    if after is not None:
        start = ids.index(after) + 1 if after in ids else len(ids)
    elif before is not None:
        start = max(0, (ids.index(before) if before in ids else 0) - limit)
    page = rows[start : start + limit]
    more = start + limit < len(rows)
    after_cursor = _cursor(page[-1]["id"]) if page and more else None
    before_cursor = _cursor(page[0]["id"]) if page and start else None
    if query.get("fields"):
        names = [name.strip() for name in query["fields"].split(",")]
        page = [{name: row[name] for name in names if name in row} for row in page]
    pagination = {
        "before_cursor": before_cursor,
        "after_cursor": after_cursor,
        "previous_link": _link(call, "before_cursor", before_cursor),
        "next_link": _link(call, "after_cursor", after_cursor),
    }
    return Answer(200, {"status": success(), "pagination": pagination, "data": page})


def _cursor(event_id: int) -> str:
    return base64.b64encode(f"id:::{event_id}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("id:::"))
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise ValueError("bad cursor") from problem


def _link(call: Call, name: str, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    return f"{call.base_url}/api/1/events?{name}={quote(cursor, safe='')}"
