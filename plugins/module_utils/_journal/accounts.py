# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Which account a run works on, whatever spelling of its host the run uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account
from ansible_collections.community.onelogin.plugins.module_utils._journal.schema import (
    OPEN,
    build_devices_table,
    build_entries_table,
    build_event_positions_table,
    build_hosts_table,
    build_known_devices_table,
    build_runs_table,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy

IsAlive = Callable[[str, Any], bool]


def identify(connection: Any, account: Account, is_alive: IsAlive, *, read_only: bool) -> str:
    """Return the name by which the journal knows an account, and remember that the host has this account.

    A run with a token whose account is not known takes the account that the host has had. If there was none, the host
    is the name, until a run learns the account.

    :param is_alive: whether a run is alive, by its name and a connection.
    :param read_only: remember nothing.
    :raises OneLoginError: ``invalid`` if the host has had several accounts; ``unavailable`` while a run works under the
        name of the host.
    """
    known = list_accounts(connection, account.host)
    name = account.name
    if name is None:
        if len(known) > 1:
            raise OneLoginError(
                "invalid",
                f"The journal has {len(known)} accounts of {account.host}, and the access token does not show to which"
                " one it belongs.",
                hint="Set client_id and client_secret, or pass the whole result of the access_token module.",
            )
        return known[0] if known else account.host
    if name in known:
        return name
    if read_only:
        return account.host if not known and _has_entries(connection, account.host) else name
    if not known:
        _adopt(connection, account.host, name, is_alive)
    connection.execute(build_hosts_table().insert().values(host=account.host, account=name))
    return name


def list_accounts(connection: Any, host: str) -> Sequence[str]:
    """Return the names of the accounts that a host has had."""
    table = build_hosts_table()
    query = sqlalchemy.select(table.c.account).where(table.c.host == host).order_by(table.c.account)
    return list(connection.execute(query).scalars())


def list_hosts(connection: Any) -> dict[str, str]:
    """Return a host of each account, for people to read."""
    table = build_hosts_table()
    return {row.account: row.host for row in connection.execute(table.select().order_by(table.c.host.desc()))}


def _has_entries(connection: Any, account: str) -> bool:
    table = build_entries_table()
    return (
        connection.execute(sqlalchemy.select(table.c.id).where(table.c.account == account).limit(1)).first() is not None
    )


def _adopt(connection: Any, host: str, name: str, is_alive: IsAlive) -> None:
    """Move to the account the entries that runs recorded under its host while they did not know the account.

    An open entry stays behind if the account has another one of the same key.
    """
    run = build_runs_table()
    working = connection.execute(run.select().where(run.c.account == host)).all()
    if any(is_alive(row.run, connection) for row in working):
        raise OneLoginError(
            "unavailable",
            f"Another run works on {host} with an access token whose account is not known.",
            hint="Run again after it has ended; nothing was sent. Give all runs the API credential.",
        )
    for answers in (build_known_devices_table(), build_event_positions_table()):  # OneLogin is asked again
        connection.execute(answers.delete().where(answers.c.account == host))
    table, device = build_entries_table(), build_devices_table()
    other = table.alias()
    same_key = sqlalchemy.select(other.c.id).where(
        other.c.account == name,
        other.c.kind == table.c.kind,
        other.c.user_id == table.c.user_id,
        other.c.target == table.c.target,
        other.c.status.in_(OPEN),
    )
    movable = table.c.status.not_in(OPEN) | ~same_key.exists()
    connection.execute(table.update().where(table.c.account == host, movable).values(account=name))
    twin = device.alias()
    same_device = sqlalchemy.select(twin.c.user_id).where(
        twin.c.account == name, twin.c.user_id == device.c.user_id, twin.c.device_id == device.c.device_id
    )
    connection.execute(device.update().where(device.c.account == host, ~same_device.exists()).values(account=name))
