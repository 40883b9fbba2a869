# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Waiting for people: many registrations or verifications, polled from one scheduler on one monotonic clock.

This file is private to the collection.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._mfa import ACCEPTED, PENDING, Progress
from ansible_collections.community.onelogin.plugins.module_utils._operation import Context, Done, Item, Outcome, Perform
from ansible_collections.community.onelogin.plugins.module_utils._users import UserSelector

_GROWTH = 1.5
_JITTER = 0.1
_GRACE = timedelta(seconds=5)  # how far this machine's clock may be ahead of OneLogin's


class Awaited(Item, Protocol):
    """An item that can be waited for."""

    @property
    def user(self) -> UserSelector:
        """Whose it is."""

    @property
    def expires_at(self) -> str | None:
        """When it expires, where that is known."""


A = TypeVar("A", bound=Awaited)
Look = Callable[[A, int, Context], Progress]
"""Asks once, for an item of a user with this id."""
Describe = Callable[[A, int, Progress], dict[str, Any]]
"""What is returned of an item."""


@dataclass(frozen=True)
class Pace:
    """How long and how often to look, in seconds."""

    timeout: float
    delay: float
    sleep: float
    max_sleep: float

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Pace:
        """:raises OneLoginError: ``invalid``."""
        for name in ("timeout", "delay"):
            if options[name] < 0:
                raise OneLoginError("invalid", f"{name} is {options[name]}; it must not be negative.")
        if not 0 < options["sleep"] <= options["max_sleep"]:
            raise OneLoginError(
                "invalid",
                f"sleep is {options['sleep']}; it must be above 0 and at most max_sleep, {options['max_sleep']}.",
            )
        return cls(options["timeout"], options["delay"], options["sleep"], options["max_sleep"])


@dataclass
class _Watch(Generic[A]):
    """One item under watch."""

    item: A
    user_id: int
    pause: float
    polls: int = 0
    last: Progress | None = None
    trouble: OneLoginError | None = None


def poll(look: Look[A], describe: Describe[A]) -> Perform[A]:
    """Perform by waiting until each item is accepted, has come to another end, or the time is out."""

    def perform(work: Mapping[int, A], context: Context, settings: Mapping[str, Any], done: Done) -> Mapping[str, Any]:
        pace = Pace.from_options(settings)
        scheduler = _Scheduler(look, describe, context, pace, settings.get("msg"), done)
        workers = max(1, min(len(work), settings.get("concurrency", 1)))
        with ThreadPoolExecutor(workers) as pool:
            return scheduler.run(work, pool, workers)

    return perform


class _Scheduler(Generic[A]):
    def __init__(
        self, look: Look[A], describe: Describe[A], context: Context, pace: Pace, msg: str | None, done: Done
    ) -> None:
        self._look = look
        self._describe = describe
        self._context = context
        self._clock = context.clock
        self._pace = pace
        self._msg = msg
        self._done = done
        self._start = self._clock.monotonic()
        self._polls = 0
        self._watches: dict[int, _Watch[A]] = {}
        self._due: list[tuple[float, int]] = []

    def run(self, work: Mapping[int, A], pool: ThreadPoolExecutor, workers: int) -> Mapping[str, Any]:
        """Poll, so many at a time, until nothing is left to wait for."""
        for index, item in work.items():
            try:
                user_id = self._context.user_id(item.user)
            except OneLoginError as error:
                self._done(index, Outcome.failed(error, self._counts(0)))
                continue
            self._watches[index] = _Watch(item, user_id, self._pace.sleep)
            heapq.heappush(self._due, (self._start + self._pace.delay, index))
        asked: dict[Future[Progress], int] = {}
        while self._due or asked:
            now = self._clock.monotonic()
            while self._due and len(asked) < workers and self._due[0][0] <= now:
                index = heapq.heappop(self._due)[1]
                asked[pool.submit(self._ask, self._watches[index])] = index
            pause = max(0.0, self._due[0][0] - now) if self._due and len(asked) < workers else None
            if not asked:
                self._clock.sleep(pause or 0.0)
                continue
            finished, _running = wait(asked, timeout=pause, return_when=FIRST_COMPLETED)
            for future in finished:
                self._take(asked.pop(future), future)
        return {"elapsed": self._elapsed(), "polls": self._polls}

    def _ask(self, watch: _Watch[A]) -> Progress:
        return self._look(watch.item, watch.user_id, self._context)

    def _take(self, index: int, future: Future[Progress]) -> None:
        watch = self._watches[index]
        watch.polls += 1
        self._polls += 1
        try:
            watch.last, watch.trouble = future.result(), None
        except OneLoginError as error:
            if error.retry_after is None:
                self._end(index, error)
                return
            watch.trouble = error
        if watch.last and watch.last.status == ACCEPTED:
            self._end(index, None)
        elif (over := self._over(watch)) is not None:
            self._end(index, over)
        elif self._context.check_mode and watch.last:
            self._end(index, None)
        elif self._clock.monotonic() >= self._start + self._pace.timeout:
            self._end(index, self._timeout(watch))
        else:
            heapq.heappush(self._due, (self._next(watch), index))

    def _next(self, watch: _Watch[A]) -> float:
        """When to look again: pauses grow and are jittered, and stretch so that all polls fit what the limit has left.

        The last look is at the very end of the time.
        """
        now = self._clock.monotonic()
        pause = watch.pause * self._clock.jitter(1 - _JITTER, 1 + _JITTER)
        pause = max(pause, self._context.client.limit.pace() * (len(self._due) + 1))
        if watch.trouble and watch.trouble.retry_after:
            pause = max(pause, watch.trouble.retry_after)
        watch.pause = min(self._pace.max_sleep, watch.pause * _GROWTH)
        return min(now + pause, self._start + self._pace.timeout)

    def _over(self, watch: _Watch[A]) -> OneLoginError | None:
        """The error of an item that no waiting can help."""
        if watch.last is None:
            return None
        expires = parse_timestamp(watch.last.expires_at or watch.item.expires_at)
        status, now = watch.last.status, self._clock.now()
        if status == "expired" or (expires and now >= expires and status != PENDING):
            return OneLoginError("expired", "The time to answer is over.")
        if status == PENDING:
            if expires and now > expires + _GRACE:
                return OneLoginError("expired", "The time to answer is over, and OneLogin still calls it pending.")
            return None
        if status == "rejected":
            return OneLoginError("rejected", "It was refused, or its time ran out.")
        return OneLoginError("rejected", f"It has come to the end that OneLogin calls {status}.")

    def _timeout(self, watch: _Watch[A]) -> OneLoginError:
        if self._msg:
            return OneLoginError("timeout", self._msg)
        seconds = f"{self._pace.timeout:g} s"
        if watch.last is None and watch.trouble:
            return OneLoginError("timeout", f"OneLogin could not be asked within {seconds}: {watch.trouble.message}")
        return OneLoginError("timeout", f"No answer within {seconds}; it is still pending.")

    def _end(self, index: int, error: OneLoginError | None) -> None:
        watch = self._watches.pop(index)
        result = self._counts(watch.polls)
        if watch.last:
            result.update(self._describe(watch.item, watch.user_id, watch.last))
        if error:
            self._done(index, Outcome.failed(error, result))
        elif watch.last:
            self._done(index, Outcome(watch.last.status, result))

    def _counts(self, polls: int) -> dict[str, Any]:
        return {"elapsed": self._elapsed(), "polls": polls}

    def _elapsed(self) -> int:
        return int(self._clock.monotonic() - self._start)
