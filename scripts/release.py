# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the archive of a release from clean clones of what is committed, and have it checked.

Nothing is tagged or published: what is left to do is printed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from scripts.build_check import MADE_BY_GALAXY, build

ROOT = Path(__file__).resolve().parent.parent
RELEASES = Path(".cache/release")
CHECKS = (
    ("scripts.generate", "--check"),
    ("scripts.build_check", "{archive}"),
    ("scripts.importer", "{archive}"),
)


class NotReady(Exception):
    """There can be no release yet; the text says why."""


def git(*arguments: str | Path) -> str:
    """What git prints of the checkout.

    :raises subprocess.CalledProcessError: git refuses
    """
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def version() -> str:
    """The version that ``galaxy.yml`` names."""
    return str(yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"])


def reasons_against(wanted: str) -> Iterator[str]:
    """Why what is checked out cannot be released as that version."""
    if git("status", "--porcelain"):
        yield "there are changes that are not committed"
    if git("tag", "--list", wanted) and git("rev-list", "-1", wanted) != git("rev-list", "-1", "HEAD"):
        yield f"the tag {wanted} is on another commit"
    releases = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"]
    if wanted not in releases:
        yield f"the changelog has no release {wanted}: make changelog"
    elif not releases[wanted].get("changes", {}).get("release_summary"):
        yield f"the changelog of {wanted} has no summary"
    if f"\nv{wanted}\n" not in (ROOT / "CHANGELOG.rst").read_text(encoding="utf-8"):
        yield f"CHANGELOG.rst does not tell of {wanted}: make changelog"
    for fragment in sorted((ROOT / "changelogs/fragments").glob("*.y*ml")):
        yield f"{fragment.relative_to(ROOT)} is in no release"


def contents(archive: Path) -> dict[str, str]:
    """The checksums of an archive's files."""
    sums: dict[str, str] = {}
    with tarfile.open(archive) as packed:
        for member in packed:
            file = packed.extractfile(member)
            # Galaxy's own list the others, in whichever order the disk had them.
            if file and member.name not in MADE_BY_GALAXY:
                sums[member.name] = hashlib.sha256(file.read()).hexdigest()
    return sums


def cloned(folder: Path) -> Path:
    """A clean clone of what is committed, in a folder.

    :raises subprocess.CalledProcessError: git refuses
    """
    clone = folder / "community.onelogin"
    git("clone", "--quiet", ROOT, clone)
    return clone


def verified(folder: Path) -> Path:
    """The archive, built twice in a folder and checked by the clone's own scripts.

    :raises NotReady: it is not as it should be
    """
    clone = cloned(folder / "first")
    archive = build(folder / "built", clone)
    again = build(folder / "again", cloned(folder / "second"))
    if contents(archive) != contents(again):
        raise NotReady("two builds are not of the same content")
    for script, argument in CHECKS:
        print(f"release: {script}", flush=True)
        command = [sys.executable, "-m", script, argument.format(archive=archive)]
        if subprocess.run(command, cwd=clone, check=False).returncode:
            raise NotReady(f"{script} has found what is told above")
    return archive


def keep(archive: Path) -> Path:
    """Put an archive, and its checksum beside it, where it stays."""
    kept = ROOT / RELEASES / archive.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(archive.read_bytes())
    checksum = hashlib.sha256(kept.read_bytes()).hexdigest()
    # As sha256sum --check reads it.
    kept.with_name(f"{kept.name}.sha256").write_text(f"{checksum}  {kept.name}\n", encoding="utf-8")
    return kept


def release(wanted: str) -> Path:
    """The archive of what is committed, checked and kept.

    :raises NotReady: there can be none yet
    """
    against = list(reasons_against(wanted))
    if against:
        raise NotReady("\n".join(against))
    with tempfile.TemporaryDirectory() as folder:
        return keep(verified(Path(folder).resolve()))


def main() -> int:
    """Make the archive; 1 with the reasons if that cannot be."""
    wanted = version()
    try:
        archive = release(wanted)
    except NotReady as reason:
        print(f"release: {wanted} is not ready:\n{reason}", file=sys.stderr)
        return 1
    kept = archive.relative_to(ROOT)
    print(f"""release: {kept}, with its checksum beside it. What is left, once `make test matrix ee` has passed:
  git tag --annotate {wanted} --message {wanted} {git("rev-parse", "--short", "HEAD").strip()}
  git push origin {wanted}
  ansible-galaxy collection publish {kept}""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
