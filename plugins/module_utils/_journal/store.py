# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The database behind the journal: SQLite on a file, or PostgreSQL.

One thread does all work on it, so that an interruption of the caller cannot stop a transaction halfway. The thread
commits all work that is queued at that moment in one transaction, because the commit costs more than the work.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.location import find_sqlite_path
from ansible_collections.community.onelogin.plugins.module_utils._journal.postgresql import (
    AdvisoryLocks,
    create_postgresql_engine,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import upgrade
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlite import (
    FileLocks,
    create_sqlite_engine,
    warn_of_network,
)

R = TypeVar("R")


@dataclass(frozen=True)
class _Job:
    work: Callable[[Any], Any]
    result: Future[Any] = field(default_factory=Future)


class Runs(Protocol):
    """Finds out which runs are alive. Each run holds a lock, which the system releases when its process dies."""

    own: str

    def is_alive(self, run: str, connection: Any) -> bool:
        """Return whether a run still holds its lock."""

    def close(self) -> None:
        """Release the lock of this run."""


class Store:
    """A database, open for one run.

    :param where: a database URL, or the path of an SQLite file.
    :raises OneLoginError: ``invalid`` or ``unavailable`` if it cannot be used.

    ``name`` is the file or the URL, without a password. ``warning`` is a warning about it for the reader.
    """

    def __init__(self, where: str) -> None:
        path = find_sqlite_path(where)
        self.name = str(path or sqlalchemy.make_url(where).set(query={}).render_as_string(hide_password=True))
        self.warning = warn_of_network(path) if path else None
        self._engine = create_sqlite_engine(path) if path else create_postgresql_engine(where)
        with contextlib.ExitStack() as opened:
            opened.callback(self._engine.dispose)
            try:
                self.runs: Runs = FileLocks(path) if path else AdvisoryLocks(self._engine)
                opened.callback(self.runs.close)
                with self._engine.begin() as connection:
                    upgrade(connection)
            except (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error, OSError) as problem:
                raise self._error(problem) from None
            opened.pop_all()
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
            f"The journal {self.name} cannot be used: {cause[0] if cause else type(problem).__name__}",
            hint="Nothing is sent without the journal. Check its file or server, its permissions and the disk space.",
        )


def exists(where: str) -> bool:
    """Return whether the journal exists, so that check mode does not create it."""
    path = find_sqlite_path(where)
    if path:
        try:
            return path.exists()
        except OSError:
            return True  # opening it reports the problem
    engine = create_postgresql_engine(where)
    try:
        with engine.connect() as connection:
            return bool(sqlalchemy.inspect(connection).has_table("onelogin_journal"))
    except sqlalchemy.exc.SQLAlchemyError:
        return True  # opening it reports the problem
    finally:
        engine.dispose()
