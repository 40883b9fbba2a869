# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Have galaxy-importer, which Galaxy and Automation Hub judge an archive with, look at this collection's.

It is set as strictly as either of them is, and what it warns of is a failure unless it is listed here with the reason.
``ansible-test``, which it would start in a container, is ``make sanity``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.build_check import build

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
LOCK = ROOT / "requirements" / "importer.txt"
VENV = ROOT / ".cache" / "importer"
SETTINGS = """\
[galaxy-importer]
check_required_tags = true
require_v1_or_greater = true
run_ansible_test = false
ansible_local_tmp = {folder}
"""
DONE = "Importer processing completed successfully"
# What it warns of in vain, and why.
EXPECTED = {
    r"playbooks/awx/configure\.yml:\d+:\d+: syntax-check\[unknown-module\]: .*'awx\.awx\.\w+'": (
        "only who runs this playbook needs awx.awx, so the collection does not depend on it; `make lint` has it at hand"
    ),
    r"ERROR +Failed to find community\.onelogin\.\w+ playbook\.": (
        "the importer gives ansible-lint a path that ends in ansible_collections, where ansible-lint looks one deeper"
    ),
}


def wrong(printed: str, expected: Mapping[str, str]) -> list[str]:
    """What is wrong with an archive, by what the importer has printed of it.

    :param expected: patterns of warnings that are none, with the reason
    """
    warnings = re.findall(r"^(?:WARNING|ERROR|CRITICAL): .*", printed, re.MULTILINE)
    problems = [line for line in warnings if not any(re.search(pattern, line) for pattern in expected)]
    problems += [
        f"no longer warned of, so no longer to be expected: {pattern}"
        for pattern in expected
        if not any(re.search(pattern, line) for line in warnings)
    ]
    return problems if DONE in printed else [*problems, "the importer gave up:", printed[-2000:]]


def prepare() -> None:
    """Make the virtual environment, if it is not there as locked.

    :raises subprocess.CalledProcessError: it cannot be made
    """
    ready, wanted = VENV / "ready", f"{VENV} {sys.version}\n{LOCK.read_text(encoding='utf-8')}"
    if ready.exists() and ready.read_text(encoding="utf-8") == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--clear", VENV], check=True)
    python = VENV / "bin" / "python"
    subprocess.run([TOOLS / "uv", "pip", "sync", "--quiet", "--python", python, LOCK], check=True)
    ready.write_text(wanted, encoding="utf-8")


def look(archive: Path, folder: Path) -> str:
    """What the importer prints of an archive; it leaves its results in the folder."""
    settings = folder / "galaxy-importer.cfg"
    settings.write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GALAXY_"))}
    done = subprocess.run(
        [VENV / "bin" / "python", "-m", "galaxy_importer.main", archive],
        cwd=folder,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **environment,
            "GALAXY_IMPORTER_CONFIG": str(settings),
            # The tools it calls come from beside it, and read no settings of the user's.
            "PATH": os.pathsep.join([str(VENV / "bin"), os.environ["PATH"]]),
            "HOME": str(folder),
        },
    )
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Look; 1 when the importer warns of something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", nargs="?", type=Path, help="instead of one that is built from this checkout")
    named = parser.parse_args(arguments).archive
    prepare()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        archive = named.resolve() if named else build(folder)
        problems = wrong(look(archive, folder), EXPECTED)
    print("\n".join(problems) or f"galaxy-importer takes {archive.name}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
