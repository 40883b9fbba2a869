# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what follows from other files, so that nobody has to keep the two alike by hand.

``meta/runtime.yml`` gets the action group ``onelogin``: every module of ``plugins/modules``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = Path("meta/runtime.yml")
GROUP = "onelogin"


def modules() -> list[str]:
    """The names of the collection's modules, sorted."""
    files = (ROOT / "plugins" / "modules").glob("*.py")
    return sorted(path.stem for path in files if not path.name.startswith("_"))


def runtime(text: str) -> str:
    """``meta/runtime.yml`` with the action group as it should be; the rest and the comments stay.

    :raises ValueError: the text does not end with the action group
    """
    heading = f"action_groups:\n  {GROUP}:"
    if heading not in text:
        raise ValueError(f"{RUNTIME} has no action group {GROUP}")
    names = "".join(f"\n    - {name}" for name in modules()) or " []"
    wanted = f"{text.partition(heading)[0]}{heading}{names}\n"
    before, after = yaml.safe_load(text), yaml.safe_load(wanted)
    before["action_groups"][GROUP] = after["action_groups"][GROUP]
    if before != after:
        raise ValueError(f"the action group {GROUP} has to be the last thing in {RUNTIME}")
    return wanted


def unlocked() -> list[str]:
    """The exact requirements of ``requirements/*.in`` that ``lock.txt`` does not hold."""
    locked = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
    pins = {line.partition(";")[0].strip().lower() for line in locked.splitlines()}
    wanted = [
        line.partition(";")[0].strip().lower()
        for path in sorted((ROOT / "requirements").glob("*.in"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "==" in line
    ]
    return [pin for pin in wanted if pin not in pins]


def main() -> int:
    """Write the files or, with ``--check``, only tell which are out of date (1 if any is)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check

    path = ROOT / RUNTIME
    text = path.read_text(encoding="utf-8")
    wanted = runtime(text)
    stale = text != wanted
    if stale and check:
        print(f"{RUNTIME} is out of date: make generate")
    elif stale:
        path.write_text(wanted, encoding="utf-8")
        print(f"{RUNTIME} written")

    missing = unlocked()
    for pin in missing:
        print(f"requirements/lock.txt lacks {pin}: make lock")
    if not stale and not missing:
        print(f"up to date, {len(modules())} modules in the action group")
    return 1 if missing or (stale and check) else 0


if __name__ == "__main__":
    sys.exit(main())
