# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account's events for ansible-rulebook, each of them once, also after a restart."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any, Protocol

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.events import list_event_types
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Event
from ansible_collections.community.onelogin.plugins.module_utils._api.requests_library import REQUESTS_IMPORT_ERROR
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.events import EventFeed, resolve_event_types
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account
from ansible_collections.community.onelogin.plugins.plugin_utils._events.options import SourceOptions
from ansible_collections.community.onelogin.plugins.plugin_utils._events.state import FeedState, StateFile

_LOG = logging.getLogger("community.onelogin.events")
_PASSING = ("rate_limited", "unavailable", "bad_response")
_LONGEST_PAUSE = 300.0
_SCOPES = "Use an API credential of the scope Read Users, or of one that includes it, such as Manage All."


class Queue(Protocol):
    """What ansible-rulebook gives to a source, and the queue on which it confirms events."""

    async def put(self, item: Any) -> None:
        """Hand over an event."""

    async def get(self) -> Any:
        """Wait for the next confirmation."""


class EventLog:
    """The events of an account that were not handed over yet.

    :param file: holds the state, which is written with each event.
    :param names: the names of the types of events, by id.
    """

    def __init__(self, file: StateFile, state: FeedState, feed: EventFeed, names: Mapping[int | None, str]) -> None:
        self._file = file
        self._state = state
        self._feed = feed
        self._names = names

    @classmethod
    def open(cls, options: SourceOptions, file: StateFile, clock: Clock) -> EventLog:
        """Go on where the file says, or begin now.

        :raises OneLoginError: ``invalid``, if the options or the file do not fit the account, and those of the calls.
        """
        client = Client(options.connection, clock)
        account = Account(client.connection.host, client.connection.region, client.tokens.find_account_id())
        listed = list_event_types(client, once=True)
        type_ids = resolve_event_types(options.types, listed.types)
        state = file.read()
        if not state:
            state = FeedState(account, options.since or listed.read_at or clock.now(), {})
            file.write(state)
        state.refuse_other(account)
        feed = EventFeed(client, clock, type_ids, state.since, overlap=options.overlap, thorough=True, seen=state.seen)
        return cls(file, state, feed, {its.id: its.name for its in listed.types})

    def read(self) -> list[Event]:
        """Return the new events, oldest first.

        :raises OneLoginError: those of the calls.
        """
        return self._feed.read(once=True)

    def as_event(self, event: Event) -> dict[str, Any]:
        """Build an event for ansible-rulebook: the keys of ``event_info``, and an id that a restart does not change."""
        account = self._state.account
        name = f"onelogin:{account.name or account.host}:{event.id}"
        return {
            **event.as_result(self._names.get(event.type_id)),
            "meta": {"uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, name))},
        }

    def record(self, event: Event) -> None:
        """Record that an event was handed over.

        :raises OneLoginError: ``invalid``, if the file cannot be written.
        """
        if event.id is not None:
            self._write(replace(self._state, seen={**self._state.seen, event.id: event.created}))

    def advance(self) -> None:
        """Forget what no later reading can return, after all events of a reading were handed over.

        :raises OneLoginError: ``invalid``, if the file cannot be written.
        """
        if self._feed.since != self._state.since:
            self._write(replace(self._state, since=self._feed.since, seen=self._feed.seen))

    def _write(self, state: FeedState) -> None:
        self._file.write(state)
        self._state = state


async def run(queue: Queue, arguments: Mapping[str, Any]) -> None:
    """Hand over the events to ansible-rulebook, until it ends this.

    :raises RuntimeError: an error that does not pass by itself, with what to do.
    """
    if REQUESTS_IMPORT_ERROR:
        raise RuntimeError(f"The Python of ansible-rulebook lacks the library requests: {REQUESTS_IMPORT_ERROR}")
    try:
        options = SourceOptions.parse(arguments)
        with closing(StateFile(options.state_file)) as file:
            await _hand_over(options, file, queue, arguments.get("eda_feedback_queue"))
    except OneLoginError as error:
        hint = _SCOPES if error.code == "forbidden" else error.hint
        raise RuntimeError(f"{error.message} {hint}") from None


async def _hand_over(options: SourceOptions, file: StateFile, queue: Queue, feedback: Queue | None) -> None:
    log: EventLog | None = None
    while True:
        log, events = await _read(options, file, log)
        for event in events:
            await queue.put(log.as_event(event))
            if feedback:
                await feedback.get()
            log.record(event)
        log.advance()
        await asyncio.sleep(options.interval)


async def _read(options: SourceOptions, file: StateFile, log: EventLog | None) -> tuple[EventLog, list[Event]]:
    """Read the new events, again and again if that fails.

    :returns: where to read the next ones, and the events.
    """
    failures = 0
    while True:
        try:
            if not log:
                log = await asyncio.to_thread(EventLog.open, options, file, Clock())
            events = await asyncio.to_thread(log.read)
        except OneLoginError as error:
            if error.code not in _PASSING:
                raise
            if not failures:
                _LOG.warning("OneLogin's events cannot be read; the source keeps trying. %s", error.message)
            # A client whose credential was refused keeps that in mind, so the next try takes a new one.
            log, failures = None, failures + 1
            await asyncio.sleep(_compute_pause(error, options.interval, failures))
        else:
            if failures:
                _LOG.warning("OneLogin's events can be read again.")
            return log, events


def _compute_pause(error: OneLoginError, interval: float, failures: int) -> float:
    """Return seconds until the next try, which grow with the number of failures."""
    growing = min(max(interval, _LONGEST_PAUSE), interval * 2.0 ** min(failures - 1, 20))
    return max(growing, error.retry_after or 0)
