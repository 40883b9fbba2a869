# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.benchmark``: run the cases, show the figures, and write them as JSON."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.benchmark.cases import CASES
from tests.benchmark.report import introduce, write
from tests.benchmark.workspace import Workspace
from tests.integration.harness import ROOT


def main() -> None:
    """Run the selected cases."""
    options = argparse.ArgumentParser(
        prog="python -m tests.benchmark", description="Measure how long thousands of people take."
    )
    options.add_argument("--only", choices=CASES, action="append", help="this case, repeatable (default: all)")
    options.add_argument("--quick", action="store_true", help="use a few people, to check that it works")
    options.add_argument("--output", type=Path, default=ROOT / ".cache/benchmark.json", help="the file for the JSON")
    given = options.parse_args()

    introduce(given.quick)
    done = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder), given.quick)
        for name in given.only or CASES:
            done.append(CASES[name](workspace))
            print(done[-1], flush=True)
    write(given.output, given.quick, done)
    missed = sum(len(case.missed) for case in done)
    print(f"\n{missed} missed" if missed else "\nnothing missed")


if __name__ == "__main__":
    main()
