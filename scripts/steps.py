# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run make targets one after the other, also after a failure, and print a summary."""

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
class TargetResult:
    """The result of a target.

    :param seconds: the duration
    :param tail: the last lines of its output
    """

    target: str
    code: int
    seconds: float
    tail: tuple[str, ...]

    @property
    def line(self) -> str:
        """The line of the target in the summary."""
        return f"{'ok' if self.code == 0 else 'FAILED':<8}{self.target:<16}{self.seconds:7.1f} s"


def run_target(make: str, target: str) -> TargetResult:
    """Run a target and print its output as it arrives."""
    print(f"\n==> {target}", flush=True)
    tail: collections.deque[str] = collections.deque(maxlen=REPEATED_LINES)
    start = time.monotonic()
    # The jobserver in the flags of this make is not available to a process in between.
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
    result = TargetResult(target, process.returncode, time.monotonic() - start, tuple(tail))
    print(f"==> {result.line}", flush=True)
    return result


def main() -> int:
    """Run the targets on the command line.

    :returns: 1 if a target failed, else 0
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", default="make", help="the make command")
    parser.add_argument("targets", nargs="+")
    arguments = parser.parse_args()

    results = [run_target(arguments.make, target) for target in arguments.targets]
    failed = [result for result in results if result.code != 0]

    for result in failed:
        print(f"\n--- the last lines of {result.target} again")
        print("".join(result.tail), end="")
    print("\n==> summary")
    for result in results:
        print(result.line)
    print(f"{len(results) - len(failed)} of {len(results)} ok", end="")
    print(f" in {sum(result.seconds for result in results):.0f} s")
    if failed:
        print(f"run again: make {' '.join(result.target for result in failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
