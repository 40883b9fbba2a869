# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process holds, looked at again and again, and whether that grows."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, median

import psutil

WARM_UP = 1 / 3  # of the looks; pools fill, modules are loaded, and the allocator finds its size
POOL = 16  # connections that are used at a time, some of them for the first time after the warm-up
_MIB = 1024 * 1024
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Metric:
    """Looks at one thing.

    :param unit: of what.
    :param allowed: by how much it may seem to grow, for memory and pools breathe.
    :param share: the same as a part of its size; the larger of the two counts.
    """

    name: str
    unit: str
    allowed: float
    share: float = 0.0


MEMORY = Metric("resident memory", "MiB", allowed=4, share=0.05)
FILES = Metric("open files", "", allowed=POOL)
SOCKETS = Metric("open sockets", "", allowed=POOL)
THREADS = Metric("threads", "", allowed=8)
METRICS = (MEMORY, FILES, SOCKETS, THREADS)


@dataclass(frozen=True)
class Trend:
    """What came of the looks at one thing: the least, usual and most, and how much it grew after the warm-up."""

    metric: Metric
    least: float
    usual: float
    most: float
    growth: float

    @property
    def flat(self) -> bool:
        """Whether it did not grow."""
        return self.growth <= max(self.metric.allowed, self.metric.share * self.usual)

    def __str__(self) -> str:
        figures = f"{self.least:,.1f} to {self.most:,.1f} {self.metric.unit}".strip()
        return f"{self.metric.name}: {figures}, usually {self.usual:,.1f}, grew by {self.growth:+,.1f}" + (
            "" if self.flat else "  GROWS"
        )


def trend(metric: Metric, times: Sequence[float], values: Sequence[float]) -> Trend:
    """Judge looks by the line that lies closest to them: one high look is no growth, and a slow one adds up.

    :raises ValueError: there are too few.
    """
    start = int(len(values) * WARM_UP)
    times, values = times[start:], values[start:]
    if len(values) < 4:
        raise ValueError(f"{len(values)} looks after the warm-up are too few")
    growth = linear_regression(times, values).slope * (times[-1] - times[0])
    return Trend(metric, min(values), median(values), max(values), growth)


def _give_back() -> None:
    """Have the process hold what it uses, and not what it has used: glibc keeps some of that for each thread."""
    gc.collect()
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.mallopt(_ARENA_MAX, 1)
        _LIBC.malloc_trim(0)


@dataclass
class ProcessMetrics:
    """The looks at this process."""

    times: list[float] = field(default_factory=list)
    values: dict[Metric, list[float]] = field(default_factory=lambda: {metric: [] for metric in METRICS})

    def look(self) -> None:
        """Look once."""
        _give_back()
        process = psutil.Process()
        self.times.append(time.monotonic())
        self.values[MEMORY].append(process.memory_info().rss / _MIB)
        self.values[FILES].append(process.num_fds())
        self.values[SOCKETS].append(len(process.net_connections("all")))
        self.values[THREADS].append(process.num_threads())

    def trends(self) -> list[Trend]:
        """What came of it."""
        return [trend(metric, self.times, values) for metric, values in self.values.items()]
