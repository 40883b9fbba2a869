# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events that the enrolment leaves in the account's log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.events import EventQuery, list_events
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import Session, Unanswered

NAMES = ("enrolment_event", "event_lag", "event_order", "event_copies")
_ENROLMENT = (22, 540, 1400)
"""USER_ADDED_OTP_DEVICE, API_ADDED_OTP_DEVICE, USER_VERIFIED_OTP_DEVICE (https://developers.onelogin.com/api-docs/1/events/event-resource)."""
_PATIENCE = 60.0  # seconds
_POLL = 5.0
_FEW = 3  # events from which on an order shows
_HALF_MINUTE = 30.0

_Row = Mapping[str, Any]


def ask_events(session: Session, since: datetime) -> None:
    """Wait until the event of the enrolment is listed.

    :param since: when the enrolment began.
    :raises Unanswered: no event of the test user is listed.
    """
    session.step = "waiting for the event of the enrolment"
    begun, polls = session.clock.monotonic(), 0
    query = EventQuery(since=since - timedelta(seconds=_POLL), user_id=session.user_id)
    while True:
        polls += 1
        rows = session.ask(lambda: next(list_events(session.client, query))).row.get("data") or []
        found = [row for row in rows if row.get("event_type_id") in _ENROLMENT]
        waited = session.clock.monotonic() - begun
        if found or waited >= _PATIENCE:
            break
        session.clock.sleep(_POLL)
    if not rows:
        raise Unanswered(f"No event of the test user was listed within {waited:.0f} s.")
    _note_type(session, rows, found)
    _note_list(session, rows)
    if found:
        _note_lag(session, found[-1], polls)


def _note_type(session: Session, rows: Sequence[_Row], found: Sequence[_Row]) -> None:
    seen = sorted({str(row.get("event_type_id")) for row in rows}, key=lambda text: (len(text), text))
    types = sorted({str(row["event_type_id"]) for row in found})
    values: dict[tuple[str, ...], str] = {(): "none", **{(str(number),): str(number) for number in _ENROLMENT}}
    session.answers.choose("enrolment_event", tuple(types), values, f"events of the types {', '.join(seen)}")


def _note_list(session: Session, rows: Sequence[_Row]) -> None:
    ids = [row.get("id") for row in rows]
    different = list(dict.fromkeys(ids))
    copies = max(ids.count(its) for its in different)
    session.answers.choose("event_copies", copies, {1: "1", 2: "2"}, f"{len(ids)} rows, {len(different)} events")
    if len(different) >= _FEW:
        ordered = different == sorted(different, key=lambda its: int(str(its)), reverse=True)
        session.answers.record("event_order", "sorted" if ordered else "mixed", f"{len(different)} events, sort=-id")


def _note_lag(session: Session, row: _Row, polls: int) -> None:
    created = parse_timestamp(row.get("created_at"))
    if polls == 1:
        session.answers.record("event_lag", "none", "listed at the first request")
    elif created:
        lag = (session.clock.now() - created).total_seconds()
        near = lag - _POLL <= _HALF_MINUTE <= lag + 1
        session.answers.record("event_lag", "30" if near else "uneven", f"listed up to {lag:.0f} s after its time")
