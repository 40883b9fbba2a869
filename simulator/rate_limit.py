# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit of the account and its headers."""

from __future__ import annotations

import math

from simulator.clock import Clock
from simulator.settings import Settings


class RateLimit:
    """Counts resource calls in fixed windows; a new window opens with its first call."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock = clock
        self.settings = settings
        self._used = 0
        self._ends = clock.now() + settings.window

    def _roll(self) -> None:
        now = self._clock.now()
        if now >= self._ends or self._ends - now > self.settings.window:
            self._ends = now + self.settings.window
            self._used = 0

    def take(self) -> bool:
        """Count one call; return False, without counting, if no calls remain in the window."""
        self._roll()
        if self._used >= self.settings.limit:
            return False
        self._used += 1
        return True

    @property
    def remaining(self) -> int:
        """Remaining calls of this window."""
        self._roll()
        return max(0, self.settings.limit - self._used)

    @remaining.setter
    def remaining(self, calls: int) -> None:
        self._roll()
        self._used = self.settings.limit - calls

    @property
    def reset(self) -> int:
        """Whole seconds until the window restarts, by the clock of the waiting client."""
        self._roll()
        return max(0, math.ceil((self._ends - self._clock.now()) / self._clock.speed))

    def build_values(self) -> dict[str, int]:
        """Return the three figures under the names OneLogin gives them."""
        return {
            "X-RateLimit-Limit": self.settings.limit,
            "X-RateLimit-Remaining": self.remaining,
            "X-RateLimit-Reset": self.reset,
        }

    def build_headers(self) -> dict[str, str]:
        """Return the figures as the headers of a resource call."""
        return {name: str(value) for name, value in self.build_values().items()}

    def build_throttled_headers(self, form: str) -> dict[str, str]:
        """Return the headers of a rejected call in one of the forms reset, retry_after, both, none."""
        headers = self.build_headers() if form in ("reset", "both") else {}
        if form in ("retry_after", "both"):
            headers["Retry-After"] = str(self.reset)
        return headers
