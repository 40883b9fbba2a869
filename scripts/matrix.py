# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tests on other releases of ansible-core, each with its own Python and virtual environment.

A release whose Python is not on this machine is left out, and the summary says so. The releases also take turns at the
oldest and the newest versions of what the collection needs.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "bin" / "uv"
NEEDED = ROOT / "meta" / "ee-requirements.txt"
INTEGRATION = ("-n", "6", "--dist", "worksteal")  # as in the Makefile
STEPS = ("unit", "integration", "sanity")
OLDEST, LOCKED, NEWEST = "oldest", "locked", "newest"
TOOLS = ("pep8", "pslint", "pylint", "shellcheck", "yamllint")
"""Sanity tests that run a tool on the text of the files. They run on the release in .venv and on the newest one."""


@dataclass(frozen=True)
class Row:
    """A release of ansible-core, the Python it runs on, and which versions of the libraries.

    :param skipped: the sanity tests that do not run there.
    """

    core: str
    python: str
    libraries: str
    steps: tuple[str, ...] = STEPS
    skipped: tuple[str, ...] = TOOLS

    def __str__(self) -> str:
        return f"ansible-core {self.core}, Python {self.python}, {self.libraries} libraries"


ROWS = (
    Row("2.16", "3.11", OLDEST),
    # No longer maintained, and between two that are tested as a whole.
    Row("2.17", "3.12", LOCKED, ("unit",)),
    Row("2.18", "3.11", LOCKED),
    Row("2.20", "3.12", LOCKED),
    Row("2.21", "3.13", NEWEST, skipped=()),
)


def overrides(row: Row, needed: str) -> list[str]:
    """What is to be installed whatever other requirements say.

    :param needed: the text of the collection's own requirements, all of them lower bounds.
    """
    own = [line for line in needed.splitlines() if line and not line.startswith("#")]
    if row.libraries == OLDEST:
        # The binary part of psycopg is a distribution of its own, of the same version.
        own = [line.replace(">=", "==") for line in own]
        own += [re.sub(r"psycopg\[binary]", "psycopg-binary", line) for line in own if "[binary]" in line]
        # OneLogin's SDK, which only the contract tests use, wants a newer one than the oldest requests can bear.
        own += ["urllib3<1.27"]
    return [f"ansible-core=={row.core}.*", *(own if row.libraries != LOCKED else [])]


def find(python: str) -> str | None:
    """A Python of that version that can be started, also one of pyenv's that is not switched on."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for candidate in (shutil.which(f"python{python}"), *sorted(pyenv.glob(f"versions/{python}.*/bin/python"))):
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(candidate)
    return None


def prepare(row: Row, python: str, folder: Path) -> str:
    """Make a virtual environment, with this checkout on its collections path; returns its Python."""
    subprocess.run([python, "-m", "venv", folder], check=True)
    interpreter = str(folder / "bin" / "python")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(overrides(row, NEEDED.read_text(encoding="utf-8"))))
        file.flush()
        requirements = [part for name in ("run", "simulator", "test") for part in ("-r", f"requirements/{name}.in")]
        # The tests start Ansible hundreds of times.
        install = [str(UV), "pip", "install", "--quiet", "--compile-bytecode", "--python", interpreter]
        subprocess.run([*install, "--override", file.name, *requirements], cwd=ROOT, check=True)
    packages = subprocess.check_output(
        [interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    ).strip()
    link = Path(packages, "ansible_collections", "community", "onelogin")
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT)
    return interpreter


def commands(row: Row, interpreter: str, temporary: Path) -> dict[str, list[str]]:
    """What is run on it, by name."""
    pytest = [interpreter, "-m", "pytest", "-q", "--basetemp", str(temporary)]
    chosen = "not once and not libraries" if row.libraries == LOCKED else "not once"
    return {
        "unit": [*pytest, "-n", "2", "-m", chosen, "tests/unit"],
        "integration": [*pytest, *INTEGRATION, "-m", chosen, "tests/integration"],
        "sanity": [
            interpreter,
            "scripts/sanity.py",
            "--python",
            row.python,
            *(f"--skip-test={t}" for t in row.skipped),
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", action="append", choices=[row.core for row in ROWS], help="these releases only")
    parser.add_argument("--step", action="append", choices=STEPS, help="these steps only")
    options = parser.parse_args(arguments)
    lines: list[str] = []
    failed = False
    for row in (row for row in ROWS if not options.core or row.core in options.core):
        python = find(row.python)
        if not python:
            lines.append(f"LEFT OUT  {row}: no Python {row.python} here")
            continue
        print(f"\n==> {row}", flush=True)
        # Not in the checkout, and with short names: 2.16 ships no modules to a Python whose path has blanks,
        # and 2.21 makes sockets below the tests' folder, whose names are limited.
        with tempfile.TemporaryDirectory(prefix="m") as folder:
            interpreter = prepare(row, python, Path(folder, "venv"))
            for name, command in commands(row, interpreter, Path(folder, "t")).items():
                if name not in row.steps or (options.step and name not in options.step):
                    continue
                began = time.monotonic()
                code = subprocess.run(command, cwd=ROOT, check=False).returncode
                failed |= code != 0
                lines.append(f"{'FAILED' if code else 'ok':<9} {row}: {name}, {time.monotonic() - began:.0f} s")
                print(lines[-1], flush=True)
    print("\n" + "\n".join(lines))
    if all(line.startswith("LEFT OUT") for line in lines):
        print("no release could be tried: no Python that fits is here")
        failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
