# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Ask for a registration or a verification once, or wait for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import USER, WAIT, Arguments
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import PENDING, State
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.wait import poll


class Get(Protocol):
    """Asks OneLogin for the state of one."""

    def __call__(self, client: Client, user_id: int, identifier: str, *, once: bool = False) -> State:
        """:raises OneLoginError: ``not_found`` and what a request can bring."""


@dataclass(frozen=True)
class Resource:
    """What is asked for.

    :param word: OneLogin's word for it, ``registration`` or ``verification``.
    :param get: asks for one.
    :param describe: what is returned of one, from its user's id and its state.
    """

    word: str
    get: Get
    describe: Callable[[int | None, State], dict[str, Any]]

    def look(self, item: Item, user_id: int, context: Context, *, once: bool = False) -> State:
        """Ask for an item, and let the journal know."""
        state = self.get(context.client, user_id, item.id, once=once)
        context.journal.record_outcome(self.word, user_id, item.id, status=state.status, device_id=state.device_id)
        return state

    def returned(self, user_id: int | None, state: State) -> dict[str, Any]:
        """A module's result for an item."""
        return {self.word: self.describe(user_id, state)}


@dataclass(frozen=True)
class Item:
    """One of a user's, and when it expires where that is known."""

    user: UserSelector
    id: str
    expires_at: str | None = None

    @property
    def target(self) -> tuple[Any, ...]:
        """The id."""
        return (self.id,)


def info(resource: Resource) -> Operation[Item]:
    """The operation that asks once."""

    def run(item: Item, context: Context) -> Outcome:
        user_id = context.user_id(item.user)
        state = resource.look(item, user_id, context)
        return Outcome(state.status, resource.returned(user_id, state))

    return Operation(_arguments(resource), _parser(resource), each(run), journals=True, foreseen=_foresight(resource))


def waiting(resource: Resource) -> Operation[Item]:
    """The operation that asks until there is an answer."""

    def look(item: Item, user_id: int, context: Context) -> State:
        return resource.look(item, user_id, context, once=True)

    arguments = _arguments(resource) + Arguments({"expires_at": {"type": "str"}})
    return Operation(
        arguments,
        _parser(resource),
        poll(look, resource.returned),
        settings=WAIT,
        journals=True,
        always={"elapsed": 0, "polls": 0},
        foreseen=_foresight(resource),
    )


def _arguments(resource: Resource) -> Arguments:
    return USER + Arguments({f"{resource.word}_id": {"type": "str"}})


def _parser(resource: Resource) -> Callable[[Mapping[str, Any]], Item]:
    option = f"{resource.word}_id"

    def parse(options: Mapping[str, Any]) -> Item:
        if not options.get(option):
            raise OneLoginError("invalid", f"The item names no {resource.word}.", hint=f"Give {option}.")
        return Item(UserSelector.from_options(options), options[option], options.get("expires_at"))

    return parse


def _foresight(resource: Resource) -> Callable[[Mapping[str, Any]], Outcome | None]:
    """In check mode the task before has made nothing that could be named, and this is no mistake of the playbook's."""

    def foreseen(options: Mapping[str, Any]) -> Outcome | None:
        if options.get(f"{resource.word}_id"):
            return None
        UserSelector.from_options(options)
        result = resource.returned(options.get("user_id"), State(id=None, status=PENDING))
        return Outcome(PENDING, result, msg=f"There is no {resource.word} to look at yet.")

    return foreseen
