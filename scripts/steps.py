# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run make targets one after the other, all of them, and sum up what they did."""

from __future__ import annotations

import argparse
import collections
import os
import subprocess
import sys
import time
from dataclasses import dataclass

REPEATED_LINES = 60


@dataclass(frozen=True)
class Outcome:
    """What one target did: its exit code, how long it took in seconds and its last lines."""

    target: str
    code: int
    seconds: float
    tail: tuple[str, ...]

    @property
    def line(self) -> str:
        """The target's line in the summary."""
        return f"{'ok' if self.code == 0 else 'FAILED':<8}{self.target:<16}{self.seconds:7.1f} s"


def run(make: str, target: str) -> Outcome:
    """Run one target with its output passed on as it comes."""
    print(f"\n==> {target}", flush=True)
    tail: collections.deque[str] = collections.deque(maxlen=REPEATED_LINES)
    began = time.monotonic()
    # Not this make's flags: its jobserver is closed to a process in between.
    environment = {key: value for key, value in os.environ.items() if key != "MAKEFLAGS"}
    with subprocess.Popen(
        [make, "--no-print-directory", "--keep-going", target],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            tail.append(line)
    outcome = Outcome(target, process.returncode, time.monotonic() - began, tuple(tail))
    print(f"==> {outcome.line}", flush=True)
    return outcome


def main() -> int:
    """Run the targets named on the command line; 1 when any of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", default="make", help="the make to call")
    parser.add_argument("targets", nargs="+")
    arguments = parser.parse_args()

    outcomes = [run(arguments.make, target) for target in arguments.targets]
    failed = [outcome for outcome in outcomes if outcome.code != 0]

    for outcome in failed:
        print(f"\n--- the end of {outcome.target}, once more")
        print("".join(outcome.tail), end="")
    print("\n==> summary")
    for outcome in outcomes:
        print(outcome.line)
    print(f"{len(outcomes) - len(failed)} of {len(outcomes)} ok", end="")
    print(f" in {sum(outcome.seconds for outcome in outcomes):.0f} s")
    if failed:
        print(f"again: make {' '.join(outcome.target for outcome in failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
