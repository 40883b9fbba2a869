# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Where a journal is: the option ``journal`` is the path of an SQLite file, or the URL of a database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import (
    SQLALCHEMY_IMPORT_ERROR,
    sqlalchemy,
)


def find_sqlite_path(where: str) -> Path | None:
    """Return the file of an SQLite database from its path or URL; None for the URL of a PostgreSQL database.

    :raises OneLoginError: ``invalid`` if it is not a valid URL, or the database is not supported.
    """
    if SQLALCHEMY_IMPORT_ERROR:
        raise OneLoginError(
            "invalid",
            f"The journal needs the Python library SQLAlchemy, which cannot be imported: {SQLALCHEMY_IMPORT_ERROR}.",
            hint="Install SQLAlchemy 2 (and psycopg[binary] for PostgreSQL) for the Python that runs this task.",
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
        f"journal is a {name} database. It must be an SQLite file or PostgreSQL, and must persist after the run.",
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
