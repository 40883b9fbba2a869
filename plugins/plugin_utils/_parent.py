# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A worker that outlives its run.

This file is private to the collection.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOOK = 0.5  # seconds between looks


@contextmanager
def ending_with_parent() -> Iterator[None]:
    """End this process, at once, when the one that started it is gone.

    Workers have sessions of their own, so a run that is killed hard leaves them behind: they would go on messaging
    people, or hold a claim in the journal through an hour's sleep, with nobody left to take their results.
    """
    parent, finished = os.getppid(), threading.Event()

    def watch() -> None:
        while not finished.wait(_LOOK):
            if os.getppid() != parent:
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        finished.set()
