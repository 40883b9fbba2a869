# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the account's events as they come, each of them once.

OneLogin may list an event late, twice, in another order than it was written, or not at all. So each reading overlaps
the one before, and an event is known by its id.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from difflib import get_close_matches
from statistics import median

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.events import EventQuery, list_events
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Event, EventType
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold

# The ids of the types that the collection looks for, for an account that does not list the names
# (https://github.com/demisto/content, Packs/OneLogin).
_USUAL_IDS = {
    "USER_ADDED_OTP_DEVICE": 22,
    "USER_REMOVED_OTP_DEVICE": 24,
    "USER_LOST_OTP_DEVICE": 36,
    "AUTHENTICATION_FACTOR_CREATED": 170,
    "AUTHENTICATION_FACTOR_UPDATED": 171,
    "AUTHENTICATION_FACTOR_DELETED": 172,
    "API_VERIFY_FACTOR_FAILED": 527,
    "API_VERIFY_FACTOR": 528,
    "API_CONFIRM_FACTOR": 537,
    "API_CONFIRM_FACTOR_FAILED": 538,
    "API_ADDED_OTP_DEVICE": 540,
    "OL_OTP_PUSH_REJECT": 950,
    "USER_VERIFIED_OTP_DEVICE": 1400,
    "PROFILE_DEVICES_DELETE": 1600,
    "PROFILE_DEVICES_RENAME": 1601,
    "PROFILE_DEVICES_UPDATE_DEFAULT": 1602,
    "PROFILE_DEVICES_UNSET_DEFAULT": 3026,
}

OVERLAP = timedelta(minutes=2)
_MOST_PAGES = 20
_LAGS = 1000  # events from which the lag is calculated
_AGES_AGO = datetime(1, 1, 1, tzinfo=timezone.utc)


def resolve_event_types(wanted: Sequence[str], known: Sequence[EventType]) -> tuple[int, ...]:
    """Return the ids of types that are given by name, in any case, or by id.

    :raises OneLoginError: ``invalid`` for an unknown name.
    """
    ids = {fold(its.name): its.id for its in known if its.id is not None}
    found = []
    for name in wanted:
        number = int(name) if is_type_id(name) else ids.get(fold(name))
        if number is None:
            close = get_close_matches(fold(name), ids, 3)
            names = ", ".join(its.name for its in known if fold(its.name) in close)
            raise OneLoginError(
                "invalid",
                f"No type of event is named {name}." + (f" Did you mean {names}?" if names else ""),
                hint="Correct event_types. OneLogin's documentation lists the types.",
            )
        found.append(number)
    return tuple(dict.fromkeys(found))


def find_known_types(listed: Sequence[EventType], names: Iterable[str]) -> tuple[int, ...]:
    """Return the ids of types that the collection itself looks for.

    :param listed: the types that the account knows.
    :param names: names of :data:`_USUAL_IDS`, whose id counts for a type that the account does not list.
    """
    ids = {fold(its.name): its.id for its in listed if its.id is not None}
    return tuple(sorted({ids.get(fold(name), _USUAL_IDS[name]) for name in names}))


def is_type_id(text: str) -> bool:
    """Return whether a type is given by its id."""
    return text.isascii() and text.isdigit()


def build_sort_key(event: Event) -> tuple[datetime, int]:
    """Return the key by which events are sorted, oldest first."""
    return (event.created or _AGES_AGO, event.id or 0)


def drop_repetitions(events: Iterable[Event]) -> Iterator[Event]:
    """Return the events without those whose id came already."""
    seen = set[int]()
    for event in events:
        if event.id is None or event.id not in seen:
            yield event
        if event.id is not None:
            seen.add(event.id)


class EventFeed:
    """Reads the events of some types from a moment on. Each is returned once, however often OneLogin lists it.

    :param type_ids: only these types; empty for all.
    :param since: the moment, on OneLogin's clock. Readings move it on.
    :param overlap: how far each reading goes back behind what is known, for events that come late.
    :param thorough: read the whole overlap each time. Otherwise, a reading ends at a page without new events, which
        saves calls where OneLogin's pages are small, and can miss events that come late.
    :param seen: the events that an earlier feed has returned already: its :attr:`seen`.
    """

    def __init__(
        self,
        client: Client,
        clock: Clock,
        type_ids: tuple[int, ...],
        since: datetime,
        *,
        overlap: timedelta = OVERLAP,
        thorough: bool = False,
        seen: Mapping[int, datetime | None] | None = None,
    ) -> None:
        self.since = since
        self._client = client
        self._clock = clock
        self._type_ids = type_ids
        self._overlap = overlap
        self._thorough = thorough
        self._seen = dict(seen or {})
        self._newest: datetime | None = None
        self._lags: deque[float] = deque(maxlen=_LAGS)
        self._has_read = False

    @property
    def seen(self) -> Mapping[int, datetime | None]:
        """The ids of the events that a next reading can list again, with the times when they were written."""
        return dict(self._seen)

    @property
    def lag(self) -> float | None:
        """The median of the seconds from an event to the reading that brought it; None while that is not known.

        The first reading does not count, since its events may have been there for long.
        """
        return round(median(self._lags), 1) if self._lags else None

    def read(self, *, once: bool = False) -> list[Event]:
        """Return the events that are new since the last reading, oldest first.

        :param once: do not retry a call; a later reading replaces it.
        :raises OneLoginError: those of reading the pages. Nothing is lost then: the next reading starts where this did.
        """
        new: dict[int, Event] = {}
        read_at = self._clock.now()
        query = EventQuery(since=self.since, type_ids=self._type_ids)
        for number, page in enumerate(list_events(self._client, query, once=once), 1):
            read_at = page.read_at or read_at
            found = {its.id: its for its in page.events if its.id is not None and its.id not in self._seen}
            new.update(found)
            if not self._thorough and (number == _MOST_PAGES or (self._has_read and not found)):
                break
        self._note(new, read_at)
        return sorted(new.values(), key=build_sort_key)

    def _note(self, new: dict[int, Event], read_at: datetime) -> None:
        moments = [its.created for its in new.values() if its.created]
        if self._has_read:
            self._lags.extend(max(0.0, (read_at - moment).total_seconds()) for moment in moments)
        self._has_read = True
        self._seen.update((number, its.created) for number, its in new.items())
        # An event of the future would hide those of the present, and a clock that is ahead would hide all.
        newest = max((moment for moment in moments if moment <= read_at), default=None)
        if newest and (not self._newest or newest > self._newest):
            self._newest = newest
            self.since = max(self.since, newest - self._overlap)
            self._seen = {number: moment for number, moment in self._seen.items() if not moment or moment > self.since}
