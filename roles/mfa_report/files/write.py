# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write files that only their owner can read, each in one step: nobody sees half of one, and a kill leaves the old one.

The standard input has, as JSON, the path and the text of each file by its format. With a folder as argument it is only
made and looked at, before there is anything to report.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Write a file beside its place, then put it there.

    :raises OSError: that cannot be done.
    """
    # Its mode is 0600 from the start.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def look(folder: Path) -> None:
    """Make a folder, unless it is there, and see whether files can be written in it.

    :raises OSError: they cannot.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def main() -> None:
    """Read what is wanted, and write it."""
    for folder in map(Path, sys.argv[1:]):
        try:
            look(folder)
        except OSError as problem:
            sys.exit(f"No report can be written in {folder}: {problem.strerror}. Nothing was done.")
        return
    for file in json.load(sys.stdin).values():
        path = Path(file["path"])
        try:
            # A folder that is there keeps its mode.
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write(path, file["text"])
        except OSError as problem:
            sys.exit(f"The report {path} cannot be written: {problem.strerror}.")


if __name__ == "__main__":
    main()
