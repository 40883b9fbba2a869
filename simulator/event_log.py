# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of the account's events, which ``events.py`` lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.clock import format_iso_millis
from simulator.people import Person
from simulator.settings import Settings

FIRST_EVENT = 904257546
EVENT_TYPES = {
    22: "USER_ADDED_OTP_DEVICE",
    24: "USER_REMOVED_OTP_DEVICE",
    105: "SMS_FAILURE",
    527: "API_VERIFY_FACTOR_FAILED",
    528: "API_VERIFY_FACTOR",
    537: "API_CONFIRM_FACTOR",
    538: "API_CONFIRM_FACTOR_FAILED",
    539: "API_TRIGGER_FACTOR",
    540: "API_ADDED_OTP_DEVICE",
    950: "OL_OTP_PUSH_REJECT",
    1100: "TEMP_OTP_TOKEN_GENERATED",
    1400: "USER_VERIFIED_OTP_DEVICE",
}


class EventLog:
    """The events of the account, oldest first.

    :ivar rows: the events in the form of ``GET /api/1/events/{event_id}``.
    """

    def __init__(self, people: Mapping[int, Person], settings: Callable[[], Settings]) -> None:
        self.rows: list[dict[str, Any]] = []
        self._people = people
        self._settings = settings

    def add(self, kind: int, user_id: int, device_id: str | None, device_name: str | None, at: float) -> None:
        """Record an event of one of the ``EVENT_TYPES``; ``at`` in seconds since the epoch."""
        record = self._people[user_id].record
        self.rows.append(
            {
                "id": FIRST_EVENT + len(self.rows),
                "event_type_id": kind,
                "user_id": user_id,
                "user_name": f"{record['firstname'] or ''} {record['lastname'] or ''}".strip(),
                "otp_device_id": int(device_id) if device_id else None,
                "otp_device_name": device_name,
                "created_at": format_iso_millis(at),
                "account_id": self._settings().account_id,
                "actor_user_id": None,
                "actor_system": "API",
                "client_id": None,
                "ipaddr": "127.0.0.1",
                "notes": None,
            }
        )
