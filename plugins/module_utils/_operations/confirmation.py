# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The process that registrations and verifications share: use a valid one or make one, then confirm it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Confirmation, FactorType
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING, REJECTED
from ansible_collections.community.onelogin.plugins.module_utils._engine.at_most_once import (
    SendRequest,
    build_code_error,
    confirm,
    find,
    record_outcome,
    send,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context, Item, Outcome
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key, UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import REPLACED
from ansible_collections.community.onelogin.plugins.module_utils._operations.message import Message

C = TypeVar("C", bound=Confirmation)


@dataclass(frozen=True)
class ConfirmationItem:
    """The common part of the items of both modules.

    :param named: the id of an earlier registration or verification, if the item has one.
    """

    user: UserSelector
    message: Message
    otp: str | None = field(default=None, repr=False)
    named: str | None = None
    return_secrets: bool = False


@dataclass(frozen=True)
class Process(Generic[C]):
    """What to do for one item.

    :param word: ``registration`` or ``verification``.
    :param work: the work that the item reserves in the batch.
    :param request: makes one.
    :param complete: adds what the item and its factor show to what OneLogin returns.
    :param put: sends the code for the one with this id.
    :param get: reads the one with this id.
    :param made: the sentence for one that was made; by its status.
    :param would_make: the sentence for one that check mode predicts.
    :param predicted: the status that check mode predicts.
    :param check_possible: in check mode, raises the error that the request would cause.
    :param code_at_once: whether the code can belong to one that was made in the same run.
    """

    word: str
    item: ConfirmationItem
    factor_type: FactorType
    work: Key
    request: SendRequest[C]
    complete: Callable[[C], C]
    new: Callable[[str], C]
    put: Callable[[str], C]
    get: Callable[[str], C]
    made: Mapping[str, str]
    would_make: str
    predicted: str = PENDING
    check_possible: Callable[[], None] = lambda: None
    code_at_once: bool = False

    def run(self, item: Item, context: Context) -> Outcome:
        """Do the missing steps.

        :raises OneLoginError: if the item fails before its registration or verification is known.
        """
        known = find(self.request, context, self.item.named)
        if known:
            return self._continue(self.complete(known), context)
        context.reserve(item, *self.work)
        if context.check_mode:
            self.check_possible()
            message = " The person would get a message." if self.request.sends_message else ""
            return self.build_outcome(self.new(self.predicted), self.would_make + message, changed=True, before={})
        sent = send(self.request, context)
        confirmation = self.complete(sent.confirmation)
        if not sent.by_this_run:
            return self._continue(confirmation, context)
        return self._finish(confirmation, sent.replaces, context)

    def _continue(self, known: C, context: Context) -> Outcome:
        """Continue with an existing one."""
        if known.is_accepted:
            return self.build_outcome(known, f"The {self.word} was accepted already.")
        if not self.item.otp:
            return self.build_outcome(known, f"The {self.word} is still pending; nothing was sent.")
        return self._give_code(known, context, changed=False)

    def _finish(self, made: C, replaces: str | None, context: Context) -> Outcome:
        """Continue with one that this run has made."""
        if made.status not in (ACCEPTED, PENDING):
            error = OneLoginError("rejected", f"OneLogin returned the new {self.word} as {made.status}.")
            return Outcome.failed(error, self._result(made), changed=True)
        if self.item.otp and self.code_at_once and made.is_pending:
            return self._give_code(made, context, changed=True)
        words = self.made[made.status]
        if replaces:
            why = "has no page that someone could scan" if replaces == REPLACED else f"is {replaces}"
            words = f"The earlier {self.word} {why}, so there is a new one. {words}"
        if self.item.otp and (self.word == "verification" or made.is_pending):
            words += f" The code was not used: no unexpired {self.word} is known for this user."
        return self.build_outcome(made, words, changed=True, before={})

    def _give_code(self, known: C, context: Context, *, changed: bool) -> Outcome:
        """Send the code; ``changed`` says whether this run has made the registration or verification."""
        if context.check_mode:
            return self.build_outcome(
                replace(known, status=ACCEPTED), "The code would be used.", changed=True, before=known
            )
        identifier = known.id or ""
        try:
            answer = confirm(lambda: self.put(identifier), lambda: self.get(identifier))
        except OneLoginError as error:
            return Outcome.failed(error, self._result(known), changed=changed)
        after = known.update_from(answer)
        record_outcome(self.word, after, context)
        if after.is_accepted:
            return self.build_outcome(after, "The code was accepted.", changed=True, before=known)
        refusal = build_code_error(self.word, answer)
        return Outcome.failed(refusal, self._result(after), changed=changed or answer.status == REJECTED)

    def build_outcome(
        self, after: C, msg: str, *, changed: bool = False, before: C | Mapping[str, Any] | None = None
    ) -> Outcome:
        """Return the outcome that returns one; ``before`` is by default the same, which means that nothing changed."""
        public = after.as_result()
        return Outcome(
            after.status,
            self._result(after),
            changed=changed,
            msg=msg,
            before=before.as_result() if isinstance(before, Confirmation) else public if before is None else before,
            after=public,
        )

    def _result(self, its: C) -> dict[str, Any]:
        about: dict[str, Any] = {**its.as_result()}
        if self.item.return_secrets and its.factor_data:
            about["factor_data"] = dict(its.factor_data)
        result: dict[str, Any] = {self.word: about}
        if its.is_pending:
            if self.word == "registration" and self.factor_type.totp:
                result["app"] = True
            result["awaits"] = "user" if self.item.message.redirect_to else self.factor_type.confirmed_by
        return result
