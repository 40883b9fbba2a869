# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, compare the archive with what users need, install it and look at it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SHIPPED = {
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    # Not that of what only the tests have.
    "LICENSES/BSD-2-Clause.txt",
    "LICENSES/GPL-3.0-or-later.txt",
    "README.md",
    "changelogs",
    "docs",
    "examples",
    "meta",
    "playbooks",
    "plugins",
    "roles",
    # Tells ansible-test which Pythons the modules are for, also where only the archive is at hand.
    "tests/config.yml",
}
MADE_BY_GALAXY = {"FILES.json", "MANIFEST.json"}
# All that may be needed once it is installed.
USED = {"meta", "playbooks", "plugins", "roles"} | MADE_BY_GALAXY
# What has documentation, by the name that ansible-doc has for its kind.
DOCUMENTED = {
    "module": "plugins/modules/[!_]*.py",
    "filter": "plugins/filter/*.yml",
    "inventory": "plugins/inventory/[!_]*.py",
    "role": "roles/*/meta/argument_specs.yml",
}
# Galaxy takes no larger archive.
LARGEST = 20 * 1024 * 1024


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
    return MADE_BY_GALAXY | {name for name in names if {name.split("/")[0], name} & SHIPPED and (ROOT / name).exists()}


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


def build(folder: Path, checkout: Path = ROOT) -> Path:
    """The archive of a checkout, built into a folder.

    :raises subprocess.CalledProcessError: it cannot be built
    """
    galaxy("build", "--output-path", folder, checkout)
    (archive,) = folder.glob("community-onelogin-*.tar.gz")
    return archive


def named() -> dict[str, set[str]]:
    """What of this checkout has documentation: names by kind."""
    return {
        kind: {path.parents[1].name if kind == "role" else path.stem for path in ROOT.glob(pattern)}
        for kind, pattern in DOCUMENTED.items()
    }


def documented(collections: Path, kind: str, names: set[str]) -> set[str]:
    """Those of the names that ansible-doc reads from the collection below ``collections``."""
    if not names:
        return set()
    printed = subprocess.run(
        [
            *(sys.executable, BIN / "ansible-doc", "--json", "--type", kind),
            *(f"community.onelogin.{name}" for name in sorted(names)),
        ],
        cwd=collections,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)},
    )
    entries: Mapping[str, Mapping[str, object]] = json.loads(printed.stdout)
    return {name.rpartition(".")[2] for name, entry in entries.items() if _file(entry).is_relative_to(collections)}


def _file(entry: Mapping[str, object]) -> Path:
    doc = entry.get("doc")
    return Path(str(doc["filename"] if isinstance(doc, dict) else entry["path"]))


def lost(archive: Path, folder: Path, wanted: Mapping[str, set[str]]) -> list[str]:
    """What is not found once the archive is installed into a folder that is empty, without what must not be needed."""
    collections = folder / "collections"
    # Forced, or it would be content with the checkout that .venv links to.
    galaxy("install", "--offline", "--force", archive, "--collections-path", collections)
    for path in (collections / "ansible_collections/community/onelogin").iterdir():
        if path.name not in USED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [
        f"{kind} {name}"
        for kind, names in wanted.items()
        for name in sorted(names - documented(collections, kind, names))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Look; 1 when the archive holds too much, too little or does not install."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", nargs="?", type=Path, help="instead of one that is built from this checkout")
    given = parser.parse_args(arguments).archive
    wanted, names = expected(), named()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        archive = given.resolve() if given else build(folder)
        with tarfile.open(archive) as content:
            found = {member.name for member in content if not member.isdir()}
        absent = lost(archive, folder, names)
        size = archive.stat().st_size

    problems = [f"not in the checkout: {name}" for name in sorted(SHIPPED) if not (ROOT / name).exists()]
    problems += [f"in the archive, but not for users: {name}" for name in sorted(found - wanted)]
    problems += [f"missing from the archive: {name}" for name in sorted(wanted - found)]
    problems += [f"not found once installed: {name}" for name in absent]
    if size > LARGEST:
        problems += [f"{size} bytes are too many for Galaxy"]
    counts = ", ".join(f"{kind} {len(names[kind])}" for kind in DOCUMENTED)
    print("\n".join(problems) or f"{len(found)} files, {size // 1024} KiB, documentation: {counts}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
