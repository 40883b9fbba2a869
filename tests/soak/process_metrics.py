# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples of the resources of a process, and whether they grow."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, median

import psutil

WARM_UP = 1 / 3  # of the samples; pools fill, modules are loaded, and the allocator grows
POOL = 16  # concurrent connections, some of which are first used after the warm-up
_MIB = 1024 * 1024
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Metric:
    """A resource that is sampled.

    :param unit: the unit of the values.
    :param allowed: the growth that counts as flat, because memory and pools fluctuate.
    :param share: the same as a fraction of the value; the larger of the two counts.
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
    """The trend of a resource: the lowest, usual and highest value, and the growth after the warm-up."""

    metric: Metric
    least: float
    usual: float
    most: float
    growth: float

    @property
    def flat(self) -> bool:
        """Whether the resource did not grow."""
        return self.growth <= max(self.metric.allowed, self.metric.share * self.usual)

    def __str__(self) -> str:
        figures = f"{self.least:,.1f} to {self.most:,.1f} {self.metric.unit}".strip()
        return f"{self.metric.name}: {figures}, usually {self.usual:,.1f}, grew by {self.growth:+,.1f}" + (
            "" if self.flat else "  GROWS"
        )


def trend(metric: Metric, times: Sequence[float], values: Sequence[float]) -> Trend:
    """Fit a line to the samples: one high sample is not growth, and slow growth adds up.

    :raises ValueError: there are too few samples.
    """
    start = int(len(values) * WARM_UP)
    times, values = times[start:], values[start:]
    if len(values) < 4:
        raise ValueError(f"{len(values)} samples after the warm-up are too few")
    growth = linear_regression(times, values).slope * (times[-1] - times[0])
    return Trend(metric, min(values), median(values), max(values), growth)


def _give_back() -> None:
    """Return unused memory to the system; glibc keeps some of it for each thread."""
    gc.collect()
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.mallopt(_ARENA_MAX, 1)
        _LIBC.malloc_trim(0)


@dataclass
class ProcessMetrics:
    """The samples of this process."""

    times: list[float] = field(default_factory=list)
    values: dict[Metric, list[float]] = field(default_factory=lambda: {metric: [] for metric in METRICS})

    def sample(self) -> None:
        """Take a sample."""
        _give_back()
        process = psutil.Process()
        self.times.append(time.monotonic())
        self.values[MEMORY].append(process.memory_info().rss / _MIB)
        self.values[FILES].append(process.num_fds())
        self.values[SOCKETS].append(len(process.net_connections("all")))
        self.values[THREADS].append(process.num_threads())

    def trends(self) -> list[Trend]:
        """The trend of each resource."""
        return [trend(metric, self.times, values) for metric, values in self.values.items()]
