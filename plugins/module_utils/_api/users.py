# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The calls of the users API.

Listing follows the After-Cursor header until it is absent or empty
(https://developers.onelogin.com/api-docs/2/users/list-users).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import User
from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import header_number
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean, clean_all

_NAMES = ("email", "username", "firstname", "lastname", "phone", "samaccountname", "userprincipalname")


@dataclass(frozen=True)
class UserPage:
    """One page of a list of users.

    :param pages: number of pages of the whole list, 0 where OneLogin does not say.
    """

    users: list[User]
    cursor: str
    pages: int


def list_users(client: Client, query: Mapping[str, Any]) -> Iterator[User]:
    """All users that match a query, page after page.

    :raises OneLoginError: ``bad_response``, and those of :meth:`Client.call`.
    """
    page = first_page(client, query)
    yield from page.users
    yield from further_pages(client, query, page)


def first_page(client: Client, query: Mapping[str, Any]) -> UserPage:
    """The first page of a list of users."""
    return _page(client.call("GET", "/api/2/users", query=query))


def further_pages(client: Client, query: Mapping[str, Any], page: UserPage) -> Iterator[User]:
    """The users of the pages behind a page.

    :raises OneLoginError: ``bad_response`` where the list does not end, since nobody can say who is missing.
    """
    read, cursors, ids = 1, {""}, set[object]()
    while page.cursor:
        new = {user.id for user in page.users} - ids
        if page.cursor in cursors or not new or 0 < page.pages <= read:
            raise OneLoginError("bad_response", f"OneLogin's list of users does not end after {read} pages.")
        cursors.add(page.cursor)
        ids |= new
        # The cursor is percent-encoded already; urlencode would encode it twice.
        page = _page(client.call("GET", "/api/2/users", query={**query, "cursor": unquote(page.cursor)}))
        read += 1
        # One may have moved to a later page.
        yield from (user for user in page.users if user.id is None or user.id not in ids)


def _page(response: Response) -> UserPage:
    if not isinstance(response.body, list) or not all(isinstance(row, Mapping) for row in response.body):
        raise OneLoginError(
            "bad_response",
            "OneLogin's list of users is not a list of objects.",
            http_status=response.status,
            request_id=response.request_id,
        )
    cursor = response.headers.get("After-Cursor", "").strip()
    pages = int(header_number(response.headers, "Total-Pages") or 0)
    return UserPage([User(_id_of(row), _record(row)) for row in response.body], cursor, pages)


def _record(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of a user. Names are cut, other texts are not: administrators can keep long ones there."""
    record: dict[str, Any] = clean_all(row)
    return record | {name: clean(record[name]) for name in _NAMES if isinstance(record.get(name), str)}


def _id_of(row: Mapping[str, Any]) -> int | None:
    """The id of a user in a list; None for a row without one, which must not fail the other users."""
    value = row.get("id")
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,18}", str(value)):
        return None
    return int(str(value))
