# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.soak``: process thousands of people for half an hour in one process, with faults."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.soak.fault_injection import FaultInjection
from tests.soak.soak import Soak
from tests.support.simulator_process import CREDENTIAL, SimulatorProcess


def main() -> int:
    """Run for the given time; return 1 if something grew, got lost or was sent twice."""
    options = argparse.ArgumentParser(
        prog="python -m tests.soak",
        description="Check that a process that runs for long does not grow, lose people or send messages twice.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--at-a-time", type=int, default=500, help="people of a batch")
    options.add_argument("--hour", type=float, default=60, help="seconds until the rate limit restarts")
    options.add_argument("--limit", type=int, default=15_000, help="API calls in such an hour")
    options.add_argument("--token-life", type=int, default=45, help="seconds")
    options.add_argument("--flap", type=float, default=5, help="mean seconds between bursts of faults")
    options.add_argument("--seed", type=int, default=5)
    given = options.parse_args()

    sim = SimulatorProcess(
        *(*CREDENTIAL, "--seed", str(given.seed)),
        *("--count", str(given.people), "--answer-after", "1"),
        *("--limit", str(given.limit), "--window", str(given.hour), "--token-life", str(given.token_life)),
    )
    people = [f"person{number:05d}@example.com" for number in range(1, given.people + 1)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            soak = Soak(sim, people, Path(folder))
            soak.metrics.sample()
            with FaultInjection(sim, given.flap, given.seed) as injection:
                rounds = soak.run(given.minutes * 60, given.at_a_time)
            soak.complete()
            wrong = soak.wrongs()
        counts = sim.admin("GET", "/log/summary")
        refused = sum(row["status"] == 429 for row in sim.log()) if counts["total"] <= 100_000 else None
    finally:
        sim.stop()
    trends = soak.metrics.trends()
    wrong += [f"{trend.metric.name} grew" for trend in trends if not trend.flat]

    print(f"{given.minutes:g} min, {given.people} people, {rounds} rounds of up to {given.at_a_time}")
    print(f"{counts['total']} calls served; the client counted: {_words(soak.api)}")
    if refused is not None:
        print(f"{refused} calls refused for the rate limit")
    print(f"bursts of faults: {_words(injection.bursts)}")
    print(f"items by status: {_words(soak.statuses)}")
    print(f"temporary errors: {_words(soak.troubles)}")
    print(f"{len(soak.metrics.times)} samples of the process")
    print(*trends, sep="\n")
    print(f"{len(wrong)} wrong" if wrong else "nothing wrong", *wrong[:20], sep="\n")
    return 1 if wrong else 0


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,.0f}" for name, count in sorted(counts.items())) or "none"


if __name__ == "__main__":
    sys.exit(main())
