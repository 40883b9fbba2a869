# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send at most one message: look up the effect of a POST whose outcome is unknown before repeating it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Confirmation
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import format_epoch, parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import (
    CodeRefused,
    OneLoginError,
    OutcomeUnknown,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import KNOWN, REJECTED
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import (
    REPLACED,
    Claim,
    JournalKey,
)

C = TypeVar("C", bound=Confirmation)


@dataclass(frozen=True)
class SendRequest(Generic[C]):
    """A registration or a verification to make.

    :param key: its key in the journal.
    :param sends_message: whether the request sends the person something.
    :param lifetime: seconds for which such a message is valid.
    :param post: sends the request; calls its argument each time just before.
    :param get: reads the one with this id; None if OneLogin does not have it.
    :param find_effect: finds what a request of unknown outcome, or another run, has made.
    :param is_lost: whether no one can confirm a pending one any more, by its id.
    """

    key: JournalKey
    sends_message: bool
    lifetime: int
    post: Callable[[Callable[[], None]], C]
    get: Callable[[str], C | None]
    find_effect: Callable[[], C | None]
    is_lost: Callable[[str], bool] = lambda _id: False


@dataclass(frozen=True)
class SendResult(Generic[C]):
    """The current registration or verification.

    :param by_this_run: whether this run has sent the request; otherwise it found a valid one.
    :param replaces: the state of an earlier one that is no longer valid.
    """

    confirmation: C
    by_this_run: bool
    replaces: str | None = None


def find(request: SendRequest[C], context: Context, named: str | None) -> C | None:
    """Return a registration or verification that is still valid: the one the item names, or else the journal's.

    Nothing is claimed and nothing sent.
    """
    claim = context.journal.find_pending(request.key) if context.check_mode and not named else None
    identifier = claim.object_id if claim else named
    known = _with_expiry(request.get(identifier), claim) if identifier else None
    return known if known and _is_valid(known, claim, request, context) else None


def send(request: SendRequest[C], context: Context) -> SendResult[C]:
    """Make it, unless the journal has one that is valid.

    :raises OutcomeUnknown: if a message may have been sent, with the time from which another can be sent.
    """
    journal, lifetime, ended = context.journal, _lifetime(request, context), None
    claim = journal.claim(request.key, lifetime)
    while claim.state != "claimed":
        if claim.state == "pending":
            known = _with_expiry(request.get(claim.object_id or ""), claim)
            if known and _is_valid(known, claim, request, context):
                record_outcome(request.key.kind, known, context)
                return SendResult(known, by_this_run=False)
            ended = _describe_end(known, context)
            claim = journal.replace_claim(claim, request.key, lifetime, ended)
            continue
        made = request.find_effect()
        if made:
            if claim.state == "unknown":
                _record_sent(claim, made, context)
            return SendResult(made, by_this_run=False)
        if claim.state == "unknown":
            _refuse_while_valid(claim, request, context)
            ended = "unconfirmed and expired" if request.sends_message else "unknown"
            claim = journal.replace_claim(claim, request.key, lifetime, ended)
        else:
            claim = journal.claim(request.key, lifetime)
    if claim.recently_ended and (made := _made_meanwhile(claim, request)):
        journal.release(claim)
        return SendResult(made, by_this_run=False)
    return SendResult(_post(request, context, claim), by_this_run=True, replaces=ended)


def record_outcome(kind: str, confirmation: Confirmation, context: Context) -> None:
    """Record in the journal the outcome of a pending registration or verification."""
    if confirmation.user_id is not None:
        context.journal.record_outcome(
            kind,
            confirmation.user_id,
            confirmation.id,
            status=confirmation.status,
            device_id=confirmation.device_id,
        )


def confirm(put: Callable[[], C], get: Callable[[], C]) -> C:
    """Send a code. This is safe to repeat: an unknown outcome is looked up and, if necessary, the code is sent again.

    :raises OneLoginError: ``otp_rejected``, ``unconfirmed``, and those of a request.
    """
    try:
        return put()
    except OutcomeUnknown as unknown:
        try:
            seen = get()
        except OneLoginError:
            raise unknown from None
        return put() if seen.is_pending else seen


def build_code_error(word: str, answer: Confirmation) -> OneLoginError:
    """Return the error for a code that was not accepted."""
    if answer.is_pending:
        return CodeRefused()
    return OneLoginError(
        "otp_rejected",
        f"The code was not accepted and the {word} is {answer.status} now.",
        hint="Run again without the code to start a new one.",
    )


def _is_valid(known: Confirmation, claim: Claim | None, request: SendRequest[C], context: Context) -> bool:
    """Return whether it can be used.

    An accepted one counts for an enrolment, and where the item names it. Otherwise an activation asks whether the
    person is there now, so an older answer does not count.
    """
    if known.status not in KNOWN and (claim is None or context.clock.now().timestamp() < (claim.expires_at or 0.0)):
        raise OneLoginError(
            "bad_response",
            f"OneLogin reports the {request.key.kind} {known.id} as {known.status}, which is an unknown status.",
            hint="Nothing was sent. Look at the user in OneLogin.",
        )
    if not known.is_accepted:
        return known.is_pending and not request.is_lost(known.id or "")
    if claim is None or request.key.kind == "registration":
        return True
    return context.clock.now().timestamp() < (claim.expires_at or 0.0)


def _with_expiry(known: C | None, claim: Claim | None) -> C | None:
    """Add the expiry from the journal, since OneLogin shows it only once."""
    if known is None or known.is_accepted or known.expires_at or claim is None or claim.expires_at is None:
        return known
    return replace(known, expires_at=format_epoch(claim.expires_at))


def _describe_end(known: Confirmation | None, context: Context) -> str:
    """Return the outcome of an earlier one. OneLogin reports one that expired without an answer as rejected."""
    if known is None:
        return "gone"
    if known.is_pending:
        return REPLACED
    expires = parse_timestamp(known.expires_at)
    return "expired" if known.status == REJECTED and expires and context.clock.now() >= expires else known.status


def _made_meanwhile(claim: Claim, request: SendRequest[C]) -> C | None:
    """Return what another run has made since this run read the devices."""
    answered = request.get(claim.accepted_id) if claim.accepted_id else None
    return answered if answered and answered.is_accepted else request.find_effect()


def _lifetime(request: SendRequest[C], context: Context) -> float | None:
    """Return seconds after sending for which a message may be valid; it may arrive late. None if none is sent."""
    return request.lifetime + context.client.connection.request_timeout if request.sends_message else None


def _refuse_while_valid(claim: Claim, request: SendRequest[C], context: Context) -> None:
    until = claim.expires_at or 0.0
    if not request.sends_message or context.clock.now().timestamp() >= until:
        return
    error = OutcomeUnknown(OneLoginError("unavailable", "an earlier run ended before it received the response."))
    error.hint = _hint(format_epoch(until))
    raise error


def _hint(moment: str) -> str:
    return (
        f"A message may have been sent, so ask the person. Run again after {moment}, when it has expired, or set its id"
        " if you learn it."
    )


def _post(request: SendRequest[C], context: Context, claim: Claim) -> C:
    tries = context.client.connection.retries
    lifetime, valid_until = _lifetime(request, context), ""
    doubt: OutcomeUnknown | None = None

    def leaving() -> None:
        nonlocal valid_until
        valid_until = context.clock.format_time_after(lifetime or 0.0)
        context.journal.record_sending(claim, lifetime)

    while True:
        try:
            confirmation = request.post(leaving)
        except OutcomeUnknown as unknown:
            doubt = unknown
        except OneLoginError:
            if not doubt:
                # OneLogin rejected it, so nothing was sent.
                with suppress(OneLoginError):
                    context.journal.release(claim)
                raise
            tries = 0
        else:
            _note(claim, confirmation, request, context)
            return confirmation
        made = None
        with suppress(OneLoginError):  # without a response nothing is proven
            made = request.find_effect()
        if made:
            _record_sent(claim, made, context)
            return made
        tries -= 1
        if request.sends_message:
            doubt.hint = _hint(valid_until)
        elif tries > 0:
            continue
        else:
            doubt.hint = "Run again: that sends no message."
        # A claim that is not updated has the same meaning after this run has ended.
        with suppress(OneLoginError):
            context.journal.mark_unknown(claim)
        raise doubt


def _note(claim: Claim, made: Confirmation, request: SendRequest[C], context: Context) -> None:
    """Record the request that was sent. If the journal fails, the error has its id."""
    try:
        _record_sent(claim, made, context)
    except OneLoginError as error:
        kind = request.key.kind
        error.message = f"The {kind} {made.id} was made, but could not be recorded. {error.message}"
        error.hint = f"Repair the journal and run again with {kind}_id {made.id}."
        raise


def _record_sent(claim: Claim, made: Confirmation, context: Context) -> None:
    context.journal.record_sent(
        claim, status=made.status, object_id=made.id, device_id=made.device_id, expires_at=made.expires_at
    )
