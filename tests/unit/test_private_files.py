# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private files and folders: who can read them, and what is left of a failed write."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_file import check_folder, write_file
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_folder import PrivateFolder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A path for a folder, with a umask that restricts nothing. Everything that a test opens is closed at its end."""
    before, opened = os.umask(0), len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - only their number matters
    yield tmp_path / "deep" / "folder"
    os.umask(before)
    assert len(os.listdir("/proc/self/fd")) == opened  # noqa: PTH208


def list_modes(folder: Path) -> dict[str, str]:
    """List the entries of a folder with their modes."""
    return {path.name: oct(path.lstat().st_mode & 0o7777) for path in folder.iterdir()}


def test_a_file_and_its_folder_are_private(folder: Path) -> None:
    write_file(folder / "a.html", "one\r\n\u00e9\n")
    assert (oct(folder.stat().st_mode & 0o7777), list_modes(folder)) == ("0o700", {"a.html": "0o600"})
    assert (folder / "a.html").read_bytes() == b"one\r\n\xc3\xa9\n"
    (folder / "a.html").chmod(0o644)
    write_file(folder / "a.html", "two")
    assert (list_modes(folder), (folder / "a.html").read_text()) == ({"a.html": "0o600"}, "two")


def test_a_file_is_private_before_it_has_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test looks at the file after its content is written and before it gets its name."""
    seen: list[tuple[int, str]] = []
    replace = os.replace

    def looked_at(*given: Any, **named: Any) -> None:
        seen.extend((file.stat().st_mode & 0o777, file.read_text()) for file in folder.iterdir())
        replace(*given, **named)

    monkeypatch.setattr(os, "replace", looked_at)
    write_file(folder / "jane.html", "secret")
    assert seen == [(0o600, "secret")]


def test_a_link_in_the_folder_is_replaced_and_not_followed(folder: Path) -> None:
    folder.mkdir(0o700, parents=True)
    other = folder.parent / "other.txt"
    other.write_text("not a sheet")
    other.chmod(0o600)
    (folder / "jane.html").symlink_to(other)
    with closing(PrivateFolder(folder, make=True)) as opened:
        opened.write("jane.html", "secret")
    assert other.read_text() == "not a sheet"
    assert not (folder / "jane.html").is_symlink()


@pytest.mark.parametrize("error", [UnicodeEncodeError, IsADirectoryError])
def test_a_failed_write_keeps_the_old_file_alone(folder: Path, error: type[Exception]) -> None:
    if error is IsADirectoryError:
        (folder / "a.html").mkdir(parents=True)
    else:
        write_file(folder / "a.html", "old")
    with pytest.raises(error):
        write_file(folder / "a.html", "\ud800" if error is UnicodeEncodeError else "new")
    assert [path.name for path in folder.iterdir()] == ["a.html"]
    assert (folder / "a.html").is_dir() or (folder / "a.html").read_text() == "old"


def test_a_checked_folder_is_private_and_empty(folder: Path) -> None:
    for _each in range(2):
        check_folder(folder)
        assert (oct(folder.stat().st_mode & 0o7777), [*folder.iterdir()]) == ("0o700", [])
    (folder / "file").touch()
    with pytest.raises(FileExistsError):
        check_folder(folder / "file")


def test_the_content_of_a_private_folder(folder: Path) -> None:
    with closing(PrivateFolder(folder, make=True)) as opened:
        assert (opened.is_new, opened.list_names()) == (True, [])
        for name in ("b", "a", "c"):
            opened.write(name, f"{name}\u00e9")
        (folder / "d").write_bytes(b"d\xff")
        (folder / "d").chmod(0o600)
        assert opened.list_names() == ["a", "b", "c", "d"]
        assert [opened.read(name) for name in "abcd"] == ["a\u00e9", "b\u00e9", "c\u00e9", "d\ufffd"]
    assert (opened.list_names(), opened.read("a")) == ([], None)
    opened.close()
    with closing(PrivateFolder(folder, make=False)) as again:
        assert (again.is_new, again.list_names()) == (False, ["a", "b", "c", "d"])


def test_a_missing_folder_is_empty(folder: Path) -> None:
    with closing(PrivateFolder(folder, make=False)) as opened:
        assert (opened.is_new, opened.list_names(), opened.read("a")) == (True, [], None)
    assert not folder.exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: None,
        lambda path: path.mkdir(0o700),
        lambda path: os.mkfifo(path, 0o600),
        lambda path: (path.with_name("other").write_text("x"), path.symlink_to("other")),
        lambda path: (path.write_text("x"), path.chmod(0o640)),
        lambda path: (path.write_text("x"), path.chmod(0o602)),
    ],
    ids=["missing", "a folder", "a pipe", "a link", "for the group", "for others"],
)
def test_only_a_private_file_is_read(folder: Path, make: Callable[[Path], object]) -> None:
    with closing(PrivateFolder(folder, make=True)) as opened:
        make(folder / "a")
        assert opened.read("a") is None


def refuse(path: Path, *, make: bool) -> tuple[str, str, str]:
    """Return the error of a folder."""
    with pytest.raises(OneLoginError) as refusal:
        PrivateFolder(path, make=make)
    return refusal.value.code, refusal.value.message, refusal.value.hint


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_that_is_not_private_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch, make: bool) -> None:
    folder.mkdir(0o751, parents=True)
    assert refuse(folder, make=make) == (
        "invalid",
        f"Other users can read the folder {folder} (mode 0751), but its files are secret.",
        f"Set a folder that does not exist yet, or make this one private: chmod 0700 {folder}",
    )
    folder.chmod(0o700)
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert refuse(folder, make=make) == (
        "invalid",
        f"The folder {folder} belongs to another user (uid {owner}).",
        "Set a folder that belongs to you, or one that does not exist yet, which is then created.",
    )


HINT = "Set a folder that you can write to, on a disk with free space."


@pytest.mark.parametrize("mode", [0o740, 0o720, 0o710, 0o704, 0o702, 0o701])
def test_a_folder_that_others_can_use_in_any_way_is_refused(folder: Path, mode: int) -> None:
    folder.mkdir(mode, parents=True)
    assert f"(mode {mode:04o})" in refuse(folder, make=True)[1]


def test_a_path_that_cannot_be_a_folder_is_refused(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("")
    assert refuse(folder, make=True) == ("invalid", f"{folder} cannot be written: File exists.", HINT)
    assert refuse(folder, make=False) == ("invalid", f"{folder} cannot be written: Not a directory.", HINT)
    below = folder / "below"
    assert refuse(below, make=True) == ("invalid", f"{below} cannot be written: Not a directory.", HINT)
    link = folder.with_name("link")
    link.symlink_to("nowhere/deep")
    assert refuse(link, make=True) == ("invalid", f"{link} cannot be written: File exists.", HINT)
    with closing(PrivateFolder(link, make=False)) as opened:
        assert not opened.is_new


def test_a_file_that_cannot_be_written_is_refused(folder: Path) -> None:
    with closing(PrivateFolder(folder, make=True)) as opened:
        (folder / "a").mkdir()
        with pytest.raises(OneLoginError) as refusal:
            opened.write("a", "text")
    error = refusal.value
    assert (error.code, error.message, error.hint) == (
        "invalid",
        f"{folder}/a cannot be written: Is a directory.",
        HINT,
    )
