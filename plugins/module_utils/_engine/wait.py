# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Poll many registrations or verifications until people have answered, within the rate limit."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Generic

from ansible_collections.community.onelogin.plugins.module_utils._api.deadline import limit_time
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Confirmation, Event
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, Unforeseen
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Done,
    Outcome,
    Perform,
    open_pool,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.polling import A, PollSettings, PollTarget
from ansible_collections.community.onelogin.plugins.module_utils._engine.watch import EventWatch

_GROWTH = 1.5
_JITTER = 0.1
_NAP = 1.0  # seconds after which the schedule is checked again in any case
_LAST_POLL = 2.0  # seconds that a poll may take, also at the end of the wait
_JUST_BEFORE = 1.0  # seconds before the expiry at which a rejection can still be distinguished from it
_JUST_AFTER = 1.0  # seconds after an expiry at which OneLogin reports it
_LONGEST_READING = 10.0  # seconds; the end of the wait can be delayed by it
_EVENTS = -1  # in place of an item's index while events are read


ReadState = Callable[[A, int, Context], Confirmation]
"""Reads an item of the user with this id once."""


def poll(read_state: ReadState[A], word: str) -> Perform[A]:
    """Poll until each item is accepted, has ended otherwise, or the time is up.

    :param word: what is polled, ``registration`` or ``verification``; results return it under this name.
    """

    def perform(work: Mapping[int, A], context: Context, settings: Mapping[str, Any], done: Done) -> Mapping[str, Any]:
        poll_settings = PollSettings.from_options(settings)
        scheduler = _Scheduler(
            read_state, word, context, poll_settings, settings.get("msg"), done, stop=settings.get("on_error") == "stop"
        )
        workers = max(1, min(len(work), settings.get("concurrency", 1)))
        context.progress.limit = poll_settings.timeout
        context.progress.todo = "waiting"
        with open_pool(
            workers + poll_settings.events
        ) as pool:  # an extra thread, so that reading events does not delay a poll
            return scheduler.run(work, pool, workers)

    return perform


