# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the archive of the collection, with the same bytes for the same commit.

``ansible-galaxy collection build`` writes the time of the build, the times of the files, and the order in which the
file system lists them. The script packs its archive again: the files in the order of their names, all of them with the
time of the commit. ``SOURCE_DATE_EPOCH`` replaces that time (https://reproducible-builds.org/specs/source-date-epoch/).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NAMES = "community-onelogin-*.tar.gz"
# Added by ansible-galaxy. The first one contains the checksum of the second, which lists the other files.
MANIFEST, FILES = "MANIFEST.json", "FILES.json"


def run_galaxy(*arguments: str | Path) -> None:
    """Run ``ansible-galaxy collection``.

    :raises subprocess.CalledProcessError: the command failed
    """
    subprocess.run(
        [sys.executable, BIN / "ansible-galaxy", "collection", *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        # No warning that the collection is not installed in the configured path.
        env={**os.environ, "ANSIBLE_GALAXY_COLLECTIONS_PATH_WARNING": "false"},
    )


def read_epoch(checkout: Path) -> int:
    """Return the time of the last commit, in seconds since 1970, or ``SOURCE_DATE_EPOCH`` if it is set.

    :raises subprocess.CalledProcessError: the folder is not a git checkout with a commit
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=checkout, text=True))


def _dump(value: object) -> bytes:
    # As ansible-galaxy writes it.
    return json.dumps(value, indent=True).encode()


def sort_manifests(content: dict[str, bytes]) -> None:
    """Sort the list of files in the content of an archive, and write its new checksum into the manifest."""
    listed, manifest = json.loads(content[FILES]), json.loads(content[MANIFEST])
    listed["files"].sort(key=lambda file: str(file["name"]))
    content[FILES] = _dump(listed)
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(content[FILES]).hexdigest()
    content[MANIFEST] = _dump(manifest)


def normalize(source: Path, target: Path, epoch: int) -> None:
    """Write an archive with the content of another one, without what depends on the folder, the time or the user.

    :param epoch: the time of all files, in seconds since 1970
    """
    with tarfile.open(source) as archive:
        members = archive.getmembers()
        content = {member.name: file.read() for member in members if (file := archive.extractfile(member))}
    sort_manifests(content)
    # The header of gzip contains neither a name nor another time.
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        # ansible-galaxy has to find the manifests without reading the rest.
        for member in sorted(members, key=lambda each: (each.name not in {MANIFEST, FILES}, each.name)):
            entry = tarfile.TarInfo(member.name)
            entry.type, entry.linkname, entry.mtime = member.type, member.linkname, epoch
            entry.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            data = content.get(member.name, b"") if member.isfile() else b""
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def build_archive(folder: Path, checkout: Path = ROOT, epoch: int | None = None) -> Path:
    """Build the archive of a checkout into a folder and return its path.

    :param epoch: the time of all files, in seconds since 1970; by default, what `read_epoch` returns
    :raises subprocess.CalledProcessError: the build failed
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        run_galaxy("build", "--output-path", temporary, checkout)
        (built,) = Path(temporary).glob(NAMES)
        normalize(built, folder / built.name, read_epoch(checkout) if epoch is None else epoch)
    return folder / built.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the archive of this checkout and print its path and checksum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder for the archive")
    archive = build_archive(parser.parse_args(arguments).folder.resolve())
    print(f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {os.path.relpath(archive)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
