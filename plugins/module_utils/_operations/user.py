# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.pages import PAGE_SIZE
from ansible_collections.community.onelogin.plugins.module_utils._api.users import list_users
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key

_TEXTS = ("email", "username", "firstname", "lastname", "samaccountname", "external_id")
_TIMES = tuple(f"{what}_{edge}" for what in ("created", "updated", "last_login") for edge in ("since", "until"))
_NUMBERS = ("directory_id", "app_id", "group_id")

OPTIONS = Options(
    {
        **{name: {"type": "str"} for name in (*_TEXTS, *_TIMES)},
        **{name: {"type": "int"} for name in _NUMBERS},
        "user_ids": {"type": "list", "elements": "int"},
        "custom_attributes": {"type": "dict"},
        "fields": {"type": "list", "elements": "str"},
    }
)


@dataclass(frozen=True)
class UserQuery:
    """One query, as OneLogin takes it."""

    query: tuple[tuple[str, str], ...]

    @property
    def user(self) -> None:
        """None: a query is not about a single user."""
        return None

    @property
    def target(self) -> Key:
        """The query."""
        return self.query

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> UserQuery:
        """Read the query from its options; an empty one matches all users."""
        query = {name: str(options[name]) for name in (*_TEXTS, *_TIMES, *_NUMBERS) if options.get(name) is not None}
        if options.get("user_ids") is not None:
            query["user_ids"] = ",".join(map(str, options["user_ids"]))
        if options.get("fields"):
            query["fields"] = ",".join(options["fields"])
        for name, value in (options.get("custom_attributes") or {}).items():
            query[f"custom_attributes.{name}"] = str(value)
        return cls(tuple(sorted(query.items())))


def find_users(item: UserQuery, context: Context) -> Outcome:
    """Read the users, page after page."""
    users = [
        user.as_result()
        for query in _split_ids(dict(item.query))
        for user in list_users(context.client, {"limit": PAGE_SIZE, **query})
    ]
    return Outcome("found" if users else "none", {"users": users})


def _split_ids(query: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Build queries with as many ids as a page holds, since an address with thousands of ids is too long."""
    if "user_ids" not in query:
        yield query
        return
    # OneLogin takes an empty list as no filter.
    ids = list(dict.fromkeys(query["user_ids"].split(","))) if query["user_ids"] else []
    for start in range(0, len(ids), PAGE_SIZE):
        yield {**query, "user_ids": ",".join(ids[start : start + PAGE_SIZE])}


INFO = Operation(OPTIONS, UserQuery.parse, each(find_users), per_user=False)
