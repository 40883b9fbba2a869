# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Items of a batch that would do the same work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Item,
    Operation,
    Outcome,
    build_duplicate_error,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key

WorkKey = tuple[Key, Key]
"""The user and the target of an item."""


def list_declared_keys(work: Mapping[int, Item]) -> dict[int, WorkKey]:
    """Return the keys of the items, as far as they are known without a call."""
    return {index: (_user_key(item), item.target) for index, item in work.items()}


def resolve_keys(operation: Operation[Any], work: Mapping[int, Item], context: Context) -> dict[int, WorkKey]:
    """Return the keys of the items with the ids of users, and of the factors of users who occur more than once."""
    keys: dict[int, WorkKey] = {}
    of_user: dict[Key, list[int]] = defaultdict(list)
    for index, item in work.items():
        known = context.users.find_known_id(item.user) if item.user else None
        user = ("user_id", known) if known is not None else _user_key(item)
        keys[index] = (user, item.target)
        of_user[user].append(index)
    for user, indexes in of_user.items():
        items = [work[index] for index in indexes]
        if user[0] != "user_id" or len({item.target for item in items}) < 2:
            continue
        with suppress(OneLoginError):  # the item concerned fails with it later
            targets = operation.resolve_keys(items, user[1], context)
            keys.update((index, (user, target)) for index, target in zip(indexes, targets))
    return keys


def find_duplicates(work: Mapping[int, Item], keys: Mapping[int, WorkKey], fail: bool) -> dict[int, Outcome]:
    """Return the outcomes of the items that are duplicates of an earlier one.

    :param fail: whether these items fail; otherwise the whole batch does.
    :raises OneLoginError: ``invalid`` if the whole batch fails.
    """
    first: dict[WorkKey, int] = {}
    outcomes = {}
    for index, key in keys.items():
        earlier = first.setdefault(key, index)
        if earlier == index:
            continue
        error = build_duplicate_error(earlier, index, _describe(key))
        if not fail:
            error.hint = "Leave one of them out; nothing was done."
            raise error
        if user := work[earlier].user:
            error.hint = f"An earlier item does the same for {user}. Leave one of them out."
        outcomes[index] = Outcome.failed(error)
    return outcomes


def _user_key(item: Item) -> Key:
    return item.user.key if item.user else ("account", None)


def _describe(key: WorkKey) -> str:
    user, target = key
    return " ".join(str(part) for part in (*user, *target) if part is not None)
