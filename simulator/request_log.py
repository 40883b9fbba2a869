# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of requests, for tests that count or read them."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

KEPT = 100_000


class RequestLog:
    """The latest ``KEPT`` requests, and the counts of all of them by method and route."""

    def __init__(self) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()
        self._number = 0

    def begin(self, *, time: str, method: str, route: str, path: str, query: str, user_agent: str) -> dict[str, Any]:
        """Record a request as it arrives; ``status`` and ``fault`` are filled in later."""
        self._number += 1
        row = {
            "n": self._number,
            "time": time,
            "method": method,
            "route": route,
            "path": path,
            "query": query,
            "status": None,
            "fault": None,
            "user_agent": user_agent,
        }
        self._rows.append(row)
        self._counts[f"{method} {route}"] += 1
        return row

    def list_rows(self) -> list[dict[str, Any]]:
        """Return the requests in the order they came."""
        return list(self._rows)

    def summarize(self) -> dict[str, Any]:
        """Return the counts per ``METHOD route`` and in all."""
        return {"total": self._counts.total(), "counts": dict(sorted(self._counts.items()))}

    def clear(self) -> None:
        """Start again at one."""
        self._rows.clear()
        self._counts.clear()
        self._number = 0
