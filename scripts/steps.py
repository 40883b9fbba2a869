# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run make targets, some at the same time, also after a failure, and print a summary."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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


def run_target(make: str, target: str, live: bool) -> TargetResult:
    """Run a target and print its output.

    :param live: print each line as it arrives; otherwise all of them at the end, because another target runs beside it
    """
    print(f"{chr(10) if live else ''}==> {target}{'' if live else ' starts'}", flush=True)
    lines: list[str] = []
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
            if live:
                print(line, end="", flush=True)
            lines.append(line)
    result = TargetResult(target, process.returncode, time.monotonic() - start, tuple(lines[-REPEATED_LINES:]))
    # One call of print, so that the lines of another target cannot come in between.
    print("".join(["" if live else f"\n==> {target}\n", *([] if live else lines), f"==> {result.line}"]), flush=True)
    return result


def run_targets(make: str, targets: Sequence[str], jobs: int) -> list[TargetResult]:
    """Run the targets, ``jobs`` at the same time, and return their results in the order of the targets."""
    with ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(run_target, make, target, jobs == 1) for target in targets]
        try:
            return [future.result() for future in running]
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise


def main() -> int:
    """Run the targets on the command line.

    :returns: 1 if a target failed, else 0
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", default="make", help="the make command")
    parser.add_argument("--jobs", type=int, default=3, help="the number of targets that run at the same time")
    parser.add_argument("targets", nargs="+")
    arguments = parser.parse_args()

    start = time.monotonic()
    results = run_targets(arguments.make, arguments.targets, min(arguments.jobs, len(arguments.targets)))
    failed = [result for result in results if result.code != 0]

    for result in failed:
        print(f"\n--- the last lines of {result.target} again")
        print("".join(result.tail), end="")
    print("\n==> summary")
    for result in results:
        print(result.line)
    print(f"{len(results) - len(failed)} of {len(results)} ok", end="")
    print(f" in {time.monotonic() - start:.0f} s")
    if failed:
        print(f"run again: make {' '.join(result.target for result in failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
