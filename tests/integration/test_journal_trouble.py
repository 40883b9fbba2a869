# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An unusable journal is an error before anything is sent; its files are private."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import BIN, CLIENT_SECRET, Simulator, environment, play, run_of, task
from tests.integration.journals import SMS, Database, Playing, wait_until

pytestmark = pytest.mark.libraries("it is about SQLAlchemy and the databases")

KELLY = {"user_id": 36216766, "factor": SMS}


def registration(journal: str, **keywords: Any) -> dict[str, Any]:
    """Build a task that would send a message."""
    return task("mfa_registration", {**KELLY, "journal": journal}, **keywords)


def _readable(folder: Path) -> str:
    file = folder / "readable.sqlite"
    file.touch()
    file.chmod(0o640)
    return str(file)


def _below_a_file(folder: Path) -> str:
    (folder / "file").touch()
    return str(folder / "file" / "journal.sqlite")


def _corrupt(folder: Path) -> str:
    file = folder / "corrupt.sqlite"
    file.write_bytes(b"this is not a database, and was one before" * 200)
    file.chmod(0o600)
    return str(file)


def _prepared(file: Path, statement: str, *values: object) -> str:
    """Create a journal of this release, and change it."""
    from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

    Store(str(file)).close()
    with sqlite3.connect(file) as connection:
        connection.execute(statement, values)
    connection.close()
    return str(file)


def _newer(folder: Path) -> str:
    return _prepared(folder / "newer.sqlite", "INSERT INTO onelogin_journal_version VALUES (99)")


def _pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return str(folder / "pipe")


TROUBLE: dict[str, tuple[Callable[[Path], str], str, str]] = {
    "others can read it": (_readable, "invalid", "can be read by others (mode 0640)"),
    "its folder is a file": (_below_a_file, "invalid", "cannot be opened for writing: "),
    "a folder without write access": (
        lambda _folder: "/proc/journal.sqlite",
        "invalid",
        "cannot be opened for writing",
    ),
    "it is corrupt": (_corrupt, "unavailable", "cannot be used: file is not a database"),
    "a newer release has written it": (
        _newer,
        "invalid",
        "has version 99, but this release of the collection supports up to 1",
    ),
    "it is a device": (lambda _folder: "/dev/null", "invalid", "The journal /dev/null is not a regular file."),
    "it is a pipe": (_pipe, "invalid", "is not a regular file."),
    "another kind of database": (
        lambda _folder: "mysql://u:p4ssw0rd@h/db",
        "invalid",
        "journal is a mysql database",
    ),
    "gone with the run": (lambda _folder: "sqlite://", "invalid", "must persist after the run"),
    "no URL": (lambda _folder: "://", "invalid", "neither a path nor a database URL"),
    "PostgreSQL is down": (
        lambda _folder: "postgresql://u:p4ssw0rd@127.0.0.1:9/db?password=p4ssw0rd",
        "unavailable",
        "cannot be used: connection",
    ),
}


def test_an_unusable_journal_is_an_error_before_anything_is_sent(
    sim: Simulator, playbook: Playbook, tmp_path: Path
) -> None:
    done = playbook([registration(make(tmp_path), name=name) for name, (make, _code, _words) in TROUBLE.items()])
    for name, (_make, code, words) in TROUBLE.items():
        assert done[name]["failed"], name
        assert words in done[name]["msg"], name
        assert done[name]["error"]["code"] == code, name
        assert done[name]["error"]["hint"]
    assert done["others can read it"]["error"]["hint"].startswith("Make it private: chmod 600 /")
    assert "p4ssw0rd" not in str(done.results)
    assert sim.writes() == []
    assert sim.messages() == []


def test_a_full_disk_is_an_error_before_anything_is_sent(sim: Simulator, tmp_path: Path) -> None:
    """Files of these processes cannot grow beyond 16 KiB."""
    journal = tmp_path / "journal.sqlite"
    (tmp_path / "playbook.yml").write_text(play([registration(str(journal))]))
    done = subprocess.run(
        [str(BIN / "ansible-playbook"), "playbook.yml"],
        cwd=tmp_path,
        env=environment(tmp_path, sim.url),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384)),
    )
    result = run_of(tmp_path, done.returncode, done.stdout + done.stderr).only
    assert result["error"]["code"] == "unavailable"
    assert "disk space" in result["error"]["hint"]
    assert sim.writes() == []


