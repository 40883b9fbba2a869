# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The calls of the users API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import User
from ansible_collections.community.onelogin.plugins.module_utils._api.pages import (
    Page,
    Read,
    Row,
    read_further_rows,
    read_page,
    read_row,
    read_row_id,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean, clean_all

_NAMES = ("email", "username", "firstname", "lastname", "phone", "samaccountname", "userprincipalname")


@dataclass(frozen=True)
class UserPage:
    """One page of a list of users."""

    page: Page

    @property
    def users(self) -> list[User]:
        """The users on the page."""
        return [_user(row) for row in self.page.rows]

    @property
    def pages(self) -> int:
        """Number of pages of the whole list, 0 if OneLogin does not return it."""
        return self.page.pages


def list_users(client: Client, query: Mapping[str, Any]) -> Iterator[User]:
    """Return all users that match a query, page after page.

    :raises OneLoginError: ``bad_response``, and those of :meth:`Client.call`.
    """
    page = read_first_page(client, query)
    yield from page.users
    yield from read_further_users(client, query, page)


def read_first_page(client: Client, query: Mapping[str, Any]) -> UserPage:
    """Return the first page of a list of users."""
    return UserPage(read_page(_reader(client)(query), "users"))


def read_further_users(client: Client, query: Mapping[str, Any], page: UserPage) -> Iterator[User]:
    """Read the users of the pages after a page.

    :raises OneLoginError: ``bad_response`` if the list does not end, because users may be missing.
    """
    return map(_user, read_further_rows(_reader(client), query, page.page, "users"))


def get_user(client: Client, user_id: int) -> User:
    """Read the record of a user.

    :raises OneLoginError: ``not_found``, ``bad_response``, and those of :meth:`Client.call`.
    """
    return _user(read_row(client.call("GET", f"/api/2/users/{user_id}"), user_id, "a user"))


def put_user(client: Client, user_id: int, changes: Mapping[str, Any]) -> None:
    """Change fields of a user's record; those that are not named stay as they are.

    The values replace the old ones, whatever these are, so a second request has no other effect than the first.

    :raises OutcomeUnknown: no request got a usable response.
    :raises OneLoginError: ``not_found``, ``invalid``, and those of :meth:`Client.call`.
    """
    client.call("PUT", f"/api/2/users/{user_id}", body=changes, repeatable=True)


def _reader(client: Client) -> Read:
    return lambda query: client.call("GET", "/api/2/users", query=query)


def _user(row: Row) -> User:
    custom = row.get("custom_attributes")
    return User(read_row_id(row), _record(row), custom if isinstance(custom, Mapping) else {})


def _record(row: Row) -> Row:
    """Return the record of a user. Names are cut, other texts are not: administrators can keep long ones there."""
    record: dict[str, Any] = clean_all(row)
    return record | {name: clean(record[name]) for name in _NAMES if isinstance(record.get(name), str)}
