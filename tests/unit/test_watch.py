# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secret scanner of the integration tests finds secrets everywhere, and reports the place but not the secret."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.watch import Shown, Watch

SEED, CODE = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "042137"


@pytest.fixture
def watch() -> Watch:
    """A scanner that knows a seed and a code."""
    watch = Watch()
    watch.note_rows([{"kind": "seed", "secret": SEED}, {"kind": "code", "secret": CODE}])
    return watch


def test_secrets_in_files_and_in_their_names_are_found(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/bytes").write_bytes(b"\xff\x00" + SEED.encode() + b"\xfe")
    (tmp_path / f"sheet-{SEED}.html").touch()
    assert watch.found(tmp_path) == ["seed in deep/er/bytes", f"seed in the name sheet-{'*' * 8}.html"]


def test_secrets_in_output_and_databases_are_found(watch: Watch) -> None:
    watch.hear("a command", "nothing", None, f"at {SEED}.")
    watch.hear("a database", f'[{{"otp": "{CODE}"}}]'.encode())
    assert watch.found(None) == ["seed in a command", "code in a database"]


def test_secrets_in_a_sqlite_file_are_found(watch: Watch, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "journal", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE entry (status TEXT, device TEXT, more TEXT)")
        connection.execute("INSERT INTO entry VALUES ('accepted', ?, 'me')", (CODE,))
    assert watch.found(tmp_path) == ["code in journal"]
    (tmp_path / "journal").write_bytes(b"SQLite format 3\0 and then nothing")
    assert watch.found(tmp_path) == []


@pytest.mark.parametrize("text", ["otp: 042137", "otp=042137&", "<042137>", "'042137'", "042137", "It is 042137."])
def test_a_code_is_found_in_any_usual_context(watch: Watch, text: str) -> None:
    watch.hear("there", text)
    assert watch.found(None) == ["code in there"]


@pytest.mark.parametrize(
    "text", ["10421370", "0.042137", "17:00 p=042137 u=me", "a042137b", "ansible-tmp-042137-1", "42137"]
)
def test_the_digits_of_a_code_in_other_numbers_are_ignored(watch: Watch, text: str) -> None:
    watch.hear("there", text)
    assert watch.found(None) == []


def test_files_that_the_test_wrote_are_ignored_unless_they_changed(watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(SEED)
    watch.written[file] = SEED
    assert watch.found(tmp_path) == []
    file.write_text(f"{SEED}, {SEED}")
    assert watch.found(tmp_path) == ["seed in people.csv"]


def test_an_allowed_secret_is_allowed_only_in_its_place(watch: Watch) -> None:
    watch.hear("a sheet", SEED, CODE)
    watch.hear("a log", SEED)
    assert watch.found(None, [Shown("seed", "a sh*", "for a person to scan")]) == ["code in a sheet", "seed in a log"]


def test_secrets_in_environment_variables_are_noted() -> None:
    watch = Watch()
    watch.note_environment(
        {
            "ONELOGIN_CLIENT_SECRET": "client-secret",
            "ONELOGIN_ACCESS_TOKEN": "access-token",
            "ONELOGIN_JOURNAL": "postgresql://me:a-password@host/db",
        }
    )
    watch.note_environment({"ONELOGIN_CLIENT_SECRET": "wrong", "ONELOGIN_JOURNAL": "/a/file"})
    assert set(watch.secrets) == {"client-secret", "access-token", "a-password"}
