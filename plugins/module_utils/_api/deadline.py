# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The time by which the requests of a thread must end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_ends = threading.local()


@contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """Limit the duration of this thread's requests in the block; an earlier outer limit stays.

    :param seconds: real time from now to the last byte of the response.
    """
    outer = getattr(_ends, "at", None)
    _ends.at = min(time.monotonic() + seconds, float("inf") if outer is None else outer)
    try:
        yield
    finally:
        _ends.at = outer


def count_seconds_left() -> float:
    """Return the real seconds that a request of this thread may still take; infinite without a limit."""
    ends: float | None = getattr(_ends, "at", None)
    return float("inf") if ends is None else ends - time.monotonic()
