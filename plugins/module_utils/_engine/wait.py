# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Waiting for people: many registrations or verifications, polled from one scheduler on one monotonic clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import ACCEPTED, PENDING, State
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, Unforeseen
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import refuse_outside
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Done,
    Item,
    Outcome,
    Perform,
    threads,
)

_GROWTH = 1.5
_JITTER = 0.1
_NAP = 1.0  # seconds after which the plan is looked at again, whatever it says
_JUST_AFTER = 1.0  # seconds after an expiry at which OneLogin is taken to know of it
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
Look = Callable[[A, int, Context], State]
"""Asks once, for an item of a user with this id."""
Describe = Callable[[int, State], dict[str, Any]]
"""What is returned of one, from its user's id and its state."""


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
        for name in ("timeout", "delay", "max_sleep"):
            refuse_outside(name, options[name], 0, unit="seconds")
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
    last: State | None = None
    trouble: OneLoginError | None = None


def poll(look: Look[A], describe: Describe) -> Perform[A]:
    """Perform by waiting until each item is accepted, has come to another end, or the time is out."""

    def perform(work: Mapping[int, A], context: Context, settings: Mapping[str, Any], done: Done) -> Mapping[str, Any]:
        pace = Pace.from_options(settings)
        scheduler = _Scheduler(
            look, describe, context, pace, settings.get("msg"), done, stop=settings.get("on_error") == "stop"
        )
        workers = max(1, min(len(work), settings.get("concurrency", 1)))
        context.progress.limit = pace.timeout
        context.progress.todo = "waiting"
        with threads(workers) as pool:
            return scheduler.run(work, pool, workers)

    return perform


class _Scheduler(Generic[A]):
    """Decides who is asked next, and when.

    Each item has its own pauses; what the hourly limit allows spaces the looks at all of them together, so that it
    takes effect at once when people answer or the limit restarts.
    """

    def __init__(
        self,
        look: Look[A],
        describe: Describe,
        context: Context,
        pace: Pace,
        msg: str | None,
        done: Done,
        *,
        stop: bool,
    ) -> None:
        self._look = look
        self._describe = describe
        self._context = context
        self._clock = context.clock
        self._pace = pace
        self._msg = msg
        self._done = done
        self._stop = stop
        self._stopped = False
        self._start = self._clock.monotonic()
        self._deadline = self._start + pace.timeout
        self._next_look = self._start
        self._polls = 0
        self._watches: dict[int, _Watch[A]] = {}
        self._due: list[tuple[float, int]] = []
        self._asked: dict[Future[State], int] = {}

    def run(self, work: Mapping[int, A], pool: ThreadPoolExecutor, workers: int) -> Mapping[str, Any]:
        """Poll, so many at a time, until nothing is left to wait for."""
        self._enrol(work)
        while self._due or self._asked:
            while (pause := self._pause()) <= 0 and len(self._asked) < workers:
                self._ask_next(pool)
            if not self._asked:
                self._clock.sleep(min(pause, _NAP))
                continue
            pause = min(pause, _NAP) if len(self._asked) < workers else _NAP
            for future in wait(self._asked, timeout=pause, return_when=FIRST_COMPLETED).done:
                self._take(self._asked.pop(future), future)
        return {"elapsed": self._elapsed(), "polls": self._polls}

    def _enrol(self, work: Mapping[int, A]) -> None:
        """Take the items in, and spread the first looks over one pause."""
        for index, item in work.items():
            try:
                self._watches[index] = _Watch(item, self._context.user_id(item.user), self._pace.sleep)
            except OneLoginError as error:
                self._fail(index, error, self._counts(0))
        first = self._start + self._pace.delay
        apart = self._pace.sleep / len(self._watches) if self._watches else 0.0
        if self._stopped:
            return
        self._due = [(min(first + place * apart, self._deadline), index) for place, index in enumerate(self._watches)]

    def _pause(self) -> float:
        """Seconds until the next look may be made."""
        if not self._due:
            return float("inf")
        return max(self._due[0][0], self._next_look) - self._clock.monotonic()

    def _ask_next(self, pool: ThreadPoolExecutor) -> None:
        index = heapq.heappop(self._due)[1]
        watch = self._watches[index]
        self._next_look = self._clock.monotonic() + self._apart()
        self._asked[pool.submit(self._look, watch.item, watch.user_id, self._context)] = index

    def _apart(self) -> float:
        """Seconds between two looks, so that what the limit has left lasts, and a last look at everybody."""
        budget = self._context.client.limit.budget()
        if budget is None:
            return 0.0
        calls, seconds = budget
        waiting = len(self._watches)
        horizon = min(seconds, max(0.0, self._deadline - self._clock.monotonic()))
        apart = horizon / max(1, calls - waiting)
        return apart if apart * waiting > self._pace.sleep else 0.0

    def _take(self, index: int, future: Future[State]) -> None:
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
        except Exception as mistake:  # noqa: BLE001 - the others must not be lost with it
            self._end(index, Unforeseen(mistake))
            return
        if watch.last and watch.last.status == ACCEPTED:
            self._end(index, None)
        elif (over := self._over(watch)) is not None:
            self._end(index, over)
        elif self._context.check_mode and watch.last:
            self._end(index, None)
        elif self._clock.monotonic() >= self._deadline:
            self._end(index, self._timeout(watch))
        elif not self._stopped:
            heapq.heappush(self._due, (self._next(watch), index))

    def _next(self, watch: _Watch[A]) -> float:
        """When to look at an item again: after a pause that grows with its silence and is jittered.

        One that is about to expire is looked at just after that, since before there would be one more look in vain; and
        everybody is looked at once more at the very end.
        """
        now = self._clock.monotonic()
        pause = watch.pause * self._clock.jitter(1 - _JITTER, 1 + _JITTER)
        if watch.trouble and watch.trouble.retry_after:
            pause = max(pause, watch.trouble.retry_after)
        watch.pause = min(self._pace.max_sleep, watch.pause * _GROWTH)
        expires = parse_timestamp(watch.item.expires_at)
        if expires and not watch.trouble:
            left = (expires - self._clock.now()).total_seconds() + _JUST_AFTER
            if 0 < left <= 2 * pause:
                pause = left
        return min(now + pause, self._deadline)

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
            result.update(self._describe(watch.user_id, watch.last))
        if error:
            self._fail(index, error, result)
        elif watch.last:
            self._done(index, Outcome(watch.last.status, result))

    def _fail(self, index: int, error: OneLoginError, result: dict[str, Any]) -> None:
        """Tell of a failure, after which nobody else may have to be looked at any more."""
        self._done(index, Outcome.failed(error, result))
        if self._stop:
            self._stopped = True
            self._due.clear()

    def _counts(self, polls: int) -> dict[str, Any]:
        return {"elapsed": self._elapsed(), "polls": polls}

    def _elapsed(self) -> int:
        return int(self._clock.monotonic() - self._start)
