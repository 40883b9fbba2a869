# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Show the progress of long tasks, and nothing for short ones."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import ClassVar

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock

_FIRST = 5.0  # seconds before the first line, and between two lines
_UNCHANGED = 60.0  # seconds after which an unchanged state is shown again
_TICK = 0.5

ShowLine = Callable[[str], None]


class Progress:
    """Shows the progress of one task at intervals.

    :cvar current: the progress of the running task of this process.
    :param show_line: shows a line of text; None shows nothing.
    :param total: number of items.
    """

    current: ClassVar[Progress | None] = None

    def __init__(self, show_line: ShowLine | None, clock: Clock, total: int) -> None:
        self._show_line = show_line
        self._clock = clock
        self._total = total
        self._start = clock.monotonic()
        self._shown_at = self._start
        self._last: tuple[object, ...] = ()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._ticker: threading.Thread | None = None
        self.limit: float | None = None
        self.todo = "to do"
        self.calls_left: Callable[[], int | None] = lambda: None
        self.note: Callable[[], str | None] = lambda: None

    def __enter__(self) -> Progress:
        Progress.current = self
        if self._show_line:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        Progress.current = None
        self._finished.set()
        if self._ticker:
            self._ticker.join()

    def count_completed(self, status: str) -> None:
        """Count a completed item."""
        with self._lock:
            self._counts[status] += 1

    def announce(self, text: str) -> None:
        """Show a line at once."""
        if self._show_line:
            self._show_line(f"onelogin: {text}")

    def describe_interruption(self) -> str | None:
        """Return the progress of a process that is about to end; None if there is nothing to show."""
        # Without the lock, because the interrupted thread may hold it.
        return f"onelogin: interrupted at {self._describe(dict(self._counts))}" if self._show_line else None

    def _tick(self) -> None:
        while not self._finished.wait(_TICK):
            with self._lock:
                counts = dict(self._counts)
            silent = self._clock.monotonic() - self._shown_at
            if silent >= _FIRST and (tuple(counts.items()) != self._last or silent >= _UNCHANGED or not self._last):
                self._shown_at = self._clock.monotonic()
                self._last = (*counts.items(),) or ("nothing yet",)
                self.announce(self._describe(counts))

    def _describe(self, counts: dict[str, int]) -> str:
        done = sorted(counts.items(), key=lambda pair: (pair[0] != "accepted", pair[0]))
        first = f"{done[0][1]} of {self._total} {done[0][0]}" if done else f"0 of {self._total} done"
        parts = [first, *(f"{count} {status}" for status, count in done[1:])]
        left = self._total - sum(counts.values())
        if left:
            parts.append(f"{left} {self.todo}")
        elapsed = format_duration(self._clock.monotonic() - self._start)
        parts.append(elapsed if self.limit is None else f"{elapsed} of {format_duration(self.limit)}")
        note = self.note()
        if note:
            parts.append(note)
        calls = self.calls_left()
        if calls is not None:
            parts.append(f"{calls} calls left this hour")
        return ", ".join(parts)


def format_duration(seconds: float) -> str:
    """Format a duration in seconds for people, such as 2m10s."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes:02d}m" if minutes else f"{hours}h"
    if minutes:
        return f"{minutes}m{rest:02d}s" if rest else f"{minutes}m"
    return f"{rest}s"
