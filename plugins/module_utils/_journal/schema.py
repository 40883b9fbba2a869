# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal's tables, and the steps that create and upgrade them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import PENDING
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy

CLAIMED = "claimed"
UNCONFIRMED = "unconfirmed"
OPEN = (CLAIMED, PENDING, UNCONFIRMED)
"""Statuses of an open entry, which blocks another message. Any other status ends the entry."""


def build_entries_table() -> Any:
    """Return the table of entries, one for each request that was or may have been sent.

    Times are seconds since 1970. Texts have no length, which SQLite would ignore and PostgreSQL enforce.
    """
    column, text = sqlalchemy.Column, sqlalchemy.Text
    return sqlalchemy.Table(
        "onelogin_journal",
        sqlalchemy.MetaData(),
        column("id", sqlalchemy.Integer, primary_key=True),
        column("account", text, nullable=False),
        column("kind", text, nullable=False),
        column("user_id", sqlalchemy.BigInteger, nullable=False),
        column("user_name", text, nullable=False),
        column("target", text, nullable=False),
        column("auth_name", text, nullable=False),
        column("factor_name", text, nullable=False),
        column("object_id", text),
        column("device_id", text),
        column("status", text, nullable=False),
        column("requested_at", sqlalchemy.Double, nullable=False),
        column("expires_at", sqlalchemy.Double),
        column("updated_at", sqlalchemy.Double, nullable=False),
        column("run", text, nullable=False),
        column("machine", text, nullable=False),
    )


def build_hosts_table() -> Any:
    """Return the table of hosts with the accounts to which their tokens belonged."""
    column, text = sqlalchemy.Column, sqlalchemy.Text
    return sqlalchemy.Table(
        "onelogin_journal_host",
        sqlalchemy.MetaData(),
        column("host", text, primary_key=True),
        column("account", text, primary_key=True),
    )


def build_devices_table() -> Any:
    """Return the table of devices with their factors, which OneLogin does not return. It outlives the entries."""
    column, text = sqlalchemy.Column, sqlalchemy.Text
    return sqlalchemy.Table(
        "onelogin_journal_device",
        sqlalchemy.MetaData(),
        column("account", text, primary_key=True),
        column("user_id", sqlalchemy.BigInteger, primary_key=True, autoincrement=False),
        column("device_id", text, primary_key=True),
        column("factor_id", sqlalchemy.BigInteger, nullable=False),
        column("factor_name", text, nullable=False),
        column("auth_name", text, nullable=False),
    )


def build_runs_table() -> Any:
    """Return the table of runs. A run is alive while it holds its lock."""
    column, text = sqlalchemy.Column, sqlalchemy.Text
    return sqlalchemy.Table(
        "onelogin_journal_run",
        sqlalchemy.MetaData(),
        column("run", text, primary_key=True),
        column("account", text, nullable=False),
        column("concurrency", sqlalchemy.Integer, nullable=False),
    )


def build_known_devices_table() -> Any:
    """Return the table of users with the devices that an audit last saw, as JSON.

    ``hints`` counts what has hinted at a change of the devices, and ``known_hints`` is that count before OneLogin was
    asked. A user who was not asked about yet has neither devices nor a time.
    """
    column, text = sqlalchemy.Column, sqlalchemy.Text
    return sqlalchemy.Table(
        "onelogin_journal_known",
        sqlalchemy.MetaData(),
        column("account", text, primary_key=True),
        column("user_id", sqlalchemy.BigInteger, primary_key=True, autoincrement=False),
        column("devices", text),
        column("asked_at", sqlalchemy.Double),
        column("hints", sqlalchemy.Integer, nullable=False),
        column("known_hints", sqlalchemy.Integer, nullable=False),
    )


def build_event_positions_table() -> Any:
    """Return the table that says how far the events of each account are read. ``seen`` is JSON."""
    column, text = sqlalchemy.Column, sqlalchemy.Text
    return sqlalchemy.Table(
        "onelogin_journal_events",
        sqlalchemy.MetaData(),
        column("account", text, primary_key=True),
        column("since", sqlalchemy.Double, nullable=False),
        column("read_at", sqlalchemy.Double, nullable=False),
        column("seen", text, nullable=False),
    )


def _first(connection: Any) -> None:
    table = build_entries_table()
    states = table.c.status.in_(OPEN)
    sqlalchemy.Index(
        "onelogin_journal_open",
        table.c.account,
        table.c.kind,
        table.c.user_id,
        table.c.target,
        unique=True,
        sqlite_where=states,
        postgresql_where=states,
    )
    sqlalchemy.Index("onelogin_journal_user", table.c.account, table.c.user_id)
    table.create(connection)
    build_devices_table().create(connection)
    build_hosts_table().create(connection)
    build_runs_table().create(connection)
    build_known_devices_table().create(connection)
    build_event_positions_table().create(connection)


STEPS: Sequence[Callable[[Any], None]] = (_first,)
"""Each step upgrades a database to the next version. A released step never changes."""


def upgrade(connection: Any, steps: Sequence[Callable[[Any], None]] = STEPS) -> None:
    """Upgrade a database to the newest version, in one transaction.

    :raises OneLoginError: ``invalid`` if a newer release has upgraded it.
    """
    versions = sqlalchemy.Table(
        "onelogin_journal_version", sqlalchemy.MetaData(), sqlalchemy.Column("version", sqlalchemy.Integer)
    )
    versions.create(connection, checkfirst=True)
    current = connection.execute(sqlalchemy.select(sqlalchemy.func.max(versions.c.version))).scalar() or 0
    if current > len(steps):
        raise OneLoginError(
            "invalid",
            f"The journal has version {current}, but this release of the collection supports up to {len(steps)}.",
            hint="Use the newer release that has written the journal, or another journal.",
        )
    for version, step in enumerate(steps[current:], start=current + 1):
        step(connection)
        connection.execute(versions.insert().values(version=version))
