# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal in a PostgreSQL database. A run holds one connection."""

from __future__ import annotations

import secrets
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.secrets import mask
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy

_BUSY_TIMEOUT = 30.0  # seconds to wait for another process to release the database
_ADVISORY = 7105118  # the journal's own lock on PostgreSQL


def create_postgresql_engine(where: str) -> Any:
    """Prepare to connect to a database.

    :raises OneLoginError: ``invalid`` if psycopg is missing.
    """
    url = sqlalchemy.make_url(where).set(drivername="postgresql+psycopg")
    mask(url.password)
    try:
        engine = sqlalchemy.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=1,
            max_overflow=0,
            connect_args={"connect_timeout": int(_BUSY_TIMEOUT)},
        )
    except ImportError:
        raise OneLoginError(
            "invalid",
            "The journal on PostgreSQL needs the Python library psycopg, which cannot be imported.",
            hint="Install psycopg[binary] for the Python that runs this task. In AWX or another execution environment,"
            " add psycopg[binary]>=3.1.4 to dependencies.python of the definition, and build the image again.",
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


class AdvisoryLocks:
    """Each run holds an advisory lock, which the server releases when the run's session ends."""

    def __init__(self, engine: Any) -> None:
        self.own = str(secrets.randbits(62))

        @sqlalchemy.event.listens_for(engine, "connect")
        def connected(connection: Any, _record: Any) -> None:
            # Also when a broken connection is replaced: other runs count this one as dead until then. It does not wait,
            # because a server that has not noticed the break still holds the lock for the broken connection.
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_try_advisory_lock({self.own})")
            connection.commit()

    def is_alive(self, run: str, connection: Any) -> bool:
        """Return whether another session holds the run's lock."""
        if run == self.own:
            return True
        free = connection.execute(sqlalchemy.text("SELECT pg_try_advisory_xact_lock(:run)"), {"run": int(run)})
        return not free.scalar()

    def close(self) -> None:
        """Do nothing: the lock ends with the connection."""
