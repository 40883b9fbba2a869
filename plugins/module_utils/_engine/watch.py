# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find in the account's events the registrations and verifications to poll.

An event is only a hint to poll the item. So an event that is wrong, late, doubled or missing costs a
call or time, and changes no result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.events import EventTypes, list_event_types
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Event
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.events import EventFeed, find_known_types
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context

# It is not documented which of them an enrolment through the API leaves.
_HINTS = {
    "registration": (
        "USER_ADDED_OTP_DEVICE",
        "API_CONFIRM_FACTOR",
        "API_CONFIRM_FACTOR_FAILED",
        "API_ADDED_OTP_DEVICE",
        "USER_VERIFIED_OTP_DEVICE",
    ),
    "verification": (
        "API_VERIFY_FACTOR_FAILED",
        "API_VERIFY_FACTOR",
        "OL_OTP_PUSH_REJECT",
    ),
}
_REACH = timedelta(minutes=15)  # the longest life of a code
_GROWTH = 1.5


class EventWatch:
    """Watches the events for the items of one wait, and returns the items to poll.

    :param word: what is waited for, ``registration`` or ``verification``.
    :param sleep: seconds between two readings of the events while they name items.
    :param max_sleep: longest pause between two readings, in seconds.
    :param first: when to read for the first time, on the monotonic clock.
    """

    def __init__(self, word: str, context: Context, *, sleep: float, max_sleep: float, first: float) -> None:
        self.due = first
        self._word = word
        self._context = context
        self._sleep = sleep
        self._max_sleep = max_sleep
        self._pause = sleep
        self._feed: EventFeed | None = None
        self._oldest: datetime | None = None
        self._devices: dict[int, dict[int, str | None]] = defaultdict(dict)
        self._ended: set[tuple[int, str]] = set()
        self._readings = self._events = self._named = 0

    def add(self, index: int, user_id: int, device_id: str | None, expires_at: str | None) -> None:
        """Watch for an item.

        :param device_id: its device, if it is known; an event about another device is ignored.
        """
        self._devices[user_id][index] = device_id
        if expires := parse_timestamp(expires_at):
            self._oldest = min(expires, self._oldest or expires)

    def end(self, index: int, user_id: int, device_id: str | None) -> None:
        """Stop watching an item. Further events of its device are not matched with another item."""
        self._devices[user_id].pop(index, None)
        if device_id:
            self._ended.add((user_id, device_id))

    def read(self) -> list[Event]:
        """Read the events that are new.

        :raises OneLoginError: those of the calls. With ``retry_after`` a later reading can succeed.
        """
        if not self._feed:
            self._feed = self._open_feed()
        return self._feed.read(once=True)

    def take(self, events: Sequence[Event]) -> list[int]:
        """Return the items that some events name, in the order of the events."""
        self._readings += 1
        self._events += len(events)
        named = list(dict.fromkeys(index for event in events for index in self._named_by(event)))
        self._named += len(named)
        self._schedule_reading(growing=not named)
        return named

    def fail(self) -> None:
        """Try again later."""
        self._readings += 1
        self._schedule_reading(growing=True)

    def postpone(self, seconds: float) -> None:
        """Wait at least these seconds until the next reading, because of the rate limit."""
        self.due = max(self.due, self._context.clock.monotonic() + seconds)

    def describe_lag(self) -> str | None:
        """Describe for the progress how late events come; None while that is not known."""
        lag = self._feed.lag if self._feed else None
        return None if lag is None else f"events up to {lag:.0f} s late"

    def as_result(self) -> dict[str, Any]:
        """Return the numbers of the events for the result."""
        return {
            "readings": self._readings,
            "events": self._events,
            "named": self._named,
            "lag": self._feed.lag if self._feed else None,
        }

    def _schedule_reading(self, *, growing: bool) -> None:
        self._pause = min(self._max_sleep, self._pause * _GROWTH) if growing else self._sleep
        self.due = self._context.clock.monotonic() + self._pause

    def _named_by(self, event: Event) -> Iterable[int]:
        if event.user_id is None or (event.user_id, event.device_id) in self._ended:
            return ()
        return [
            index
            for index, device_id in self._devices.get(event.user_id, {}).items()
            if device_id is None or event.device_id in (None, device_id)
        ]

    def _open_feed(self) -> EventFeed:
        client, clock = self._context.client, self._context.clock
        listed = EventTypes([])
        try:
            listed = list_event_types(client, once=True)
        except OneLoginError as error:
            if error.code == "forbidden":
                raise
        now = listed.read_at or clock.now()
        # An item was made at most the maximum lifetime of a code before it expires.
        since = min(now, self._oldest or now) - _REACH
        return EventFeed(client, clock, find_known_types(listed.types, _HINTS[self._word]), since)
