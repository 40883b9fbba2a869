# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access token that the processes of a run share, and what removes it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import AccessToken, Connection
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.token_file import TokenFile, discard

CONNECTION = Connection("https://acme.example", "id", "secret")


def _unused() -> AccessToken:
    raise AssertionError("a token was generated")


def _new(text: str, account: int | None = None) -> Callable[[], AccessToken]:
    return lambda: AccessToken(text, account)


def test_a_token_is_generated_once_until_it_is_refused(tmp_path: Path) -> None:
    file = TokenFile(str(tmp_path))
    assert file.exchange(CONNECTION, None, _new("a-first-long-token", 45)) == AccessToken("a-first-long-token", 45)
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("onelogin-token-")
    assert (len(path.name), path.stat().st_mode & 0o777) == (len("onelogin-token-") + 32, 0o600)
    assert json.loads(path.read_text()) == ["a-first-long-token", 45]
    assert TokenFile(str(tmp_path)).exchange(CONNECTION, "another", _unused) == AccessToken("a-first-long-token", 45)
    assert file.exchange(CONNECTION, "a-first-long-token", _new("second")) == AccessToken("second", None)
    assert json.loads(path.read_text()) == ["second", None]


def test_a_process_that_waited_gets_the_token_of_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(file: TextIO, how: int) -> None:
        assert how == fcntl.LOCK_EX
        os.pwrite(file.fileno(), b'["of-another-process", 45]', 0)

    monkeypatch.setattr(fcntl, "flock", wait)
    got = TokenFile(str(tmp_path)).exchange(CONNECTION, None, _unused)
    assert got == AccessToken("of-another-process", 45)


def test_each_credential_has_a_token_of_its_own(tmp_path: Path) -> None:
    file = TokenFile(str(tmp_path))
    others = [
        Connection("https://other.example", "id", "secret"),
        Connection("https://acme.example", "other", "secret"),
        Connection("https://acme.example", "id", "wrong"),
        Connection("https://acme.example", "ids", "ecret"),
        Connection("https://acme.example", "id"),
        Connection("https://acme.example"),
    ]
    for number, connection in enumerate([CONNECTION, *others]):
        assert file.exchange(connection, None, _new(str(number))).text == str(number)
    assert len([*tmp_path.iterdir()]) == 7
    (tmp_path / "other").touch()
    discard(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_the_tokens_of_killed_runs_are_removed_when_one_is_generated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signal_process(process: int, number: int) -> None:
        assert number == 0
        problems = {11: ProcessLookupError(), 12: PermissionError()}
        if process in problems:
            raise problems[process]

    monkeypatch.setattr(os, "kill", signal_process)
    names = {
        "ansible-local-11abcdefgh": "killed",
        "ansible-local-11abc_fg12": "killed",
        "ansible-local-12abcdefgh": "running, of another user",
        "ansible-local-13abcdefgh": "running",
        "ansible-local-11abcdefghi": "of something else",
        "ansible-local-11ABCDEFGH": "of something else",
    }
    own = tmp_path / "ansible-local-14abcdefgh"
    for folder in (own, *(tmp_path / name for name in names)):
        folder.mkdir()
        (folder / "onelogin-token-x").touch()
        (folder / "other").touch()
    file = TokenFile(str(own))
    file.exchange(CONNECTION, None, _new("a-token"))
    kept = {path.name for path in tmp_path.iterdir() if (path / "onelogin-token-x").exists()}
    assert kept == {own.name, *(name for name, whose in names.items() if whose != "killed")}
    assert all((path / "other").exists() for path in tmp_path.iterdir())

    (tmp_path / "ansible-local-11abcdefgh/onelogin-token-x").touch()
    assert file.exchange(CONNECTION, None, _unused).text == "a-token"
    assert (tmp_path / "ansible-local-11abcdefgh/onelogin-token-x").exists()


def test_a_token_that_cannot_be_removed_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def signal_process(*_given: int) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", signal_process)
    other = tmp_path / "ansible-local-11abcdefgh"
    (other / "onelogin-token-x").mkdir(parents=True)
    (tmp_path / "own").mkdir()
    assert TokenFile(str(tmp_path / "own")).exchange(CONNECTION, None, _new("a-token")).text == "a-token"
    assert (other / "onelogin-token-x").exists()
