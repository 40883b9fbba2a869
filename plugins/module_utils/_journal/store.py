# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The database behind the journal: SQLite on a file, or PostgreSQL.

One thread does all work on it, so that an interruption of the caller cannot stop a transaction halfway. The thread
commits all work that is queued at that moment in one transaction, because the commit costs more than the work.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import secrets
import shlex
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.secrets import mask
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import upgrade
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import (
    SQLALCHEMY_IMPORT_ERROR,
    sqlalchemy,
)

_BUSY_TIMEOUT = 30.0  # seconds to wait for another process to release the database
_ADVISORY = 7105118  # the journal's own lock on PostgreSQL

R = TypeVar("R")


@dataclass(frozen=True)
class _Job:
    work: Callable[[Any], Any]
    result: Future[Any] = field(default_factory=Future)


class Runs(Protocol):
    """Tells which runs are alive. Each run holds a lock, which the system releases when its process dies."""

    own: str

    def is_alive(self, run: str, connection: Any) -> bool:
        """Whether a run still holds its lock."""

    def close(self) -> None:
        """Release the lock of this run."""


class Store:
    """A database, open for one run.

    :param where: a database URL, or the path of an SQLite file.
    :raises OneLoginError: ``invalid`` or ``unavailable`` if it cannot be used.
    """

    def __init__(self, where: str) -> None:
        path = sqlite_path(where)
        self._where = str(path or sqlalchemy.make_url(where).set(query={}).render_as_string(hide_password=True))
        self._engine = _sqlite(path) if path else _postgresql(where)
        try:
            with self._engine.begin() as connection:
                upgrade(connection)
            self.runs: Runs = _FileLocks(path) if path else _AdvisoryLocks(self._engine)
        except (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error, OSError) as problem:
            self._engine.dispose()
            raise self._error(problem) from None
        except OneLoginError:
            self._engine.dispose()
            raise
        self._lock = threading.Lock()
        self._closed = False
        self._queued: list[_Job] = []
        self._thread = ThreadPoolExecutor(1)

    def do(self, work: Callable[[Any], R]) -> R:
        """Run work on a connection, commit it, and return its result.

        :param work: changes nothing but the database, since it may run again after a rollback.
        :raises OneLoginError: ``unavailable`` if the database fails.
        """
        job = _Job(work)
        with self._lock:
            if self._closed:  # an interruption has left this thread behind
                raise OneLoginError("unavailable", "The run was interrupted.")
            self._queued.append(job)
            self._thread.submit(self._commit_queued)
        result: R = job.result.result()
        return result

    def close(self) -> None:
        """Commit what is queued and close the database."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._thread.shutdown()
        with contextlib.suppress(sqlalchemy.exc.SQLAlchemyError, OSError):
            self.runs.close()
        self._engine.dispose()

    def _commit_queued(self) -> None:
        with self._lock:
            jobs, self._queued = self._queued, []
        if jobs:  # else an earlier call has committed them together with its own
            self._commit(jobs)

    def _commit(self, jobs: Sequence[_Job]) -> None:
        results: list[Any] = []
        try:
            with self._engine.begin() as connection:
                results = [job.work(connection) for job in jobs]
        except Exception as problem:  # noqa: BLE001 - the threads that wait for the results raise it
            is_of_all = bool(results) or isinstance(problem, sqlalchemy.exc.OperationalError)
            if len(jobs) == 1 or is_of_all:
                self._fail(jobs, problem)
            else:  # the work of one person must not fail that of others
                for job in jobs:
                    self._commit([job])
        else:
            for job, result in zip(jobs, results):
                job.result.set_result(result)

    def _fail(self, jobs: Sequence[_Job], problem: Exception) -> None:
        is_known = isinstance(problem, (sqlalchemy.exc.SQLAlchemyError, OSError))
        for job in jobs:
            job.result.set_exception(self._error(problem) if is_known else problem)

    def _error(self, problem: Exception) -> OneLoginError:
        cause = str(getattr(problem, "orig", None) or problem).strip().splitlines()
        return OneLoginError(
            "unavailable",
            f"The journal {self._where} cannot be used: {cause[0] if cause else type(problem).__name__}",
            hint="Nothing is sent without the journal. Check its file or server, its permissions and the disk space.",
        )


def sqlite_path(where: str) -> Path | None:
    """Return the file of an SQLite database from its path or URL; None for the URL of a PostgreSQL database.

    :raises OneLoginError: ``invalid`` if it is not a valid URL, or the database is not supported.
    """
    if SQLALCHEMY_IMPORT_ERROR:
        raise OneLoginError(
            "invalid",
            f"The journal needs the Python library SQLAlchemy, which cannot be imported: {SQLALCHEMY_IMPORT_ERROR}.",
            hint="Install SQLAlchemy 2 (and psycopg for PostgreSQL) for the Python that runs this task.",
        )
    if "\0" in where:
        raise OneLoginError("invalid", "journal contains a NUL character, which is not allowed in a path or URL.")
    if "://" not in where:
        return Path(os.path.expandvars(where)).expanduser().absolute()
    url = _parse_url(where)
    name = url.get_backend_name()
    if name == "sqlite" and url.database and url.database != ":memory:":
        return Path(url.database).expanduser().absolute()
    if name in ("postgresql", "postgres"):
        return None
    raise OneLoginError(
        "invalid",
        f"journal names a {name} database. It must be an SQLite file or PostgreSQL, and must outlive the run.",
    )


def _parse_url(where: str) -> Any:
    try:
        url = sqlalchemy.make_url(where)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        url = None
    if url is None or "@" in (url.host or ""):
        # The message shows nothing of it, as any part may belong to the password.
        raise OneLoginError(
            "invalid",
            "journal is neither a path nor a database URL.",
            hint="In its user and password, write @ as %40, : as %3A and / as %2F.",
        )
    return url


def exists(where: str) -> bool:
    """Whether the journal exists, so that check mode does not create it."""
    path = sqlite_path(where)
    if path:
        try:
            return path.exists()
        except OSError:
            return True  # opening it reports the problem
    engine = _postgresql(where)
    try:
        with engine.connect() as connection:
            return bool(sqlalchemy.inspect(connection).has_table("onelogin_journal"))
    except sqlalchemy.exc.SQLAlchemyError:
        return True  # opening it reports the problem
    finally:
        engine.dispose()


def _sqlite(path: Path) -> Any:
    _private(path)
    url = sqlalchemy.URL.create("sqlite", database=str(path))
    engine = sqlalchemy.create_engine(
        url,
        connect_args={"timeout": _BUSY_TIMEOUT, "check_same_thread": False},
        poolclass=sqlalchemy.pool.StaticPool,
    )

    @sqlalchemy.event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin too late; see begun() below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @sqlalchemy.event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # no other process can write between a read and a write

    return engine


def _private(path: Path) -> None:
    """Create a missing file for its owner only; refuse a file that others can read.

    :raises OneLoginError: ``invalid``.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        mode = path.stat().st_mode & 0o777
    except OSError as problem:
        raise OneLoginError(
            "invalid",
            f"The journal {path} cannot be opened for writing: {problem.strerror}.",
            hint="Name a file in a folder that this user may write to.",
        ) from None
    if mode & 0o077:
        raise OneLoginError(
            "invalid",
            f"The journal {path} can be read by others (mode {mode:04o}).",
            hint=f"Make it private: chmod 600 {shlex.quote(str(path))}",
        )


