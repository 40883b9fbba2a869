# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, compare the archive with what users need, install it and look at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
SHIPPED = {
    "CHANGELOG.rst",
    "CONTRIBUTING.md",
    "LICENSE",
    "LICENSES",
    "README.md",
    "changelogs",
    "docs",
    "examples",
    "meta",
    "playbooks",
    "plugins",
    "roles",
}
MADE_BY_GALAXY = {"FILES.json", "MANIFEST.json"}


def expected() -> set[str]:
    """The files an archive has to hold: all that git tracks, or would, below what is shipped."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = filter(None, listed.stdout.split("\0"))
    return MADE_BY_GALAXY | {name for name in names if name.split("/")[0] in SHIPPED and (ROOT / name).exists()}


def galaxy(*arguments: str | Path) -> None:
    """Call ``ansible-galaxy collection``.

    :raises subprocess.CalledProcessError: it failed
    """
    subprocess.run(
        [sys.executable, BIN / "ansible-galaxy", "collection", *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        # Without the warning that what is installed here is of no use elsewhere.
        env={**os.environ, "ANSIBLE_GALAXY_COLLECTIONS_PATH_WARNING": "false"},
    )


def documented(collections: Path, modules: set[str]) -> set[str]:
    """Those of the modules that ansible-doc reads from the collection below ``collections``."""
    if not modules:
        return set()
    names = [f"community.onelogin.{module}" for module in sorted(modules)]
    printed = subprocess.run(
        [sys.executable, BIN / "ansible-doc", "--json", "--type", "module", *names],
        cwd=collections,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)},
    )
    files = (Path(entry["doc"]["filename"]) for entry in json.loads(printed.stdout).values())
    return {file.stem for file in files if file.is_relative_to(collections)}


def main() -> int:
    """Build and look; 1 when the archive holds too much, too little or does not install."""
    wanted = expected()
    with tempfile.TemporaryDirectory() as folder:
        galaxy("build", "--output-path", folder, ROOT)
        (archive,) = Path(folder).glob("community-onelogin-*.tar.gz")
        with tarfile.open(archive) as content:
            found = {member.name for member in content if not member.isdir()}
        collections = Path(folder, "collections").resolve()
        # Forced, or it would be content with the checkout that .venv links to.
        galaxy("install", "--offline", "--force", archive, "--collections-path", collections)
        modules = {path.stem for path in (ROOT / "plugins/modules").glob("[!_]*.py")}
        lost = modules - documented(collections, modules)
        size = archive.stat().st_size

    absent = SHIPPED - {path.name for path in ROOT.iterdir()}
    problems = [f"not in the checkout: {name}" for name in sorted(absent)]
    problems += [f"in the archive, but not for users: {name}" for name in sorted(found - wanted)]
    problems += [f"missing from the archive: {name}" for name in sorted(wanted - found)]
    problems += [f"not found once installed: {name}" for name in sorted(lost)]
    print("\n".join(problems) or f"{len(found)} files, {size // 1024} KiB, {len(modules)} modules")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
