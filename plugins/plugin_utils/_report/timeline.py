# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times sorted into equal steps, few enough to be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timezone

from ansible_collections.community.onelogin.plugins.plugin_utils._report.rows import format_time, read_time
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import Timeline

_MOST_STEPS = 40
_FEWEST = 10  # times; fewer are read faster in the table
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_ROUND = (
    *(1, 2, 5, 10, 15, 30),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 4, 12)),
    _DAY,
    7 * _DAY,
)


def build_timeline(times: Iterable[str | None]) -> Timeline | None:
    """Count the times in each step from the first to the last; None if there are only a few times.

    :param times: in the format of ISO 8601; None for a row that has no time.
    """
    found = sorted(int(time.timestamp()) for time in map(read_time, times) if time)
    if len(found) < _FEWEST or found[0] == found[-1]:
        return None
    step = _choose_step(found[0], found[-1])
    counts = Counter(time // step for time in found)
    steps = range(found[0] // step, found[-1] // step + 1)
    return {
        "step": step,
        "first": _format_seconds(found[0]),
        "last": _format_seconds(found[-1]),
        "steps": [{"at": _format_seconds(number * step), "accepted": counts[number]} for number in steps],
    }


def _choose_step(first: int, last: int) -> int:
    """Return the smallest round number of seconds that needs no more steps than can be drawn."""
    fits = (step for step in _ROUND if last // step - first // step < _MOST_STEPS)
    whole_weeks = (last - first) // (_ROUND[-1] * (_MOST_STEPS - 1)) + 1
    return next(fits, _ROUND[-1] * whole_weeks)


def _format_seconds(seconds: int) -> str | None:
    return format_time(datetime.fromtimestamp(seconds, timezone.utc))
