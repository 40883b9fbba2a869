# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the state of registrations and verifications once, or wait until people have confirmed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Confirmation
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING
from ansible_collections.community.onelogin.plugins.module_utils._engine.at_most_once import record_outcome
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, WAIT, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import EarlierResult
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key, UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._engine.wait import poll

C = TypeVar("C", bound=Confirmation)
C_co = TypeVar("C_co", bound=Confirmation, covariant=True)


class Get(Protocol[C_co]):
    """Reads the state of one."""

    def __call__(self, client: Client, user_id: int, identifier: str, *, once: bool = False) -> C_co:
        """Read it.

        :raises OneLoginError: ``not_found`` and those of a request.
        """


@dataclass(frozen=True)
class StateItem:
    """One registration or verification.

    :param expires_at: ISO 8601 time at which it expires, if that is known.
    :param known: the fields that an earlier task returned, of which OneLogin returns only some later.
    """

    user: UserSelector
    id: str
    expires_at: str | None = None
    known: Confirmation | None = None

    @property
    def target(self) -> Key:
        """The id."""
        return (self.id,)

    @property
    def device_id(self) -> str | None:
        """The device, if an earlier task returned it."""
        return self.known.device_id if self.known else None


@dataclass(frozen=True)
class ConfirmationState(Generic[C]):
    """What is read.

    :param word: OneLogin's word for it, ``registration`` or ``verification``.
    :param get: reads one.
    :param model: its class.
    :param check: raises an error for one that was read and does not match.
    """

    word: str
    get: Get[C]
    model: type[C]
    check: Callable[[C, Context], None] = lambda _its, _context: None

    def build_info(self) -> Operation[StateItem]:
        """Return the operation that reads once."""

        def run(item: StateItem, context: Context) -> Outcome:
            its = self.read(item, context.find_user_id(item.user), context)
            return Outcome(its.status, {self.word: its.as_result()})

        return Operation(self._options(), self._parse, each(run), journals=True, predict=self._predict)

    def build_wait(self) -> Operation[StateItem]:
        """Return the operation that reads until there is an answer."""

        def read_state(item: StateItem, user_id: int, context: Context) -> Confirmation:
            return self.read(item, user_id, context, once=True)

        return Operation(
            self._options() + Options({"expires_at": {"type": "str"}}),
            self._parse,
            poll(read_state, self.word),
            settings=WAIT,
            journals=True,
            always={"elapsed": 0, "polls": 0},
            predict=self._predict,
            finish=lambda earlier, _check_mode: _finish_wait(self.word, earlier),
        )

    def read(self, item: StateItem, user_id: int, context: Context, *, once: bool = False) -> Confirmation:
        """Read an item, and record its outcome in the journal."""
        its = self.get(context.client, user_id, item.id, once=once)
        its = replace(its, id=item.id)
        record_outcome(self.word, its, context)
        self.check(its, context)
        return item.known.update_from(its) if item.known else its

    def _options(self) -> Options:
        return USER + Options({f"{self.word}_id": {"type": "str"}})

    def _parse(self, options: Mapping[str, Any]) -> StateItem:
        option = f"{self.word}_id"
        if not options.get(option):
            raise OneLoginError("invalid", f"The item has no {self.word}_id.", hint=f"Give {option}.")
        earlier: EarlierResult | None = options.get("earlier")
        known = earlier.confirmation if earlier else None
        return StateItem(UserSelector.from_options(options), options[option], options.get("expires_at"), known)

    def _predict(self, options: Mapping[str, Any]) -> Outcome | None:
        """In check mode, an earlier task has made nothing, so a missing id is not an error."""
        if options.get(f"{self.word}_id"):
            return None
        user = UserSelector.from_options(options)
        earlier: EarlierResult | None = options.get("earlier")
        predicted = (earlier.confirmation if earlier else None) or self.model(None, user.user_id, PENDING)
        return Outcome(
            predicted.status, {self.word: predicted.as_result()}, msg=f"There is no {self.word} to read yet."
        )


def _finish_wait(word: str, earlier: EarlierResult) -> Outcome | None:
    """Return the outcome of an earlier result that needs no waiting."""
    if earlier.kind == word and earlier.row.get("awaits") == "otp":
        return Outcome(PENDING, earlier.kept, msg="It needs the code that the person received. Pass the code as otp.")
    if done := finish_accepted(word, earlier):
        return done
    its = earlier.confirmation
    if earlier.kind == word and its and its.status and not its.id:
        # Only check mode leaves no id. A role runs the earlier task in it where that step's tag is not selected.
        return Outcome(its.status, earlier.kept, msg=f"There is no {word} to read yet.")
    return None


def finish_accepted(word: str, earlier: EarlierResult) -> Outcome | None:
    """Return the outcome of an earlier result that is accepted already: the same, and no call."""
    confirmation = earlier.confirmation
    if earlier.kind != word or not confirmation or not confirmation.is_accepted:
        return None
    return Outcome(ACCEPTED, earlier.kept, msg=f"The {word} was accepted already.")