def _postgresql(where: str) -> Any:
    url = sqlalchemy.make_url(where).set(drivername="postgresql+psycopg")
    mask(url.password)
    try:
        engine = sqlalchemy.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": int(_BUSY_TIMEOUT)})
    except ImportError:
        raise OneLoginError(
            "invalid",
            "The journal on PostgreSQL needs the Python library psycopg, which cannot be imported.",
            hint="Install psycopg 3 for the Python that runs this task.",
        ) from None

    @sqlalchemy.event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        # As with SQLite, one process at a time: two processes cannot read the same state, or deadlock on rows.
        # The lock ends with the transaction. The second timeout ends the transaction of a machine that is gone.
        milliseconds = int(_BUSY_TIMEOUT * 1000)
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = {milliseconds};"
            f" SET LOCAL idle_in_transaction_session_timeout = {milliseconds};"
            f" SELECT pg_advisory_xact_lock({_ADVISORY})"
        )

    return engine


class _FileLocks:
    """For SQLite: each run holds a lock on its own file next to the database."""

    def __init__(self, database: Path) -> None:
        self._database = database
        for left_behind in database.parent.glob(glob.escape(f"{database.name}-run-") + "*"):
            self.is_alive(left_behind.name.rpartition("-")[2], None)
        self.own = secrets.token_hex(8)
        self._file = self._locked()
        while not os.fstat(self._file).st_nlink:  # another run has removed it as left behind
            os.close(self._file)
            self._file = self._locked()

    def is_alive(self, run: str, connection: Any) -> bool:  # noqa: ARG002 - the file is enough
        """Whether the run holds the lock on its file; the file of a dead run is removed."""
        try:
            file = os.open(self._path(run), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            self._path(run).unlink(missing_ok=True)  # while locked, so no other run can have it
            return False
        finally:
            os.close(file)

    def close(self) -> None:
        """Release the lock of this run."""
        self._path(self.own).unlink(missing_ok=True)
        os.close(self._file)

    def _locked(self) -> int:
        file = os.open(self._path(self.own), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def _path(self, run: str) -> Path:
        return self._database.with_name(f"{self._database.name}-run-{run}")


class _AdvisoryLocks:
    """For PostgreSQL: each run holds an advisory lock on its own connection."""

    def __init__(self, engine: Any) -> None:
        self.own = str(secrets.randbits(62))
        self._connection = engine.connect()
        self._connection.execute(sqlalchemy.text("SELECT pg_advisory_lock(:run)"), {"run": int(self.own)})
        self._connection.commit()  # the lock stays with the session

    def is_alive(self, run: str, connection: Any) -> bool:
        """Whether another session holds the run's lock."""
        free = connection.execute(sqlalchemy.text("SELECT pg_try_advisory_xact_lock(:run)"), {"run": int(run)})
        return not free.scalar()

    def close(self) -> None:
        """Release the lock of this run."""
        self._connection.close()
