# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a journal can be, what is created there, and how it is opened; see test_journal.py for its contents."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal import location, opening
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account, NullJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.location import find_sqlite_path
from ansible_collections.community.onelogin.plugins.module_utils._journal.postgresql import (
    create_postgresql_engine,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store, exists

URL = "postgresql://ann:pass-word-1@db.example:6000/journal?sslmode=require"
OPEN = "WHERE status IN ('claimed', 'pending', 'unconfirmed')"
NO_URL = (
    "journal is neither a path nor a database URL.",
    "In its user and password, write @ as %40, : as %3A and / as %2F.",
)
OTHER = "journal is a {} database. It must be an SQLite file or PostgreSQL, and must persist after the run."


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("/srv/journal.sqlite", "/srv/journal.sqlite"),
        ("journal.sqlite", "HERE/journal.sqlite"),
        ("~/journal.sqlite", "HOME/journal.sqlite"),
        ("$FOLDER/journal.sqlite", "/var/lib/journal.sqlite"),
        ("sqlite:////srv/journal.sqlite", "/srv/journal.sqlite"),
        ("sqlite:///~/journal.sqlite", "HOME/journal.sqlite"),
        ("postgresql://db.example/journal", None),
        ("postgresql+psycopg://ann@db.example/journal", None),
        ("postgres://db.example/journal", None),
    ],
)
def test_the_file_of_a_journal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str, path: str | None) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("FOLDER", "/var/lib")
    found = find_sqlite_path(where)
    assert found == (path and Path(path.replace("HERE", str(tmp_path)).replace("HOME", "/home/ann")))


@pytest.mark.parametrize(
    ("where", "message", "hint"),
    [
        ("a\0b", "journal contains a NUL character, which is not allowed in a path or URL.", None),
        ("://x", *NO_URL),
        ("postgresql://ann:pass@word@db.example/journal", *NO_URL),
        ("postgresql://ann:1@db.example:port/journal", *NO_URL),
        ("mysql://db.example/journal", OTHER.format("mysql"), None),
        ("sqlite://", OTHER.format("sqlite"), None),
        ("sqlite:///:memory:", OTHER.format("sqlite"), None),
    ],
)
def test_what_is_not_a_place_for_a_journal(where: str, message: str, hint: str | None) -> None:
    with pytest.raises(OneLoginError) as caught:
        find_sqlite_path(where)
    assert (caught.value.code, caught.value.message) == ("invalid", message)
    assert caught.value.hint == (hint or "Correct the input and run again; nothing was changed for this item.")


def test_without_sqlalchemy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(location, "SQLALCHEMY_IMPORT_ERROR", "No module named 'sqlalchemy'")
    with pytest.raises(OneLoginError) as caught:
        find_sqlite_path("journal.sqlite")
    assert (caught.value.code, caught.value.message, caught.value.hint) == (
        "invalid",
        "The journal needs the Python library SQLAlchemy, which cannot be imported: No module named 'sqlalchemy'.",
        "Install SQLAlchemy 2 (and psycopg[binary] for PostgreSQL) for the Python that runs this task.",
    )


def test_the_tables_and_indexes(tmp_path: Path) -> None:
    """Older versions and other runs share them, so no name may change."""
    path = tmp_path / "journal.sqlite"
    Store(str(path)).close()
    database = sqlite3.connect(path)
    tables = {
        table: ", ".join(row[1] for row in database.execute(f"PRAGMA table_info({table})"))
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    assert tables == {
        "onelogin_journal": "id, account, kind, user_id, user_name, target, auth_name, factor_name, object_id,"
        " device_id, status, requested_at, expires_at, updated_at, run, machine",
        "onelogin_journal_device": "account, user_id, device_id, factor_id, factor_name, auth_name",
        "onelogin_journal_events": "account, since, read_at, seen",
        "onelogin_journal_host": "host, account",
        "onelogin_journal_known": "account, user_id, devices, asked_at, hints, known_hints",
        "onelogin_journal_run": "run, account, concurrency",
        "onelogin_journal_version": "version",
    }
    indexes = [
        row[0] for row in database.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL")
    ]
    assert sorted(indexes) == [
        "CREATE INDEX onelogin_journal_user ON onelogin_journal (account, user_id)",
        "CREATE UNIQUE INDEX onelogin_journal_open ON onelogin_journal (account, kind, user_id, target) " + OPEN,
    ]
    database.close()


def test_a_connection_to_postgresql() -> None:
    """A run has one connection. A server that does not respond cannot stop it for ever."""
    engine = create_postgresql_engine(URL)
    assert engine.url.render_as_string(hide_password=False) == URL.replace("postgresql", "postgresql+psycopg")
    assert (engine.pool.size(), engine.pool._max_overflow, engine.pool._pre_ping) == (1, 0, True)
    asked: dict[str, Any] = {}

    def connect(**given: Any) -> None:
        asked.update(given)
        raise OSError("no server")

    engine.dialect.connect = connect
    with pytest.raises(OSError, match="no server"):
        engine.raw_connection()
    assert {name: asked[name] for name in ("host", "port", "dbname", "user", "sslmode", "connect_timeout")} == {
        "host": "db.example",
        "port": 6000,
        "dbname": "journal",
        "user": "ann",
        "sslmode": "require",
        "connect_timeout": 30,
    }
    said: list[str] = []
    engine.dispatch.begin(SimpleNamespace(exec_driver_sql=said.append))
    (statements,) = said
    assert statements.split("; ") == [
        "SET LOCAL lock_timeout = 30000",
        "SET LOCAL idle_in_transaction_session_timeout = 30000",
        "SELECT pg_advisory_xact_lock(7105118)",
    ]


def test_a_server_that_cannot_be_reached_is_an_error_without_the_password() -> None:
    where = "postgresql://ann:pass-word-1@127.0.0.1:9/journal?sslmode=disable"
    assert exists(where), "opening it reports the problem"
    with pytest.raises(OneLoginError) as caught:
        Store(where)
    assert caught.value.code == "unavailable"
    assert caught.value.message.startswith(
        "The journal postgresql://ann:***@127.0.0.1:9/journal cannot be used: connection failed: "
    )
    assert "pass-word-1" not in caught.value.message
    assert caught.value.hint == (
        "Nothing is sent without the journal. Check its file or server, its permissions and the disk space."
    )


@pytest.mark.parametrize(("where", "read_only"), [(None, False), ("", False), ("missing.sqlite", True)])
def test_no_journal_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str, read_only: bool) -> None:
    """In check mode, one that is missing is not created."""
    monkeypatch.chdir(tmp_path)
    journal = opening.open_journal(where, Account("acme"), Clock(), read_only=read_only, keep_days=1.0)
    assert isinstance(journal, NullJournal)
    assert list(tmp_path.iterdir()) == []
