# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bursts of random faults, injected by a thread."""

from __future__ import annotations

import random
import threading
from collections import Counter

import requests

from tests.support.simulator_process import SimulatorProcess

KINDS = ("reset_before", "reset_after", "502", "503", "truncated", "html", "429", "slow", "hang", "expired_token")
_ONCE = ("hang", "expired_token")  # each of these takes a whole timeout, or invalidates all tokens


class FaultInjection:
    """Inject bursts of faults while the context is open.

    :param every: the mean number of seconds between two bursts.
    """

    def __init__(self, sim: SimulatorProcess, every: float, seed: int) -> None:
        self.bursts: Counter[str] = Counter()
        self._sim = sim
        self._every = every
        self._chance = random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> FaultInjection:
        self._thread.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._over.set()
        self._thread.join()
        self._sim.admin("DELETE", "/faults")

    def _go_on(self) -> None:
        with requests.Session() as http:  # the session of the simulator belongs to the main thread
            http.trust_env = False
            while not self._over.wait(self._chance.uniform(0, 2 * self._every)):
                kind = self._chance.choice(KINDS)
                fault = {"fault": kind, "times": self._chance.randint(1, 3) if kind in _ONCE else None}
                http.post(f"{self._sim.url}/_simulator/faults", json=fault, timeout=30).raise_for_status()
                self.bursts[kind] += 1
                self._over.wait(self._chance.uniform(0, self._every / 4))
                http.delete(f"{self._sim.url}/_simulator/faults", timeout=30).raise_for_status()
