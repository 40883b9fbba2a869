# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the archive of a release from clean clones of the last commit, and check it.

The script does not tag or publish anything. It prints the commands for that.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from scripts.archive import build_archive

ROOT = Path(__file__).resolve().parent.parent
RELEASES = Path(".cache/release")
CHECKS = (
    ("scripts.generate", "--check"),
    ("scripts.build_check", "{archive}"),
    ("scripts.importer", "{archive}"),
)


class NotReady(Exception):
    """The checkout cannot be released; the text contains the reasons."""


def git(*arguments: str | Path) -> str:
    """Run git in the checkout and return its output.

    :raises subprocess.CalledProcessError: git failed
    """
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def read_version() -> str:
    """Return the version in ``galaxy.yml``."""
    return str(yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"])


def find_obstacles(wanted: str) -> Iterator[str]:
    """Yield the reasons why the checkout cannot be released as that version."""
    if git("status", "--porcelain"):
        yield "the checkout has uncommitted changes"
    if git("tag", "--list", wanted) and git("rev-list", "-1", wanted) != git("rev-list", "-1", "HEAD"):
        yield f"the tag {wanted} is on another commit"
    releases = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"]
    if wanted not in releases:
        yield f"the changelog has no release {wanted}; run: make changelog"
    elif not releases[wanted].get("changes", {}).get("release_summary"):
        yield f"the changelog of {wanted} has no summary"
    if f"\nv{wanted}\n" not in (ROOT / "CHANGELOG.rst").read_text(encoding="utf-8"):
        yield f"CHANGELOG.rst does not contain {wanted}; run: make changelog"
    for fragment in sorted((ROOT / "changelogs/fragments").glob("*.y*ml")):
        yield f"{fragment.relative_to(ROOT)} is in no release"


def clone_checkout(folder: Path) -> Path:
    """Clone the checkout into a folder and return the path of the clone.

    :raises subprocess.CalledProcessError: git failed
    """
    clone = folder / "community.onelogin"
    git("clone", "--quiet", ROOT, clone)
    return clone


def build_verified(folder: Path) -> Path:
    """Build the archive twice, compare the two, check one with the scripts of the clone, and return its path.

    :raises NotReady: the archives differ, or a check failed
    """
    clone = clone_checkout(folder / "first")
    archive = build_archive(folder / "built", clone)
    again = build_archive(folder / "again", clone_checkout(folder / "second"))
    if archive.read_bytes() != again.read_bytes():
        raise NotReady("two builds have different bytes")
    for script, argument in CHECKS:
        print(f"release: {script}", flush=True)
        command = [sys.executable, "-m", script, argument.format(archive=archive)]
        if subprocess.run(command, cwd=clone, check=False).returncode:
            raise NotReady(f"{script} failed; see above")
    return archive


def keep(archive: Path) -> Path:
    """Copy the archive to the folder of releases, and write its checksum beside it."""
    kept = ROOT / RELEASES / archive.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(archive.read_bytes())
    checksum = hashlib.sha256(kept.read_bytes()).hexdigest()
    # The format of sha256sum --check.
    kept.with_name(f"{kept.name}.sha256").write_text(f"{checksum}  {kept.name}\n", encoding="utf-8")
    return kept


def release(wanted: str) -> Path:
    """Build, check and keep the archive of the last commit, and return its path.

    :raises NotReady: the checkout cannot be released
    """
    obstacles = list(find_obstacles(wanted))
    if obstacles:
        raise NotReady("\n".join(obstacles))
    with tempfile.TemporaryDirectory() as folder:
        return keep(build_verified(Path(folder).resolve()))


def main() -> int:
    """Build the archive and print what to do next.

    :returns: 1 if the checkout cannot be released, else 0
    """
    wanted = read_version()
    try:
        archive = release(wanted)
    except NotReady as reason:
        print(f"release: {wanted} is not ready:\n{reason}", file=sys.stderr)
        return 1
    kept = archive.relative_to(ROOT)
    print(f"""release: {kept} and its checksum are ready. When `make test matrix ee` has passed, run:
  git tag --annotate {wanted} --message {wanted} {git("rev-parse", "--short", "HEAD").strip()}
  git push origin {wanted}
  ansible-galaxy collection publish {kept}""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
