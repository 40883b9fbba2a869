# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The moment by which the requests of a thread have to be over, whatever is under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_ends = threading.local()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Limit the requests that this thread makes meanwhile; an earlier end from outside stays.

    :param seconds: real time from now to the last byte of the answer.
    """
    outer = getattr(_ends, "at", None)
    _ends.at = min(time.monotonic() + seconds, float("inf") if outer is None else outer)
    try:
        yield
    finally:
        _ends.at = outer


def seconds_left() -> float:
    """Real seconds that a request of this thread may still take; infinite where there is no limit."""
    ends: float | None = getattr(_ends, "at", None)
    return float("inf") if ends is None else ends - time.monotonic()
