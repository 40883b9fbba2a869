# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""OneLogin's users: reading lists of them, and finding the ones an item names.

Listing follows the After-Cursor header until it is absent or empty
(https://developers.onelogin.com/api-docs/2/users/list-users).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import header_number
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Answer
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

_PAGE_SIZE = 100
_NAMES = ("email", "username")


@dataclass(frozen=True)
class UserSelector:
    """How an item names its user: by exactly one of user_id, email and username."""

    key: str
    value: int | str

    def __str__(self) -> str:
        return f"user_id {self.value}" if self.key == "user_id" else str(self.value)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> UserSelector:
        """Read it from an item's options.

        :raises OneLoginError: ``invalid`` where none or several are given.
        """
        named = {key: options[key] for key in ("user_id", *_NAMES) if options.get(key) is not None}
        given = {key: value for key, value in named.items() if str(value).strip()}
        if len(given) != 1:
            users = " and ".join(f"{key} {value}" for key, value in given.items())
            raise OneLoginError(
                "invalid",
                f"The item names two users: {users}." if given else "The item names no user.",
                hint="Give exactly one of user_id, email and username.",
            )
        key, value = next(iter(given.items()))
        if key == "user_id":
            if value < 1:
                raise OneLoginError("invalid", f"user_id is {value}; it must be a positive number.")
            return cls(key, value)
        value = str(value).strip()
        if "*" in value:
            raise OneLoginError("invalid", f"{key} {value} holds a wildcard; an item names one user.")
        return cls(key, value)

    @property
    def folded(self) -> tuple[str, int | str]:
        """The selector as it is compared: OneLogin's names are the same in any case."""
        return (self.key, self.value.lower() if isinstance(self.value, str) else self.value)


def list_users(client: Client, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All users that match a query, page after page."""
    answer = _page(client, query, None)
    yield from _rows(answer)
    yield from _further(client, query, answer)


class UserDirectory:
    """Ids of the users that are named by e-mail address or username, shared by all threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._found: dict[tuple[str, int | str], list[int]] = {}
        self._trouble: OneLoginError | None = None

    def prepare(self, selectors: Iterable[UserSelector], at_a_time: int = 1) -> None:
        """Find many at once, with as few calls as their number and the account's size allow.

        Where users are named in several ways everybody is found, so that it shows who is named twice. Trouble is kept
        for those whom it concerns and raised by :meth:`id_of`.

        :param at_a_time: look-ups made at the same time.
        """
        named = {selector.folded: selector for selector in selectors}
        wanted = {folded for folded, selector in named.items() if selector.key in _NAMES}
        if len(wanted) > 1:  # one look-up costs what the first page does
            try:
                self._from_pages(wanted)
            except OneLoginError as trouble:
                self._trouble = trouble
        missing = [named[folded] for folded in wanted if folded not in self._found]
        if missing and not self._trouble and len({key for key, _value in named}) > 1:
            with ThreadPoolExecutor(min(at_a_time, len(missing))) as pool:
                list(pool.map(self._try_to_find, missing))

    def _try_to_find(self, selector: UserSelector) -> None:
        with suppress(OneLoginError):
            self._look_up(selector)

    def known(self, selector: UserSelector) -> int | None:
        """The user's id, where it is known without a call."""
        if isinstance(selector.value, int):
            return selector.value
        ids = self._found.get(selector.folded, [])
        return ids[0] if len(ids) == 1 else None

    def id_of(self, selector: UserSelector) -> int:
        """The user's id.

        :raises OneLoginError: ``unknown_user``, ``ambiguous``, or what looking them up brought.
        """
        if isinstance(selector.value, int):
            return selector.value
        ids = self._found.get(selector.folded)
        if ids is None:
            if self._trouble:
                raise self._trouble
            ids = self._look_up(selector)
        if len(ids) == 1:
            return ids[0]
        if not ids:
            raise OneLoginError("unknown_user", f"No user has the {_spelled(selector.key)} {selector.value}.")
        choices = ", ".join(map(str, sorted(ids)))
        raise OneLoginError(
            "ambiguous",
            f"{len(ids)} users have the {_spelled(selector.key)} {selector.value}: user_id {choices}.",
            hint="Use user_id.",
        )

    def _from_pages(self, wanted: set[tuple[str, int | str]]) -> None:
        query = {"limit": _PAGE_SIZE, "fields": "id,email,username"}
        answer = _page(self._client, query, None)
        rows = list(_rows(answer))
        pages = header_number(answer.headers, "Total-Pages") or 1
        if pages - 1 > len(wanted):
            return  # one look-up each is cheaper, and id_of does that, also for those seen: they may not be unique
        rows += _further(self._client, query, answer)
        found: dict[tuple[str, int | str], list[int]] = {name: [] for name in wanted}
        for row in rows:
            for name in _names_of(row) & wanted:
                found[name].append(id_of(row))
        self._found.update(found)

    def _look_up(self, selector: UserSelector) -> list[int]:
        query = {selector.key: selector.value, "fields": "id,email,username"}
        rows = list_users(self._client, query)
        found = [id_of(row) for row in rows if selector.folded in _names_of(row)]
        self._found[selector.folded] = found
        return found


def _spelled(key: str) -> str:
    return "e-mail address" if key == "email" else key


def _names_of(row: Mapping[str, Any]) -> set[tuple[str, int | str]]:
    return {(key, row[key].lower()) for key in _NAMES if isinstance(row.get(key), str)}


def id_of(row: Mapping[str, Any]) -> int:
    """The id of a user in a list.

    :raises OneLoginError: ``bad_response`` where there is none.
    """
    value = row.get("id")
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,18}", str(value)):
        raise OneLoginError("bad_response", "A user in OneLogin's answer has no id.")
    return int(str(value))


def _page(client: Client, query: Mapping[str, Any], cursor: str | None) -> Answer:
    # The cursor comes percent-encoded already; left so, it would be encoded twice.
    return client.call("GET", "/api/2/users", query={**query, "cursor": unquote(cursor)} if cursor else query)


def _further(client: Client, query: Mapping[str, Any], answer: Answer) -> Iterator[Mapping[str, Any]]:
    seen = set()
    while True:
        cursor = answer.headers.get("After-Cursor", "").strip()
        if not cursor or cursor in seen:
            return
        seen.add(cursor)
        answer = _page(client, query, cursor)
        yield from _rows(answer)


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    if isinstance(answer.body, list) and all(isinstance(row, Mapping) for row in answer.body):
        return answer.body
    raise OneLoginError(
        "bad_response",
        "OneLogin's list of users is no list of objects.",
        http_status=answer.status,
        request_id=answer.request_id,
    )