@pytest.mark.parametrize(
    ("library", "journal", "words"),
    [
        (
            "sqlalchemy",
            "journal.sqlite",
            "The journal needs the Python library SQLAlchemy, which cannot be imported: no sqlalchemy here.",
        ),
        ("psycopg", "postgresql://h/db", "add psycopg[binary]>=3.1.4 to dependencies.python of the"),
    ],
)
def test_a_missing_library_matters_only_with_a_journal(
    sim: Simulator, playbook: Playbook, tmp_path: Path, library: str, journal: str, words: str
) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / f"shadow/{library}.py").write_text(f"raise ImportError('no {library} here')\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}/shadow" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    shipped = {"async": 60, "poll": 1}
    done = playbook(
        [
            registration(journal, name="with", **shipped),
            task("mfa_device_info", {"user_id": 36216766}, name="without", **shipped),
        ],
        vars={"ansible_python_interpreter": str(python)},
    )
    assert words in done["with"]["msg"]
    assert done["with"]["error"]["code"] == "invalid"
    assert not done["without"]["failed"], done.output
    assert sim.writes() == []


def test_check_mode_creates_no_journal_and_records_nothing(
    sim: Simulator, playbook: Playbook, database: Database
) -> None:
    check = [registration(database.where, check_mode=True)]
    assert playbook(check).only["changed"]
    if database.url.get_backend_name() == "sqlite":
        assert not database.file.parent.exists()
    else:
        with database.connected() as connection:
            assert not connection.dialect.get_table_names(connection, "public")
    made = playbook([registration(database.where)]).only
    before = database.rows()
    sim.admin("POST", "/clock", {"advance": 121})
    assert playbook(check).only["changed"], "a new message would be sent"
    assert database.rows() == before
    assert [row["object_id"] for row in before] == [made["registration"]["id"]]


@pytest.mark.shows(
    "access token", "*/onelogin-token-*", "a run that a signal ends leaves the file behind, readable only by its owner"
)
def test_the_files_are_private_contain_no_secret_and_are_removed(
    sim: Simulator, playbook: Playbook, new_sqlite: Database, tmp_path: Path
) -> None:
    """They are checked while the journal is written, after a kill, and after a normal end."""
    text = {"custom_message": "A text of ours: {otp_code}"}
    batch = [
        {**KELLY, **text},
        {"user_id": 36216767, "factor": "Authenticator", "return_secrets": True},
        {"user_id": 36216768, "factor": SMS, "otp": "424242"},
    ]
    tasks = [task("mfa_registration", {"batch": batch, "journal": new_sqlite.where})]
    sim.fault("slow", "POST", "36216768/registrations", params={"seconds": 60})
    run = Playing(tmp_path / "killed", sim.url, tasks)
    wait_until(lambda: len(sim.writes()) == 3)
    wait_until(lambda: sum(row["status"] == "pending" for row in new_sqlite.rows()) == 2)

    files = sorted(new_sqlite.file.parent.iterdir())
    kinds = {path.name.removeprefix("journal.sqlite").rpartition("-")[0] for path in files}
    assert kinds == {"", "-run"}
    assert {path.name for path in files} >= {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert new_sqlite.file.parent.stat().st_mode & 0o777 == 0o700
    secrets = [CLIENT_SECRET, "424242", "A text of ours", "secret=", "+64272001122", "64272001124"]
    secrets += [message["code"] for message in sim.messages()]
    secrets += [sim.admin("GET", "/people/36216767/totp")["code"]]
    held = b"".join(path.read_bytes() for path in files)
    assert b"36216766" in held or b"Authenticator" in held, "the bytes can be searched"
    for secret in secrets:
        assert str(secret).encode() not in held, secret

    during = playbook([task("mfa_journal_info", {"journal": new_sqlite.where})]).only
    assert [entry["status"] for entry in during["entries"]].count("claimed") == 1
    run.kill()
    assert list(new_sqlite.file.parent.glob("*-run-*")), "the lock of the killed run"
    after = playbook([task("mfa_journal_info", {"journal": new_sqlite.where})]).only
    assert [entry["status"] for entry in after["entries"]].count("unconfirmed") == 1
    assert [path.name for path in new_sqlite.file.parent.iterdir()] == ["journal.sqlite"]


def test_waiting_for_a_locked_database_has_a_limit(new_postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
    from ansible_collections.community.onelogin.plugins.module_utils._journal import postgresql
    from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

    monkeypatch.setattr(postgresql, "_BUSY_TIMEOUT", 1)
    store = Store(new_postgres.where)
    with new_postgres.connected() as other:
        other.exec_driver_sql(f"SELECT pg_advisory_xact_lock({vars(postgresql)['_ADVISORY']})")
        with pytest.raises(OneLoginError, match="canceling statement due to lock timeout"):
            store.do(lambda _connection: None)
    store.do(lambda _connection: None)
    store.close()
