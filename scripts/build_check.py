# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, compare the archive with what users need, install it and read its documentation.

A second build, from a copy of the checkout, must have the same bytes.
"""

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

from scripts.archive import BIN, FILES, MANIFEST, ROOT, build_archive, read_epoch, run_galaxy

SHIPPED = {
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    # The MIT licence applies to test data only.
    "LICENSES/BSD-2-Clause.txt",
    "LICENSES/GPL-3.0-or-later.txt",
    "README.md",
    "SECURITY.md",
    "changelogs",
    "docs",
    "examples",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "roles",
    # ansible-test reads the supported Python versions of the modules from it, also in an installed collection.
    "tests/config.yml",
}
MADE_BY_GALAXY = {MANIFEST, FILES}
# All that an installed collection needs.
USED = {"extensions", "meta", "playbooks", "plugins", "roles"} | MADE_BY_GALAXY
# The files with documentation, by the type that ansible-doc uses.
DOCUMENTED = {
    "module": "plugins/modules/[!_]*.py",
    "filter": "plugins/filter/*.yml",
    "inventory": "plugins/inventory/[!_]*.py",
    "role": "roles/*/meta/argument_specs.yml",
}
# The limit of Galaxy, in bytes.
LARGEST = 20 * 1024 * 1024


def list_expected_files() -> set[str]:
    """List the files that the archive must contain: the shipped ones that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = filter(None, listed.stdout.split("\0"))
    return MADE_BY_GALAXY | {name for name in names if {name.split("/")[0], name} & SHIPPED and (ROOT / name).exists()}


def build_elsewhere(folder: Path) -> Path:
    """Build the archive from a copy of this checkout, whose files have another order, other times and other rights.

    :raises subprocess.CalledProcessError: the build failed
    """
    copy = folder / "copy"
    for number, name in enumerate(sorted(list_expected_files() - MADE_BY_GALAXY | {"galaxy.yml"}, reverse=True)):
        source, target = ROOT / name, copy / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        target.chmod(0o700 if os.access(source, os.X_OK) else 0o600)
        os.utime(target, (number, number))
    return build_archive(folder / "again", copy, read_epoch(ROOT))


def list_documented() -> dict[str, set[str]]:
    """List the names of plugins and roles with documentation in this checkout, by type."""
    return {
        kind: {path.parents[1].name if kind == "role" else path.stem for path in ROOT.glob(pattern)}
        for kind, pattern in DOCUMENTED.items()
    }


def find_documented(collections: Path, kind: str, names: set[str]) -> set[str]:
    """Return those of the names whose documentation ansible-doc finds below ``collections``."""
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


def list_missing_documentation(archive: Path, folder: Path, wanted: Mapping[str, set[str]]) -> list[str]:
    """Install the archive into an empty folder, remove the files that no one uses, and list missing documentation."""
    collections = folder / "collections"
    # Otherwise ansible-galaxy finds the checkout, to which .venv has a link, and installs nothing.
    run_galaxy("install", "--offline", "--force", archive, "--collections-path", collections)
    for path in (collections / "ansible_collections/community/onelogin").iterdir():
        if path.name not in USED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [
        f"{kind} {name}"
        for kind, names in wanted.items()
        for name in sorted(names - find_documented(collections, kind, names))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check an archive.

    :returns: 1 if the archive has files too many or too few or cannot be used, else 0
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", nargs="?", type=Path, help="the archive; by default it is built from this checkout")
    given = parser.parse_args(arguments).archive
    wanted, names = list_expected_files(), list_documented()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        archive = given.resolve() if given else build_archive(folder)
        same = build_elsewhere(folder).read_bytes() == archive.read_bytes()
        with tarfile.open(archive) as content:
            found = {member.name for member in content if not member.isdir()}
        absent = list_missing_documentation(archive, folder, names)
        size = archive.stat().st_size

    problems = [f"not in the checkout: {name}" for name in sorted(SHIPPED) if not (ROOT / name).exists()]
    problems += [f"in the archive, but not in the list of shipped files: {name}" for name in sorted(found - wanted)]
    problems += [f"missing from the archive: {name}" for name in sorted(wanted - found)]
    problems += [f"no documentation after the installation: {name}" for name in absent]
    if not same:
        problems.append("the bytes of the archive depend on the folder, or on the order, times or rights of the files")
    if size > LARGEST:
        problems += [f"the archive has {size} bytes, above Galaxy's limit of {LARGEST}"]
    counts = ", ".join(f"{kind} {len(names[kind])}" for kind in DOCUMENTED)
    print("\n".join(problems) or f"{len(found)} files, {size // 1024} KiB, documentation: {counts}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
