# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tests on other releases of ansible-core, each with its own Python and virtual environment.

A release is skipped if its Python is not on this machine; the summary shows it. The releases also cover the oldest and
the newest supported versions of the libraries.
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "bin" / "uv"
NEEDED = ROOT / "meta" / "ee-requirements.txt"
# Only a journal in PostgreSQL needs it, so execution environments do not have it by default.
POSTGRESQL = "psycopg[binary]>=3.1.4"
INTEGRATION = ("-n", "4", "--dist", "worksteal")  # as in the Makefile
STEPS = ("unit", "integration", "sanity")
# Libraries and tools whose versions in requirements/ need a newer Python. Others serve there, and the unit tests
# do without the last one.
PYTHON_310 = (
    *("ansible-builder", "check-jsonschema", "hypothesis", "pillow", "SQLAlchemy", "starlette"),
    "awx-plugins-interfaces ; python_version >= '3.11'",
)
OLDEST, LOCKED, NEWEST = "oldest", "locked", "newest"
SKIPPED = "SKIPPED"


@dataclass(frozen=True)
class Row:
    """A release of ansible-core, the version of Python, and the versions of the libraries.

    :param tools: whether the sanity tests run there that run a tool on the text of the files.
    :param preview: whether there is no stable version yet.
    """

    core: str
    python: str
    libraries: str
    steps: tuple[str, ...] = STEPS
    tools: bool = False
    preview: bool = False

    @property
    def requirement(self) -> str:
        """The requirement of this release. Only one that names a preview allows it, and of this package only."""
        if not self.preview:
            return f"ansible-core=={self.core}.*"
        major, minor = self.core.split(".")
        return f"ansible-core>={self.core}.0rc1,<{major}.{int(minor) + 1}"

    def __str__(self) -> str:
        return f"ansible-core {self.core}, Python {self.python}, {self.libraries} libraries"


ROWS = (
    Row("2.16", "3.11", OLDEST),
    # These are between two releases that the other tests run on.
    Row("2.17", "3.10", LOCKED, ("unit", "sanity")),
    Row("2.18", "3.11", LOCKED, ("unit", "sanity")),
    Row("2.20", "3.12", LOCKED, ("unit", "sanity")),
    Row("2.21", "3.13", NEWEST, tools=True),
    Row("2.22", "3.13", NEWEST, ("unit", "sanity"), preview=True),
)


def build_overrides(row: Row, needed: str) -> list[str]:
    """Return the requirements that override all others.

    :param needed: the text of the collection's own requirements, which are lower bounds
    """
    own = [*(line for line in needed.splitlines() if line and not line.startswith("#")), POSTGRESQL]
    if row.libraries == OLDEST:
        # The binary part of psycopg is a separate distribution with the same version.
        own = [line.replace(">=", "==") for line in own]
        own += [re.sub(r"psycopg\[binary]", "psycopg-binary", line) for line in own if "[binary]" in line]
        # OneLogin's SDK, which only the contract tests use, requires a version too new for the oldest requests.
        own += ["urllib3<1.27"]
    tools = PYTHON_310 if row.python == "3.10" else ()
    return [row.requirement, *(own if row.libraries != LOCKED else []), *tools]


def find_python(python: str) -> str | None:
    """Find a Python of that version that starts, also one of pyenv that is not activated."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for candidate in (shutil.which(f"python{python}"), *sorted(pyenv.glob(f"versions/{python}.*/bin/python"))):
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(candidate)
    return None


def create_venv(row: Row, python: str, folder: Path) -> str:
    """Create a virtual environment with this checkout on its collections path, and return its Python."""
    subprocess.run([python, "-m", "venv", folder], check=True)
    interpreter = str(folder / "bin" / "python")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(build_overrides(row, NEEDED.read_text(encoding="utf-8"))))
        file.flush()
        requirements = [part for name in ("run", "simulator", "test") for part in ("-r", f"requirements/{name}.in")]
        # Bytecode pays, because the tests start Ansible hundreds of times.
        install = [str(UV), "pip", "install", "--quiet", "--compile-bytecode", "--python", interpreter]
        subprocess.run([*install, "--override", file.name, *requirements], cwd=ROOT, check=True)
    packages = subprocess.check_output(
        [interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    ).strip()
    link = Path(packages, "ansible_collections", "community", "onelogin")
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT)
    return interpreter


def build_commands(row: Row, interpreter: str, temporary: Path) -> dict[str, list[str]]:
    """Return the commands for a release, by step."""
    # Two steps run at the same time, and pytest empties its folder when it starts.
    pytest = [interpreter, "-m", "pytest", "-q", "--basetemp"]
    # What is about the libraries runs on the oldest ones here, and on those of the lock file in .venv.
    chosen = "not once" if row.libraries == OLDEST else "not once and not libraries"
    # The longest step is the first, and the others run beside it.
    return {
        "integration": [*pytest, str(temporary / "i"), *INTEGRATION, "-m", chosen, "tests/integration"],
        "unit": [*pytest, str(temporary / "u"), "-n", "2", "-m", chosen, "tests/unit"],
        "sanity": [
            interpreter,
            "scripts/sanity.py",
            "--python",
            row.python,
            *([] if row.tools else ["--without-tools"]),
        ],
    }


def run_step(row: Row, name: str, command: Sequence[str]) -> tuple[int, str]:
    """Run a step, print its output when it ends, and return its exit code and its line in the summary."""
    print(f"==> {row}: {name} starts", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    line = f"{'FAILED' if done.returncode else 'ok':<9} {row}: {name}, {time.monotonic() - start:.0f} s"
    # One call of print, so that the lines of another step cannot come in between.
    print(f"\n==> {row}: {name}\n{done.stdout}{line}", flush=True)
    return done.returncode, line


def run_row(row: Row, python: str, steps: Sequence[str]) -> list[tuple[int, str]]:
    """Run those of the steps that the release has, two at the same time."""
    # Outside the checkout and with a short name: 2.16 cannot start modules with a Python whose path contains
    # blanks, and 2.21 creates sockets, whose paths have a limit, in the folder of the tests.
    with tempfile.TemporaryDirectory(prefix="m") as folder:
        interpreter = create_venv(row, python, Path(folder, "venv"))
        commands = build_commands(row, interpreter, Path(folder))
        # The tests wait often, so the sanity tests run beside them. There is one run of ansible-test at a time, because
        # its virtual environments are in a folder that all releases share.
        with ThreadPoolExecutor(2) as pool:
            chosen = [name for name in commands if name in row.steps and name in steps]
            running = [pool.submit(run_step, row, name, commands[name]) for name in chosen]
        return [step.result() for step in running]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps on the releases.

    :returns: 1 if a step failed or no release could be tested, else 0
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--core", action="append", choices=[row.core for row in ROWS], help="run only this release; repeatable"
    )
    parser.add_argument("--step", action="append", choices=STEPS, help="run only this step; repeatable")
    options = parser.parse_args(arguments)
    lines: list[str] = []
    failed = False
    for row in (row for row in ROWS if not options.core or row.core in options.core):
        python = find_python(row.python)
        if not python:
            lines.append(f"{SKIPPED:<9} {row}: Python {row.python} not found")
            continue
        print(f"\n==> {row}", flush=True)
        for code, line in run_row(row, python, options.step or STEPS):
            failed |= code != 0
            lines.append(line)
    print("\n" + "\n".join(lines))
    if all(line.startswith(SKIPPED) for line in lines):
        print("no release was tested, because no matching Python was found")
        failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
