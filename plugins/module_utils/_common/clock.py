# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The source of the time, which tests can replace."""

from __future__ import annotations

import random
import re
import time
from datetime import datetime, timedelta, timezone

_FRACTION = re.compile(r"(?<=\.)[0-9]+")
_ZULU = re.compile("[zZ]$")
FAR = 10**9
"""The longest supported duration in seconds."""


class Clock:
    """The real clock."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(timezone.utc)

    def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds."""
        time.sleep(max(0.0, seconds))

    def jitter(self, low: float, high: float) -> float:
        """Return a random number of seconds between the two."""
        return random.uniform(low, high)  # noqa: S311 - spreads calls, guards nothing

    def format_time_after(self, seconds: float) -> str:
        """Return the time in a number of seconds from now, as ISO 8601."""
        return format_time(self.now() + timedelta(seconds=seconds))


def format_time(moment: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC, in whole seconds, such as 2020-07-21T18:11:54Z."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_epoch(seconds: float) -> datetime:
    """Return the time that is a number of seconds after 1970, aware, in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def format_epoch(seconds: float) -> str:
    """Return the time that is a number of seconds after 1970 as ISO 8601 in UTC, in whole seconds."""
    return format_time(from_epoch(seconds))


def read_iso_time(text: str) -> datetime:
    """Read ISO 8601 text as Python does from 3.11 on: with any number of digits after the point, and with Z.

    :raises ValueError: it is not such text.
    """
    text = _FRACTION.sub(lambda digits: digits[0][:6].ljust(6, "0"), text.strip())
    return datetime.fromisoformat(_ZULU.sub("+00:00", text))


def parse_timestamp(text: object) -> datetime | None:
    """Read an aware time in UTC from ISO 8601 text; None for other text, and for a time out of the supported range."""
    if not isinstance(text, str):
        return None
    try:
        moment = read_iso_time(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None
    return moment if 1970 <= moment.year < 9000 else None
