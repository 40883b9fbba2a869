# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send at most one message: look up the effect of a POST whose outcome is unknown before repeating it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import ACCEPTED, PENDING, REJECTED, State
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp, timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import (
    CodeRefused,
    OneLoginError,
    OutcomeUnknown,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Claim, Journal, JournalKey


@dataclass(frozen=True)
class Sending:
    """A registration or a verification that is to be.

    :param work: what the journal knows it by.
    :param sends_message: whether the request sends the person something.
    :param lifetime: seconds for which such a message is good.
    :param post: sends the request, and calls what it is given each time just before.
    :param get: asks for the one that has this id; None where OneLogin knows none.
    :param effect: looks for what a request of unknown outcome, or another run, left behind.
    """

    work: JournalKey
    sends_message: bool
    lifetime: int
    post: Callable[[Callable[[], None]], State]
    get: Callable[[str], State | None]
    effect: Callable[[], State | None]

    @property
    def foretold(self) -> str:
        """What check mode has to say of the message, behind a sentence."""
        return " The person would be sent a message." if self.sends_message else ""


@dataclass(frozen=True)
class Started:
    """What is there now.

    :param by_this_run: whether this run has sent the request, as opposed to having found one that is good.
    :param instead_of: the state of an earlier one that is no longer good.
    """

    state: State
    by_this_run: bool
    instead_of: str | None = None

    def told(self, word: str, text: str) -> str:
        """A sentence about the new one, behind what is to be said of the earlier."""
        return f"The earlier {word} is {self.instead_of}, so there is a new one. {text}" if self.instead_of else text


def find(sending: Sending, context: Context, named: str | None) -> State | None:
    """A registration or verification that is still good: the one the item names, or else the journal's.

    Nothing is claimed and nothing sent.
    """
    claim = context.journal.peek(sending.work) if context.check_mode and not named else None
    identifier = claim.object_id if claim else named
    known = _with_expiry(sending.get(identifier), claim) if identifier else None
    if known and (known.status == PENDING or (known.status == ACCEPTED and _counts(claim, sending, context))):
        return known
    return None


def start(sending: Sending, context: Context) -> Started:
    """Start it, unless the journal knows of one that is good.

    :raises OutcomeUnknown: where a message may have been sent, with the time from which another may be.
    """
    journal, lifetime, ended = context.journal, _lifetime(sending, context), None
    claim = journal.claim(sending.work, lifetime)
    while claim.state != "mine":
        if claim.state == "known":
            known = _with_expiry(sending.get(claim.object_id or ""), claim)
            if known and (known.status == PENDING or (known.status == ACCEPTED and _counts(claim, sending, context))):
                journal.record_outcome(
                    sending.work.kind,
                    sending.work.user_id,
                    claim.object_id,
                    status=known.status,
                    device_id=known.device_id,
                )
                return Started(known, by_this_run=False)
            ended = _end_of(known, context)
            claim = journal.renew(claim, sending.work, lifetime, ended)
            continue
        made = sending.effect()
        if made:
            if claim.state == "unsure":
                _record_sent(journal, claim, made)
            return Started(made, by_this_run=False)
        if claim.state == "unsure":
            _refuse_while_it_may_be_good(claim, sending, context)
            ended = "unconfirmed and expired" if sending.sends_message else "unknown"
            claim = journal.renew(claim, sending.work, lifetime, ended)
        else:
            claim = journal.claim(sending.work, lifetime)
    if claim.lately and (made := _done_meanwhile(claim, sending)):
        journal.release(claim)
        return Started(made, by_this_run=False)
    return Started(_post(sending, context, claim), by_this_run=True, instead_of=ended)


def _with_expiry(known: State | None, claim: Claim | None) -> State | None:
    """What OneLogin tells of it, and until when it is good, which OneLogin tells but once."""
    if known is None or known.status == ACCEPTED or known.expires_at or claim is None or claim.expires_at is None:
        return known
    return replace(known, expires_at=timestamp(datetime.fromtimestamp(claim.expires_at, timezone.utc)))


def _end_of(known: State | None, context: Context) -> str:
    """How an earlier one ended; OneLogin calls rejected what nobody has answered in time."""
    if known is None:
        return "gone"
    expires = parse_timestamp(known.expires_at)
    return "expired" if known.status == REJECTED and expires and context.clock.now() >= expires else known.status


def _done_meanwhile(claim: Claim, sending: Sending) -> State | None:
    """What another run has come to since this one looked."""
    answered = sending.get(claim.answered) if claim.answered else None
    return answered if answered and answered.status == ACCEPTED else sending.effect()


def _lifetime(sending: Sending, context: Context) -> float | None:
    """Seconds from the sending for which a message may be good, which may arrive late; None where none is sent."""
    return sending.lifetime + context.client.connection.request_timeout if sending.sends_message else None


def _counts(claim: Claim | None, sending: Sending, context: Context) -> bool:
    """Whether what was accepted answers this run's question, too.

    An enrolment does, and what the item names. Otherwise an activation asks whether the person is there now, so an
    answer to an older one must not count.
    """
    if claim is None or sending.work.kind == "registration":
        return True
    return context.clock.now().timestamp() < (claim.expires_at or 0.0)


def _refuse_while_it_may_be_good(claim: Claim, sending: Sending, context: Context) -> None:
    until = claim.expires_at or 0.0
    if not sending.sends_message or context.clock.now().timestamp() >= until:
        return
    error = OutcomeUnknown(OneLoginError("unavailable", "an earlier run ended before it had the answer."))
    error.hint = _hint(timestamp(datetime.fromtimestamp(until, timezone.utc)))
    raise error


def _hint(moment: str) -> str:
    return (
        f"A message may have been sent: ask the person. Run again after {moment}, when it is no longer good, or name it"
        " by its id if that becomes known."
    )


def _post(sending: Sending, context: Context, claim: Claim) -> State:
    tries = context.client.connection.retries
    lifetime, good_until = _lifetime(sending, context), ""
    doubt: OutcomeUnknown | None = None

    def leaving() -> None:
        nonlocal good_until
        good_until = context.clock.after(lifetime or 0.0)
        context.journal.sending(claim, lifetime)

    while True:
        try:
            state = sending.post(leaving)
        except OutcomeUnknown as unknown:
            doubt = unknown
        except OneLoginError:
            if not doubt:
                # OneLogin has refused it, so nothing was sent.
                with suppress(OneLoginError):
                    context.journal.release(claim)
                raise
            tries = 0
        else:
            _note(claim, state, sending, context)
            return state
        made = None
        with suppress(OneLoginError):  # what cannot be looked at now proves nothing
            made = sending.effect()
        if made:
            _record_sent(context.journal, claim, made)
            return made
        tries -= 1
        if sending.sends_message:
            doubt.hint = _hint(good_until)
        elif tries > 0:
            continue
        else:
            doubt.hint = "Run again: doing so sends no message."
        # A claim that stays as it is comes to the same once this run has ended.
        with suppress(OneLoginError):
            context.journal.mark_unknown(claim)
        raise doubt


def _note(claim: Claim, state: State, sending: Sending, context: Context) -> None:
    """Note what was sent; where the journal cannot take it any more, hand its id to the reader."""
    try:
        _record_sent(context.journal, claim, state)
    except OneLoginError as error:
        error.message = f"The {sending.work.kind} {state.id} is made, but could not be noted. {error.message}"
        error.hint = f"Mend the journal, and run again with {sending.work.kind}_id {state.id}."
        raise


def _record_sent(journal: Journal, claim: Claim, state: State) -> None:
    journal.record_sent(
        claim, status=state.status, object_id=state.id, device_id=state.device_id, expires_at=state.expires_at
    )


def confirm(put: Callable[[], State], get: Callable[[], State]) -> State:
    """Give a code back. Doing so twice does no harm: an unknown outcome is looked at and, if need be, repeated.

    :raises OneLoginError: ``otp_rejected``, ``unconfirmed``, and what a request can bring.
    """
    try:
        return put()
    except OutcomeUnknown as unknown:
        try:
            seen = get()
        except OneLoginError:
            raise unknown from None
        return put() if seen.status == PENDING else seen


def untried(word: str) -> str:
    """What is to be said of a code that was given too early or too late, behind a sentence."""
    return f" The code given was not tried, for it belongs to no {word} that is known and still good."


def refusal(word: str, answer: State) -> OneLoginError:
    """The error that says what a code has led to that was not accepted."""
    if answer.status == PENDING:
        return CodeRefused()
    return OneLoginError(
        "otp_rejected",
        f"The code was not accepted and the {word} is {answer.status} now.",
        hint="Run again without the code to start anew.",
    )
