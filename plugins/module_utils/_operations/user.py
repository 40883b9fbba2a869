# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    query = dict(item.query)
    if query.get("user_ids") == "":
        return Outcome("none", {"users": []})  # OneLogin takes an empty list as no filter
    users = [user.as_result() for user in list_users(context.client, {"limit": 100, **query})]
    return Outcome("found" if users else "none", {"users": users})


INFO = Operation(OPTIONS, UserQuery.parse, each(find_users), per_user=False)
