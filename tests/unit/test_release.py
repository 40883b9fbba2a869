# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be released, and how the archive is checked."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from scripts import archive, importer, release

pytestmark = pytest.mark.once("it is about the repository")

VERSION = "1.2.3"
NAME = f"community-onelogin-{VERSION}.tar.gz"
# A replacement for ansible-galaxy, which packs the README each time.
GALAXY = f"""\
import io, pathlib, sys, tarfile
folder, checkout = map(pathlib.Path, sys.argv[-2:])
with tarfile.open(folder / "{NAME}", "w:gz") as archive:
    for name, text in [("FILES.json", '{{"files": []}}'), ("MANIFEST.json", '{{"file_manifest_file": {{}}}}')]:
        entry = tarfile.TarInfo(name)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text.encode()))
    archive.add(checkout / "README.md", "README.md")
"""


def run(*command: str | Path, cwd: Path) -> None:
    """Run a tool, as an invented user of git."""
    identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.com"]
    subprocess.run([command[0], *(identity if command[0] == "git" else ()), *command[1:]], cwd=cwd, check=True)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that is ready for release, with scripts that succeed."""
    root = tmp_path / "odd name (1)"
    for folder in ("changelogs/fragments", "scripts"):
        (root / folder).mkdir(parents=True)
    (root / ".gitignore").write_text(".cache\n__pycache__\n")
    (root / "README.md").write_text("Read me.\n")
    (root / "galaxy.yml").write_text(f"version: {VERSION}\n")
    (root / "CHANGELOG.rst").write_text(f"Release Notes\n\nv{VERSION}\n======\n")
    (root / "changelogs/changelog.yaml").write_text(
        yaml.safe_dump({"releases": {VERSION: {"changes": {"release_summary": "The first."}}}})
    )
    for name in ("generate", "build_check", "importer"):
        (root / f"scripts/{name}.py").write_text("")
    run("git", "init", "--quiet", cwd=root)
    commit(root)
    monkeypatch.setattr(release, "ROOT", root)
    return root


@pytest.fixture
def galaxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The replacement for ansible-galaxy."""
    script = tmp_path / "ansible-galaxy"
    script.write_text(GALAXY)
    monkeypatch.setattr(archive, "BIN", tmp_path)
    return script


def commit(root: Path) -> None:
    """Commit all files."""
    run("git", "add", "--all", cwd=root)
    run("git", "commit", "--quiet", "--allow-empty", "--message", "All", cwd=root)


def test_a_valid_release_is_stored_with_its_checksum(
    checkout: Path, galaxy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main() == 0
    kept = checkout / ".cache/release" / NAME
    run("sha256sum", "--check", "--quiet", f"{kept.name}.sha256", cwd=kept.parent)
    with tarfile.open(kept) as packed:
        assert packed.getnames() == ["FILES.json", "MANIFEST.json", "README.md"]
    assert "git tag --annotate 1.2.3" in capsys.readouterr().out
    assert release.git("tag") == "", "it only prints the command"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("galaxy.yml", "version: 1.2.4\n", "the changelog has no release 1.2.4"),
        ("galaxy.yml", "version: 1.2.4\n", "CHANGELOG.rst does not contain 1.2.4"),
        ("changelogs/changelog.yaml", "releases: {1.2.3: {}}\n", "the changelog of 1.2.3 has no summary"),
        ("CHANGELOG.rst", "Nothing yet.\n", "CHANGELOG.rst does not contain 1.2.3"),
        ("changelogs/fragments/fixed.yml", "bugfixes: []\n", "changelogs/fragments/fixed.yml is in no release"),
    ],
)
def test_a_release_without_its_changelog_is_refused(checkout: Path, name: str, text: str, reason: str) -> None:
    (checkout / name).write_text(text)
    commit(checkout)
    with pytest.raises(release.NotReady, match=reason):
        release.release(release.read_version())


def test_uncommitted_changes_are_not_released(checkout: Path) -> None:
    (checkout / "forgotten").touch()
    with pytest.raises(release.NotReady, match="uncommitted"):
        release.release(VERSION)


def test_a_version_is_released_only_once(checkout: Path, galaxy: Path) -> None:
    run("git", "tag", VERSION, cwd=checkout)
    assert release.main() == 0, "once more, from the same commit"
    commit(checkout)
    with pytest.raises(release.NotReady, match="on another commit"):
        release.release(VERSION)


