# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated time: a clock that can be advanced or sped up, and an agenda of scheduled actions."""

from __future__ import annotations

import heapq
import itertools
import re
import time
from collections.abc import Callable
from datetime import datetime, timezone


class Clock:
    """The time of the simulated account, in seconds since the epoch.

    One-time passwords of authenticator apps are the exception: they follow real time, so that a
    real app can be used in a rehearsal whatever the speed.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._epoch = time.time()
        self._start = time.monotonic()
        self._advanced = 0.0

    def now(self) -> float:
        """Return the simulated time, in seconds since the epoch."""
        elapsed = time.monotonic() - self._start
        return self._epoch + elapsed * self.speed + self._advanced

    def advance(self, seconds: float) -> None:
        """Move the simulated time forward.

        :raises ValueError: ``seconds`` is negative; nothing here can be undone.
        """
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._advanced += seconds


class Agenda:
    """Actions at a set time: a person's answer, an expiry."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()

    def add(self, at: float, action: Callable[[float], None]) -> None:
        """Schedule ``action(at)`` for the time ``at`` (seconds since the epoch)."""
        heapq.heappush(self._due, (at, next(self._order), action))

    def run_until(self, now: float) -> None:
        """Run all actions that are due at ``now``, in the order of their times."""
        while self._due and self._due[0][0] <= now:
            at, _order, action = heapq.heappop(self._due)
            action(at)


def format_iso_seconds(at: float) -> str:
    """Return a time in the form of ``expires_at``: ``2020-07-21T18:11:54Z``."""
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_iso_millis(at: float) -> str:
    """Return a time in the form of ``created_at``: ``2015-11-11T03:36:18.714Z``."""
    moment = datetime.fromtimestamp(at, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_iso(text: str) -> float:
    """Read an ISO 8601 date or time (UTC unless it has a time zone) as seconds since the epoch.

    :raises ValueError: the text is not an ISO 8601 time.
    """
    moment = datetime.fromisoformat(re.sub("[Zz]$", "+00:00", text))  # Z is known as of Python 3.11
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp()
