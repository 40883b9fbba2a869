# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the archive with galaxy-importer, as Galaxy and Automation Hub do.

The settings are the strictest of both. A warning is a failure unless it is listed here with the reason. galaxy-importer
does not run ``ansible-test``, because ``make sanity`` does.
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

from scripts.archive import build_archive
from scripts.tool_venv import prepare_venv

SETTINGS = """\
[galaxy-importer]
check_required_tags = true
require_v1_or_greater = true
run_ansible_test = false
ansible_local_tmp = {folder}
"""
DONE = "Importer processing completed successfully"
# Patterns of warnings that are accepted, with the reason.
EXPECTED = {
    r"ERROR +Failed to find community\.onelogin\.\w+ playbook\.": (
        "galaxy-importer passes a path that ends in ansible_collections, and ansible-lint adds that folder again"
    ),
    r"Could not get role description, no role metadata found": (
        "the role mfa_people is internal; with metadata, ansible-doc would list it beside the roles for users"
    ),
}


def find_problems(printed: str, expected: Mapping[str, str]) -> list[str]:
    """List the problems in the output of galaxy-importer.

    :param expected: patterns of warnings that are accepted, with the reason
    """
    warnings = re.findall(r"^(?:WARNING|ERROR|CRITICAL): .*", printed, re.MULTILINE)
    problems = [line for line in warnings if not any(re.search(pattern, line) for pattern in expected)]
    problems += [
        f"expected, but not in the output: {pattern}"
        for pattern in expected
        if not any(re.search(pattern, line) for line in warnings)
    ]
    return problems if DONE in printed else [*problems, "galaxy-importer did not finish:", printed[-2000:]]


def run_importer(tools: Path, archive: Path, folder: Path) -> str:
    """Run galaxy-importer on an archive and return its output; its results go into the folder.

    :param tools: the folder of its commands
    """
    settings = folder / "galaxy-importer.cfg"
    settings.write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GALAXY_"))}
    done = subprocess.run(
        [tools / "python", "-m", "galaxy_importer.main", archive],
        cwd=folder,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **environment,
            "GALAXY_IMPORTER_CONFIG": str(settings),
            # galaxy-importer calls tools of its own virtual environment, without the settings of the user.
            "PATH": os.pathsep.join([str(tools), os.environ["PATH"]]),
            "HOME": str(folder),
        },
    )
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Check an archive.

    :returns: 1 if there is a problem, else 0
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", nargs="?", type=Path, help="the archive; by default it is built from this checkout")
    named = parser.parse_args(arguments).archive
    tools = prepare_venv("importer")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        archive = named.resolve() if named else build_archive(folder)
        problems = find_problems(run_importer(tools, archive, folder), EXPECTED)
    print("\n".join(problems) or f"galaxy-importer accepts {archive.name}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