@pytest.mark.parametrize("script", ["generate", "build_check", "importer"])
def test_a_release_with_a_failed_check_is_refused(checkout: Path, galaxy: Path, script: str) -> None:
    (checkout / f"scripts/{script}.py").write_text("raise SystemExit(1)")
    commit(checkout)
    with pytest.raises(release.NotReady, match=script):
        release.release(VERSION)
    assert not (checkout / ".cache").exists()


def test_an_archive_that_is_not_reproducible_is_not_released(checkout: Path, galaxy: Path) -> None:
    galaxy.write_text(GALAXY.replace('"README.md")\n', '"README.md")\n    archive.add(sys.argv[0], folder.name)\n'))
    with pytest.raises(release.NotReady, match="two builds"):
        release.release(VERSION)


def pack(path: Path, names: list[str], mode: int, time: float, owner: str) -> Path:
    """Pack files that contain their names, as ansible-galaxy does: with manifests and file system metadata."""
    files = [{"name": name, "chksum_sha256": hashlib.sha256(name.encode()).hexdigest()} for name in names]
    texts = {name: name.encode() for name in names if name != "docs"}
    texts["FILES.json"] = json.dumps({"files": [{"name": "."}, *files]}, indent=True).encode()
    texts["MANIFEST.json"] = json.dumps({"file_manifest_file": {"chksum_sha256": "of another order"}}).encode()
    with tarfile.open(path, "w:gz") as packed:
        for name in ("MANIFEST.json", "FILES.json", *names):
            entry = tarfile.TarInfo(name)
            entry.type = tarfile.REGTYPE if name in texts else tarfile.DIRTYPE
            entry.mtime, entry.uname, entry.uid = time, owner, len(owner)
            entry.mode = mode | (0o100 if name == "docs/run.sh" else 0)
            entry.size = len(texts.get(name, b""))
            packed.addfile(entry, io.BytesIO(texts.get(name, b"")))
    return path


def test_an_archive_does_not_depend_on_folder_time_and_user(tmp_path: Path) -> None:
    first = pack(tmp_path / "first.tar.gz", ["docs", "docs/a", "docs/run.sh"], 0o644, 1e9, "root")
    second = pack(tmp_path / "second.tar.gz", ["docs", "docs/run.sh", "docs/a"], 0o600, 1.5e9 + 0.25, "someone")
    one, other = tmp_path / "one.tar.gz", tmp_path / "other.tar.gz"
    archive.normalize(first, one, 1_700_000_000)
    archive.normalize(second, other, 1_700_000_000)
    assert one.read_bytes() == other.read_bytes()
    with tarfile.open(one) as packed:
        entries = {entry.name: (entry.mode, entry.mtime, entry.uid, entry.uname) for entry in packed}
        listed, manifest = (packed.extractfile(name).read() for name in ("FILES.json", "MANIFEST.json"))  # type: ignore[union-attr]
    plain, executable = (0o644, 1_700_000_000, 0, ""), (0o755, 1_700_000_000, 0, "")
    assert entries == {
        "FILES.json": plain,
        "MANIFEST.json": plain,
        "docs": executable,
        "docs/a": plain,
        "docs/run.sh": executable,
    }
    assert [file["name"] for file in json.loads(listed)["files"]] == [".", "docs", "docs/a", "docs/run.sh"]
    assert json.loads(manifest)["file_manifest_file"]["chksum_sha256"] == hashlib.sha256(listed).hexdigest()


def test_the_time_of_an_archive_is_that_of_the_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert str(archive.read_epoch(checkout)) == release.git("log", "-1", "--format=%ct").strip()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert archive.read_epoch(checkout) == 1_700_000_000


EXPECTED = {r"harmless \d": "the importer cannot know it"}


@pytest.mark.parametrize(
    ("printed", "problems"),
    [
        (f"WARNING: harmless 1\nWARNING: harmless 2\n{importer.DONE}\n", []),
        (f"WARNING: harmless 1\nERROR: No changelog\n{importer.DONE}\n", ["ERROR: No changelog"]),
        (f"Loading\n{importer.DONE}\n", [r"expected, but not in the output: harmless \d"]),
        ("WARNING: harmless 1\n", ["galaxy-importer did not finish:", "WARNING: harmless 1\n"]),
    ],
)
def test_only_expected_warnings_are_accepted(printed: str, problems: list[str]) -> None:
    assert importer.find_problems(printed, EXPECTED) == problems
