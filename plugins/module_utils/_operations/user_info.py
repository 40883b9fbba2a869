# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Users that match a filter (https://developers.onelogin.com/api-docs/2/users/list-users)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import Arguments
from ansible_collections.community.onelogin.plugins.module_utils._api.users import list_users
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)

_TEXTS = ("email", "username", "firstname", "lastname", "samaccountname", "external_id")
_TIMES = tuple(f"{what}_{edge}" for what in ("created", "updated", "last_login") for edge in ("since", "until"))
_NUMBERS = ("directory_id", "app_id", "group_id")

ARGUMENTS = Arguments(
    {
        **{name: {"type": "str"} for name in (*_TEXTS, *_TIMES)},
        **{name: {"type": "int"} for name in _NUMBERS},
        "user_ids": {"type": "list", "elements": "int"},
        "custom_attributes": {"type": "dict"},
        "fields": {"type": "list", "elements": "str"},
    }
)


@dataclass(frozen=True)
class Item:
    """One query, as OneLogin takes it."""

    query: tuple[tuple[str, str], ...]

    @property
    def user(self) -> None:
        """A query is for no single user."""
        return None

    @property
    def target(self) -> tuple[Any, ...]:
        """The query."""
        return self.query

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """Take what is given; an empty query matches everybody."""
        query = {name: str(options[name]) for name in (*_TEXTS, *_TIMES, *_NUMBERS) if options.get(name) is not None}
        if options.get("user_ids") is not None:
            query["user_ids"] = ",".join(map(str, options["user_ids"]))
        if options.get("fields"):
            query["fields"] = ",".join(options["fields"])
        for name, value in (options.get("custom_attributes") or {}).items():
            query[f"custom_attributes.{name}"] = str(value)
        return cls(tuple(sorted(query.items())))


def run(item: Item, context: Context) -> Outcome:
    """Read them, page after page."""
    query = dict(item.query)
    if query.get("user_ids") == "":
        return Outcome("none", {"users": []})  # OneLogin would take an empty list for no filter at all
    users = [dict(user) for user in list_users(context.client, {"limit": 100, **query})]
    return Outcome("found" if users else "none", {"users": users})


OPERATION = Operation(ARGUMENTS, Item.parse, each(run))