class _Scheduler(Generic[A]):
    """Decides which item is polled next, and when.

    Each item has its own pauses. The rate limit spaces the polls of all items together, so that it takes effect at once
    when people answer or the limit restarts.
    """

    def __init__(
        self,
        read_state: ReadState[A],
        word: str,
        context: Context,
        settings: PollSettings,
        msg: str | None,
        done: Done,
        *,
        stop: bool,
    ) -> None:
        self._read_state = read_state
        self._word = word
        self._context = context
        self._clock = context.clock
        self._settings = settings
        self._msg = msg
        self._done = done
        self._stop = stop
        self._stopped = False
        self._start = self._clock.monotonic()
        self._deadline = self._start + settings.timeout
        self._next_poll = self._start
        self._polls = 0
        self._targets: dict[int, PollTarget[A]] = {}
        self._due: list[tuple[float, int]] = []
        self._named: deque[int] = deque()
        self._pending: dict[Future[Any], int] = {}
        self._watch: EventWatch | None = None
        if settings.events and not context.check_mode:
            self._watch = EventWatch(
                word,
                context,
                sleep=settings.sleep,
                max_sleep=settings.max_sleep,
                first=self._start + settings.delay,
            )
            context.progress.note = self._watch.describe_lag

    def run(self, work: Mapping[int, A], pool: ThreadPoolExecutor, workers: int) -> Mapping[str, Any]:
        """Poll until nothing is left to wait for.

        :param workers: items polled at the same time.
        """
        self._add(work)
        watched = self._watch
        while (self._targets and not self._stopped) or self._polls_under_way():
            self._read_events(pool)
            polls = self._polls_under_way()
            while (pause := self._pause()) <= 0 and polls < workers:
                self._poll_next(pool)
                polls += 1
            if self._watch:
                pause = min(pause, max(0.0, self._watch.due - self._clock.monotonic()) or _NAP)
            if not self._pending:
                self._clock.sleep(min(pause, _NAP))
                continue
            pause = min(pause, _NAP) if polls < workers else _NAP
            for future in wait(self._pending, timeout=pause, return_when=FIRST_COMPLETED).done:
                self._take(self._pending.pop(future), future)
        events = {"events": watched.as_result()} if watched else {}
        return {"elapsed": self._elapsed(), "polls": self._polls, **events}

    def _polls_under_way(self) -> int:
        return len(self._pending) - (_EVENTS in self._pending.values())

    def _add(self, work: Mapping[int, A]) -> None:
        """Add the items, and schedule their first polls."""
        for index, item in work.items():
            try:
                target = PollTarget(item, self._context.find_user_id(item.user), self._settings.sleep)
            except OneLoginError as error:
                self._fail(index, error, self._counts(0))
                continue
            self._targets[index] = target
            if self._watch:
                self._watch.add(index, target.user_id, item.device_id, item.expires_at)
        if not self._stopped:
            self._schedule_all(self._start + self._settings.delay)

    def _schedule_all(self, first: float) -> None:
        """Spread the first polls over one pause; where events are watched, no item is polled before it is named."""
        if self._watch:
            first += self._settings.fallback
        idle = [(index, target) for index, target in self._targets.items() if target.due is not None]
        apart = self._settings.sleep / max(1, len(idle))
        for place, (index, target) in enumerate(idle):
            self._schedule(index, target, self._around_expiry(target, first + place * apart))

    def _schedule(self, index: int, target: PollTarget[A], at: float) -> None:
        target.due = min(at, self._deadline)
        heapq.heappush(self._due, (target.due, index))

    def _pause(self) -> float:
        """Return seconds until the next poll may be made."""
        if self._named:
            return 0.0
        while self._due and not self._is_due(*self._due[0]):
            heapq.heappop(self._due)
        if not self._due:
            return float("inf")
        return max(self._due[0][0], self._next_poll) - self._clock.monotonic()

    def _is_due(self, at: float, index: int) -> bool:
        """Return whether a place in the schedule still holds: an event may have brought the poll forward."""
        return index in self._targets and self._targets[index].due == at

    def _poll_next(self, pool: ThreadPoolExecutor) -> None:
        """Poll the item that an event has named, or that is due."""
        if self._named:
            index = self._named.popleft()
        else:
            index = heapq.heappop(self._due)[1]
            self._next_poll = self._clock.monotonic() + self._apart()
        target = self._targets[index]
        target.due, target.named = None, False
        self._pending[pool.submit(self._poll_in_time, target)] = index

    def _poll_in_time(self, target: PollTarget[A]) -> Confirmation:
        """Poll, but never longer than the wait lasts."""
        with limit_time(max(_LAST_POLL, self._deadline - self._clock.monotonic())):
            return self._read_state(target.item, target.user_id, self._context)

    def _read_events(self, pool: ThreadPoolExecutor) -> None:
        """Read the events, if it is time and they are not being read."""
        now = self._clock.monotonic()
        watch = self._watch
        if not watch or not watch.due <= now < self._deadline or _EVENTS in self._pending.values():
            return

        def read() -> list[Event]:
            with limit_time(min(_LONGEST_READING, self._deadline - now)):
                return watch.read()

        self._pending[pool.submit(read)] = _EVENTS

    def _take_events(self, watch: EventWatch, future: Future[list[Event]]) -> None:
        """Schedule the items with an event. If events cannot be read, poll all items as without events."""
        named: list[int] = []
        try:
            named = watch.take(future.result())
        except OneLoginError as error:
            if error.retry_after is None:
                self._stop_watching(error)
                return
            watch.fail()
        except Exception as mistake:  # noqa: BLE001 - it must not end the wait
            self._stop_watching(Unforeseen(mistake))
            return
        for index in named:
            target = self._targets[index]
            if not target.named and target.due is not None:
                self._named.append(index)
            target.named = True
        watch.postpone(2 * self._spare())

    def _stop_watching(self, error: OneLoginError) -> None:
        self._watch = None
        self._context.progress.note = lambda: None
        self._context.warnings.append(
            f"The events of the account cannot be read: {error.message} Each item is polled as if events were not set."
        )
        self._schedule_all(self._clock.monotonic())

    def _apart(self) -> float:
        """Return the seconds between polls with which the calls suffice, also for a last poll of each item."""
        apart = self._spare()
        pause = self._settings.fallback if self._watch else self._settings.sleep
        return apart if apart * len(self._targets) > pause else 0.0

    def _spare(self) -> float:
        """Return seconds for each call that is not needed for a last poll of each item."""
        budget = self._context.client.limit.read_budget()
        if budget is None:
            return 0.0
        calls, seconds = budget
        horizon = min(seconds, max(0.0, self._deadline - self._clock.monotonic()))
        return horizon / max(1, calls - len(self._targets))

    def _take(self, index: int, future: Future[Any]) -> None:
        if index == _EVENTS:
            if self._watch:
                self._take_events(self._watch, future)
            return
        target = self._targets[index]
        target.polls += 1
        self._polls += 1
        try:
            target.last, target.trouble = future.result(), None
        except OneLoginError as error:
            if error.retry_after is None:
                self._end(index, error)
                return
            target.trouble = error
        except Exception as mistake:  # noqa: BLE001 - it must not lose the results of the others
            self._end(index, Unforeseen(mistake))
            return
        if target.last and target.last.is_accepted:
            self._end(index, None)
        elif (ended := target.find_end_error(self._clock.now(), self._elapsed())) is not None:
            self._end(index, ended)
        elif self._context.check_mode and target.last:
            self._end(index, None)
        elif self._clock.monotonic() >= self._deadline:
            self._end(index, target.build_timeout_error(self._settings.timeout, self._msg))
        elif not self._stopped:
            self._schedule(index, target, self._next(target))
            if target.named and not target.trouble:  # while it was being polled, so maybe after OneLogin had looked
                self._named.append(index)

    def _next(self, target: PollTarget[A]) -> float:
        """When to poll an item again: after a jittered pause that grows from poll to poll.

        One that is about to expire is polled just after that, which saves a poll before. Each item is polled once more
        at the deadline. Where events are watched, an item that none of them names is polled seldom.
        """
        now = self._clock.monotonic()
        if self._watch and not target.trouble:
            return self._around_expiry(target, now + self._settings.fallback)
        pause = target.pause * self._clock.jitter(1 - _JITTER, 1 + _JITTER)
        if target.trouble and target.trouble.retry_after:
            pause = max(pause, target.trouble.retry_after)
        target.pause = min(self._settings.max_sleep, target.pause * _GROWTH)
        expires = parse_timestamp(target.item.expires_at)
        if expires and not target.trouble:
            left = (expires - self._clock.now()).total_seconds() + _JUST_AFTER
            if 0 < left <= 2 * pause:
                pause = left
        return min(now + pause, self._deadline)

    def _around_expiry(self, target: PollTarget[A], at: float) -> float:
        """When to poll in place of a time behind the expiry: just before it, and when that is past, just after.

        An item that has expired before its first poll is polled without the pause.
        """
        expires = parse_timestamp(target.item.expires_at) if self._watch else None
        if not expires:
            return at
        now, left = self._clock.monotonic(), (expires - self._clock.now()).total_seconds()
        pauses = (left - _JUST_BEFORE, left + _JUST_AFTER)
        late = at if target.last else at - self._settings.fallback
        return min(at, next((now + pause for pause in pauses if pause > 0), late))

    def _end(self, index: int, error: OneLoginError | None) -> None:
        target = self._targets.pop(index)
        if self._watch:
            self._watch.end(index, target.user_id, target.last.device_id if target.last else None)
        result = self._counts(target.polls)
        if target.last:
            result[self._word] = target.last.as_result()
        if error:
            self._fail(index, error, result)
        elif target.last:
            self._done(index, Outcome(target.last.status, result))

    def _fail(self, index: int, error: OneLoginError, result: dict[str, Any]) -> None:
        """Report a failure, after which the other items may not be polled any more."""
        self._done(index, Outcome.failed(error, result))
        if self._stop:
            self._stopped, self._watch = True, None
            self._due.clear()
            self._named.clear()

    def _counts(self, polls: int) -> dict[str, Any]:
        return {"elapsed": self._elapsed(), "polls": polls}

    def _elapsed(self) -> int:
        return int(self._clock.monotonic() - self._start)
