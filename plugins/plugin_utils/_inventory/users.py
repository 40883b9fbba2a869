# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a query of users to hosts: read with the operations of the modules, named, and with the variables of roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.auth import TokenStore
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context, Outcome, each
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress, ShowLine
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._engine.users import UserDirectory
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import NullJournal
from ansible_collections.community.onelogin.plugins.module_utils._operations.device import DeviceQuery, list_devices
from ansible_collections.community.onelogin.plugins.module_utils._operations.user import UserQuery, find_users
from ansible_collections.community.onelogin.plugins.plugin_utils._inventory.host_names import (
    RESERVED,
    clean_host_name,
)

Row = dict[str, Any]

_NAMES = ("id", "email", "username")
_GONE = "gone"
# No response is known to contain them; they are set when a user is created.
_SECRETS = ("password", "password_confirmation", "password_algorithm", "salt")


@dataclass(frozen=True)
class UserSelection:
    """The users that become hosts, and their variables.

    :param filters: as the module user_info takes them.
    :param fields: fields of a user to add; all fields by default.
    :param hostname: fields; the first one that is set is the name of the host.
    :param mfa: whether to add the devices.
    """

    filters: Mapping[str, Any]
    fields: Sequence[str]
    hostname: Sequence[str]
    mfa: bool


class UserReader:
    """Reads users and their devices.

    :param store: where processes of one run share their access token.
    :param show_line: takes lines with the progress of long tasks; None shows none.
    :param concurrency: how many calls are made at the same time.
    """

    def __init__(self, connection: Connection, store: TokenStore, show_line: ShowLine | None, concurrency: int) -> None:
        self._concurrency = concurrency
        self._clock = Clock()
        self._client = Client(connection, self._clock, store)
        self._show_line = show_line

    def read_hosts(self, selection: UserSelection) -> dict[str, Row]:
        """Return the variables of each user's host, by its name.

        :raises OneLoginError: if the users or devices cannot be read.
        """
        users = self._read_users(selection)
        devices = self._read_devices(users) if selection.mfa else {}
        if selection.mfa:
            users = {user_id: user for user_id, user in users.items() if user_id in devices}
        names = name_hosts(users, selection.hostname)
        return {
            names[user_id]: build_variables(user, selection.fields, devices.get(user_id))
            for user_id, user in users.items()
        }

    def _read_users(self, selection: UserSelection) -> dict[int, Row]:
        """Read the users by their ids: a user who moves to another page meanwhile occurs twice."""
        fields = [*selection.fields, *_NAMES, *selection.hostname] if selection.fields else None
        query = UserQuery.parse({**selection.filters, "fields": fields})
        with self._start_progress(1) as progress:
            progress.todo = "list of users to read"
            found = find_users(query, self._build_context(progress)).result["users"]
        if any(user["user_id"] is None for user in found):
            raise OneLoginError("bad_response", "A user in OneLogin's response has no id.")
        return {user["user_id"]: {**user, "id": user["user_id"]} for user in found}

    def _read_devices(self, users: Mapping[int, Row]) -> dict[int, list[Row]]:
        """Read the devices of users who still exist."""
        outcomes: dict[int, Outcome] = {}

        def done(user_id: int, outcome: Outcome) -> None:
            outcomes[user_id] = outcome
            progress.count_completed(outcome.status)

        with self._start_progress(len(users)) as progress:
            self._client.limit.check_budget(len(users), len(users))
            items = {user_id: DeviceQuery(UserSelector(user_id), None) for user_id in users}
            settings = {"concurrency": self._concurrency, "on_error": "stop"}
            each(_list_devices_of_existing)(items, self._build_context(progress), settings, done)
        for user_id, outcome in outcomes.items():
            if outcome.error:
                outcome.error.message = f"The devices of user {user_id} cannot be read: {outcome.error.message}"
                raise outcome.error
        return {user_id: outcome.result["devices"] for user_id, outcome in outcomes.items() if outcome.status != _GONE}

    def _start_progress(self, total: int) -> Progress:
        progress = Progress(self._show_line, self._clock, total)
        progress.calls_left = lambda: self._client.limit.remaining
        self._client.limit.on_sleep = progress.announce
        return progress

    def _build_context(self, progress: Progress) -> Context:
        return Context(self._client, UserDirectory(self._client), NullJournal(), self._clock, False, progress)


def _list_devices_of_existing(item: DeviceQuery, context: Context) -> Outcome:
    """Return the devices of a user; no error for one who was removed since the list was read."""
    try:
        return list_devices(item, context)
    except OneLoginError as error:
        if error.code != "unknown_user":
            raise
        return Outcome(_GONE)


def name_hosts(users: Mapping[int, Mapping[str, Any]], hostname: Sequence[str]) -> dict[int, str]:
    """Return the name of each user's host, by the user's id. If a name is not unique, the id follows it.

    :raises OneLoginError: ``ambiguous`` if two still have the same name.
    """
    plain = {
        user_id: clean_host_name(_find_first(user, hostname) or "") or str(user_id) for user_id, user in users.items()
    }
    shared = Counter([*plain.values(), *RESERVED])
    names = {user_id: name if shared[name] == 1 else f"{name}_{user_id}" for user_id, name in plain.items()}
    twice = [name for name, count in Counter(names.values()).items() if count > 1]
    if twice:
        raise OneLoginError(
            "ambiguous",
            f"Two users would have the host name {twice[0]}.",
            hint="Set hostname to id, which is unique.",
        )
    return names


def build_variables(user: Mapping[str, Any], fields: Sequence[str], devices: Sequence[Row] | None) -> Row:
    """Return the variables of a user's host: those that identify the user to the roles, the record, and the devices."""
    record = {name: value for name, value in user.items() if name not in _SECRETS and (not fields or name in fields)}
    variables: Row = {
        "onelogin_user_id": user["id"],
        "onelogin_email": user.get("email"),
        "onelogin_username": user.get("username"),
        "onelogin_user": record,
    }
    if devices is not None:
        variables["onelogin_mfa_devices"] = list(devices)
        variables["onelogin_mfa_factors"] = sorted(
            {device["type_display_name"] or device["auth_factor_name"] for device in devices}
        )
    return variables


def _find_first(user: Mapping[str, Any], names: Sequence[str]) -> str | None:
    values = (user.get(name) for name in names)
    return next((str(value) for value in values if isinstance(value, (str, int)) and value != ""), None)
