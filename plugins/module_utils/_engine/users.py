# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the ids of users by e-mail address or username."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import User
from ansible_collections.community.onelogin.plugins.module_utils._api.users import (
    list_users,
    read_first_page,
    read_further_users,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import UserSelector

_PAGE_SIZE = 100
_NAMES = ("email", "username")
_FIELDS = "id,email,username,group_id,phone,status"

_Name = tuple[str, str]
"""The option that names a user, and the name in lower case: OneLogin's names ignore case."""


class UserDirectory:
    """Ids of users by their names, shared by all threads.

    :param batch: whether the items are a batch, for which even a single user is worth a call.
    """

    def __init__(self, client: Client, *, batch: bool = False) -> None:
        self._client = client
        self._fewest = 1 if batch else 2
        self._found: dict[_Name, list[int | None]] = {}
        self._by_id: dict[int, set[_Name] | None] = {}
        self._users: dict[int, User] = {}
        self._group_lock = threading.Lock()
        self._ids: set[int] = set()
        self._trouble: OneLoginError | None = None

    def prepare(self, selectors: Iterable[UserSelector], concurrency: int = 1) -> None:
        """Find many users with as few calls as their number and the account's size allow.

        If users are identified in several ways, all of them are looked up, which shows duplicates. An error is
        kept, and raised by :meth:`find_id` for the users concerned.

        :param concurrency: look-ups made at the same time.
        """
        chosen = list(selectors)
        self._ids = {selector.user_id for selector in chosen if selector.user_id is not None}
        self._read_names([selector for selector in chosen if selector.user_id is not None and selector.names])
        wanted = _list_names_to_find(chosen)
        if len(wanted) > 1:  # a single look-up costs as much as the first page
            try:
                self._read_pages(set(wanted))
            except OneLoginError as trouble:
                self._trouble = trouble
        missing = [(name[0], value) for name, value in wanted.items() if name not in self._found]
        if missing and not self._trouble and _is_mixed(chosen):
            with ThreadPoolExecutor(min(concurrency, len(missing))) as pool:
                list(pool.map(self._try_to_find, missing))

    def find_known_id(self, selector: UserSelector) -> int | None:
        """Return the user's id, if it is known without a call."""
        if selector.user_id is not None:
            return selector.user_id
        ids = {self._find_unique_id(name) for name in selector.names}
        return ids.pop() if len(ids) == 1 else None

    def find_id(self, selector: UserSelector) -> int:
        """Return the id of the user that all of the selector's names belong to.

        :raises OneLoginError: ``unknown_user``, ``ambiguous``, ``invalid`` if the names belong to different users, and
            those of the look-up.
        """
        if selector.user_id is not None:
            self._compare(selector.user_id, selector.names)
            return selector.user_id
        found = {f"{key} {value}": self._find_id_by_name(key, value) for key, value in selector.names}
        if len(set(found.values())) > 1:
            raise _build_conflict_error(", ".join(f"{name} (user_id {number})" for name, number in found.items()))
        return next(iter(found.values()))

    def find_group_key(self, user_id: int) -> Hashable:
        """Return a key that is equal for users of one group, whose policy decides which factors they can have.

        The records of users named by id are read together. A single user outside a batch, and one whose record cannot
        be read, counts as a group.
        """
        with self._group_lock:
            unknown = self._ids - set(self._users) if user_id not in self._users else ()
            self._ids = set()
            if len(unknown) >= self._fewest:
                with suppress(OneLoginError):
                    self._read_users(unknown)
        user = self._users.get(user_id)
        return f"group {user.record.get('group_id')}" if user else user_id

    def find_record(self, user_id: int) -> User | None:
        """Return the record of a user; None if the user was not looked up, which would cost a call."""
        return self._users.get(user_id)

    def read_record(self, user_id: int) -> User:
        """Return the record of a user, with a call if it is not known.

        :raises OneLoginError: ``unknown_user``, and those of the call.
        """
        if user_id not in self._users:
            self._read_users([user_id])
        if user_id not in self._users:
            raise _build_unknown_id_error(user_id)
        return self._users[user_id]

    def _compare(self, user_id: int, names: Iterable[tuple[str, str]]) -> None:
        """Fail if the names do not belong to the user with this id."""
        wanted = {(key, fold(value)): value for key, value in names}
        if not wanted:
            return
        if user_id not in self._by_id and not self._trouble:
            self._read_names([UserSelector(user_id, **dict(names))])
        if self._trouble:
            raise self._trouble
        names_of_user = self._by_id.get(user_id)
        if names_of_user is None:
            raise _build_unknown_id_error(user_id)
        others = [f"{name[0]} {value}" for name, value in wanted.items() if name not in names_of_user]
        if others:
            raise _build_conflict_error(f"user_id {user_id} is not the user with {' and '.join(others)}")

    def _read_names(self, selectors: Sequence[UserSelector]) -> None:
        """Read the names of users for items with an id and a name."""
        try:
            self._read_users({selector.user_id for selector in selectors if selector.user_id is not None})
        except OneLoginError as trouble:
            self._trouble = trouble

    def _read_users(self, user_ids: Iterable[int]) -> None:
        ids = sorted(user_ids)
        for start in range(0, len(ids), _PAGE_SIZE):
            chunk = ids[start : start + _PAGE_SIZE]
            query = {"limit": _PAGE_SIZE, "user_ids": ",".join(map(str, chunk)), "fields": _FIELDS}
            self._by_id.update(dict.fromkeys(chunk))  # those that are not found are not looked up again
            for user in list_users(self._client, query):
                if user.id is not None:
                    self._by_id[user.id] = _list_names(user)
                    self._keep(user)

    def _keep(self, user: User) -> None:
        if user.id is not None:
            self._users[user.id] = user

    def _find_unique_id(self, name: _Name) -> int | None:
        ids = self._found.get((name[0], fold(name[1])), [])
        return ids[0] if len(ids) == 1 else None

    def _find_id_by_name(self, key: str, value: str) -> int:
        ids = self._found.get((key, fold(value)))
        if ids is None:
            if self._trouble:
                raise self._trouble
            ids = self._look_up(key, value)
        spelled = "e-mail address" if key == "email" else key
        if not ids:
            raise OneLoginError("unknown_user", f"No user has the {spelled} {value}.")
        known = [number for number in ids if number is not None]
        if len(known) < len(ids):
            raise OneLoginError("bad_response", f"OneLogin's response has {value} without an id.")
        if len(known) == 1:
            return known[0]
        choices = ", ".join(map(str, sorted(known)))
        raise OneLoginError(
            "ambiguous", f"{len(ids)} users have the {spelled} {value}: user_id {choices}.", hint="Use user_id."
        )

    def _read_pages(self, wanted: set[_Name]) -> None:
        query = {"limit": _PAGE_SIZE, "fields": _FIELDS}
        page = read_first_page(self._client, query)
        if page.pages - 1 > len(wanted):
            return  # One look-up each is cheaper. It includes those on this page: they may not be unique.
        found: dict[_Name, list[int | None]] = {name: [] for name in wanted}
        for user in [*page.users, *read_further_users(self._client, query, page)]:
            for name in _list_names(user) & wanted:
                found[name].append(user.id)
                self._keep(user)
        self._found.update(found)

    def _try_to_find(self, name: tuple[str, str]) -> None:
        with suppress(OneLoginError):
            self._look_up(*name)

    def _look_up(self, key: str, value: str) -> list[int | None]:
        query = {key: value, "fields": _FIELDS}
        users = [user for user in list_users(self._client, query) if (key, fold(value)) in _list_names(user)]
        for user in users:
            self._keep(user)
        found = [user.id for user in users]
        self._found[key, fold(value)] = found
        return found


def _list_names_to_find(selectors: Iterable[UserSelector]) -> dict[_Name, str]:
    """Return the names of users without an id, as the items have them."""
    return {
        (key, fold(value)): value for selector in selectors if selector.user_id is None for key, value in selector.names
    }


def _is_mixed(selectors: Iterable[UserSelector]) -> bool:
    """Return whether items identify users in several ways, so that a user may occur twice."""
    return len({selector.key[0] for selector in selectors}) > 1


def _build_unknown_id_error(user_id: int) -> OneLoginError:
    return OneLoginError("unknown_user", f"No user has the id {user_id}.")


def _build_conflict_error(named: str) -> OneLoginError:
    return OneLoginError(
        "invalid",
        f"The item identifies different users: {named}.",
        hint="Correct the one that is wrong, or leave it out; nothing was changed for this item.",
    )


def _list_names(user: User) -> set[_Name]:
    return {(key, fold(user.record[key])) for key in _NAMES if isinstance(user.record.get(key), str)}
