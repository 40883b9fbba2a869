# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Items of a batch that mean the same work, however each of them names its user and its factor or device.

Done twice it would send two messages, so the batch is refused, or the later of the two fails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Item,
    Operation,
    Outcome,
    same_work,
)

Meaning = tuple[Any, ...]


def as_written(work: Mapping[int, Item]) -> dict[int, Meaning]:
    """What each item means, as far as can be told without asking."""
    return {index: (_user(item), item.target) for index, item in work.items()}


def as_looked_up(operation: Operation[Any], work: Mapping[int, Item], context: Context) -> dict[int, Meaning]:
    """What each item means, once its user is known, and the factors of those who come up more than once."""
    meanings: dict[int, Meaning] = {}
    of_user: dict[tuple[str, Any], list[int]] = defaultdict(list)
    for index, item in work.items():
        known = context.users.known(item.user) if item.user else None
        user = ("user_id", known) if known is not None else _user(item)
        meanings[index] = (user, item.target)
        of_user[user].append(index)
    for (key, user_id), indexes in of_user.items():
        items = [work[index] for index in indexes]
        if key != "user_id" or len({item.target for item in items}) < 2:
            continue
        with suppress(OneLoginError):  # whoever it concerns will meet it again
            targets = operation.targets(items, user_id, context)
            meanings.update((index, ((key, user_id), target)) for index, target in zip(indexes, targets))
    return meanings


def found(work: Mapping[int, Item], meanings: Mapping[int, Meaning], fail: bool) -> dict[int, Outcome]:
    """The outcomes of those items that mean the same as one before them.

    :param fail: whether these fail, as opposed to the whole batch.
    :raises OneLoginError: ``invalid`` where the whole batch does.
    """
    first: dict[Meaning, int] = {}
    outcomes = {}
    for index, meaning in meanings.items():
        earlier = first.setdefault(meaning, index)
        if earlier == index:
            continue
        error = same_work(earlier, index, _words(meaning))
        if not fail:
            error.hint = "Leave one of them out; nothing was done."
            raise error
        if who := work[earlier].user:
            error.hint = f"It is asked for already, for {who}. Leave one of them out."
        outcomes[index] = Outcome.failed(error)
    return outcomes


def _user(item: Item) -> tuple[str, Any]:
    return item.user.folded if item.user else ("account", None)


def _words(meaning: Sequence[Any]) -> str:
    (key, value), target = meaning
    return " ".join(str(part) for part in (key, value, *target) if part is not None)
