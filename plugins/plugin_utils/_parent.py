# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A worker that outlives its run.

This file is private to the collection.
"""

from __future__ import annotations

import os
import select
import threading
import time
from contextlib import suppress
from functools import cache

_LOOK = 0.05  # seconds between looks, where the system does not tell


@cache
def end_with_parent(process: int) -> None:  # noqa: ARG001 - once in each
    """End this process, at once, when the one that started it is gone.

    Workers have sessions of their own, so a run that is killed hard leaves them behind: they would go on messaging
    people, or hold a claim in the journal through an hour's sleep, with nobody left to take their results.

    :param process: the id of this process.
    """
    parent = os.getppid()
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: int) -> None:
    with suppress(OSError, AttributeError):  # Linux tells at once
        parents_end = os.pidfd_open(parent)
        select.select([parents_end], [], [])
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
