# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The account's rate limit: the remaining API calls, and waiting until it restarts.

OneLogin allows 5,000 calls an hour for a whole account, and returns in the headers X-RateLimit-Limit, -Remaining and
-Reset (seconds until the window restarts) how many of them remain
(https://developers.onelogin.com/api-docs/2/oauth20-tokens/get-rate-limit).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import FAR, Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

_WINDOW = 3600.0
_USUAL = 5000  # calls an hour
_WORTH_SHOWING = 5.0  # seconds of sleep
_NEAR = 512  # with fewer remaining calls, the calls in progress of other runs matter
_AS_KNOWN = 1.0  # seconds for which the number of other runs' calls is used
_EPOCH = 1e9  # a larger number is a time, and not a duration
_SAME_WINDOW = 2.0  # seconds by which two responses about one window's end can differ, because they are whole seconds


class RateLimit:
    """The known state of the rate limit, shared by all threads of a process.

    :param timeout: maximum total sleep in seconds; 0 fails at once, -1 sleeps without a limit.
    :param reserve: calls of the window to keep for other clients.

    ``under_way`` returns how many calls several runs on the account can have in progress together. These are kept as
    well, because their number is not known before the next response.
    """

    def __init__(self, clock: Clock, timeout: float, reserve: int) -> None:
        self.on_sleep: Callable[[str], None] = lambda _text: None
        self.under_way: Callable[[], int] = lambda: 0
        self._clock = clock
        self._timeout = timeout
        self._reserve = reserve
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._remaining: int | None = None
        self._total: int | None = None
        self._window_end = 0.0
        self._paused_until = 0.0
        self._shared = 0
        self._shared_until = 0.0
        self.waited = 0.0

    @property
    def remaining(self) -> int | None:
        """Remaining calls of this window, if known."""
        with self._lock:
            return None if self._clock.monotonic() >= self._window_end else self._remaining

    def read_budget(self) -> tuple[int, float] | None:
        """Return how many calls can still be made, and the seconds until the limit restarts; None if unknown."""
        kept = self._count_reserved()
        with self._lock:
            left = self._window_end - self._clock.monotonic()
            if left <= 0 or self._remaining is None:
                return None
            return max(0, self._remaining - kept), left

    def check_budget(self, least: int, most: int) -> None:
        """Compare the calls that a task needs with the remaining ones, and report the consequence at once.

        :param least: calls that it needs if everything is done already.
        :param most: calls it needs otherwise.
        :raises OneLoginError: ``rate_limited`` if even the least cannot be made within the time-out.
        """
        budget = self.read_budget()
        if budget is None or most <= budget[0]:
            return
        left, seconds = budget
        hourly = max(1, (self._total or _USUAL) - self._reserve)
        restarts = -(-(least - left) // hourly)
        asleep = seconds + (restarts - 1) * _WINDOW
        needs = f"{least}" if least == most else f"{least} to {most}"
        if restarts > 0 and 0 <= self._timeout < asleep:
            raise OneLoginError(
                "rate_limited",
                f"{needs} API calls are needed and {left} remain this hour. The task would end at"
                f" {self._clock.format_time_after(asleep)} or later, but rate_limit_timeout allows only"
                f" {self._timeout:.0f} s of waiting.",
                retry_after=seconds,
                hint="Nothing was done. Raise rate_limit_timeout, run later, or process fewer items in one task.",
            )
        self.on_sleep(
            f"{needs} API calls are needed and {left} remain this hour; the rest continues at"
            f" {self._clock.format_time_after(seconds)}"
        )

    def admit(self, patient: bool = True) -> None:
        """Wait until the limit allows one call.

        :param patient: whether to sleep here; otherwise the error has the seconds.
        :raises OneLoginError: ``rate_limited``.
        """
        while True:
            kept = self._count_reserved()
            with self._lock:
                now = self._clock.monotonic()
                if now >= self._window_end:
                    self._remaining = None
                if self._remaining is not None and self._remaining <= kept:
                    self._pause(self._window_end - now, patient)
                pause = self._paused_until - now
                if pause <= 0:
                    if self._remaining is not None:
                        self._remaining -= 1
                    return
                if not patient:
                    raise self._error(pause)
            self._clock.sleep(pause)  # other threads may have extended the sleep, so check again

    def record_throttling(self, seconds: float, patient: bool = True) -> None:
        """Record that OneLogin rejected a call; the next :meth:`admit` sleeps for these seconds.

        :raises OneLoginError: ``rate_limited`` if that is more than the time-out allows.
        """
        with self._lock:
            self._pause(seconds, patient)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Update the state from the headers of a response."""
        remaining = read_header_number(headers, "X-RateLimit-Remaining")
        reset = read_header_seconds(headers, "X-RateLimit-Reset", self._clock.now().timestamp())
        limit = read_header_number(headers, "X-RateLimit-Limit")
        if remaining is None or reset is None:
            return
        with self._lock:
            now = self._clock.monotonic()
            end = now + reset
            self._total = int(limit) if limit is not None else self._total
            same = self._remaining is not None and now < self._window_end and abs(end - self._window_end) < _SAME_WINDOW
            if same and self._remaining is not None:
                # Calls in progress are counted here already, and responses can arrive in another order.
                self._remaining = min(self._remaining, int(remaining))
            else:
                self._remaining = int(remaining)
                self._window_end = end

    def _count_reserved(self) -> int:
        """Return the calls of the window to keep: those for other clients, and those that can be in progress."""
        left = self.remaining
        if left is None or left - self._reserve > _NEAR:
            return self._reserve
        with self._looking:
            if self._clock.monotonic() >= self._shared_until:
                self._shared = self.under_way()
                self._shared_until = self._clock.monotonic() + _AS_KNOWN
            return self._reserve + min(self._shared, (self._total or _USUAL) // 2)

    def _pause(self, seconds: float, patient: bool) -> None:
        now = self._clock.monotonic()
        longer = now + seconds - max(now, self._paused_until)
        if longer <= 0:
            return
        if patient and 0 <= self._timeout < self.waited + longer:
            raise self._error(seconds)
        self.waited += longer
        self._paused_until = now + seconds
        if seconds >= _WORTH_SHOWING:
            self.on_sleep(
                f"the hourly rate limit is reached; continuing at {self._clock.format_time_after(seconds)}"
                f" (in {seconds:.0f} s)"
            )

    def _error(self, seconds: float) -> OneLoginError:
        return OneLoginError(
            "rate_limited",
            "The account's hourly rate limit is reached; more calls are possible at"
            f" {self._clock.format_time_after(seconds)} (in {seconds:.0f} s), but rate_limit_timeout allows only"
            f" {self._timeout:.0f} s of waiting.",
            retry_after=seconds,
        )


def read_header_seconds(headers: Mapping[str, Any], name: str, now: float) -> float | None:
    """Return a header's value as seconds from now; None if it is not a time.

    It may be a number of seconds, as the documentation says; a time, in seconds since 1970, as OneLogin's own tools
    read it; or a date, as HTTP allows for Retry-After.

    :param now: seconds since 1970.
    """
    raw = headers.get(name)
    value = _read_number(raw)
    if value is None:
        try:
            value = parsedate_to_datetime(str(raw)).timestamp()
        except (TypeError, ValueError, OverflowError):
            return None
    value = max(0.0, value - now) if value > _EPOCH else value
    return value if value <= FAR else None


def read_header_number(headers: Mapping[str, Any], name: str) -> float | None:
    """Return a header's value, which may come in a body too, as a usable number; None for anything else."""
    value = _read_number(headers.get(name))
    return value if value is not None and value <= FAR else None


def _read_number(raw: Any) -> float | None:
    """Return a positive number or 0; None for anything else."""
    try:
        value = float(raw) if not isinstance(raw, bool) else -1.0
    except (OverflowError, TypeError, ValueError):
        return None
    return value if value >= 0 else None
