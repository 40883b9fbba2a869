# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Bring a user to have a factor, and never send a second message while the first is good."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import (
    CODE,
    FACTOR,
    MESSAGE,
    USER,
    Arguments,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import (
    ACCEPTED,
    PENDING,
    REJECTED,
    Device,
    Factor,
    State,
    get_registration,
    post_registration,
    put_registration,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.at_most_once import (
    Sending,
    Started,
    confirm,
    find,
    refusal,
    start,
    untried,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import FactorSelector, kind_of
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import JournalKey
from ansible_collections.community.onelogin.plugins.module_utils._operations.codes import code_of, with_secrets
from ansible_collections.community.onelogin.plugins.module_utils._operations.message import Message

ARGUMENTS = (
    USER
    + FACTOR
    + MESSAGE
    + CODE
    + Arguments(
        {
            "display_name": {"type": "str"},
            "verified": {"type": "bool", "default": False},
            "registration_id": {"type": "str"},
        }
    )
)


@dataclass(frozen=True)
class Item:
    """One user and one factor."""

    user: UserSelector
    factor: FactorSelector
    message: Message
    display_name: str | None = None
    verified: bool = False
    otp: str | None = field(default=None, repr=False)
    registration_id: str | None = None
    return_secrets: bool = False

    @property
    def target(self) -> tuple[Any, ...]:
        """The factor."""
        return self.factor.folded

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """:raises OneLoginError: ``invalid``."""
        return cls(
            user=UserSelector.from_options(options),
            factor=FactorSelector.from_options(options),
            message=Message.from_options(options),
            display_name=options.get("display_name"),
            verified=options["verified"],
            otp=code_of(options),
            registration_id=options.get("registration_id") or None,
            return_secrets=options["return_secrets"],
        )


def run(item: Item, context: Context) -> Outcome:
    """Do what is missing for this user and factor."""
    user_id = context.user_id(item.user)
    factor, devices = context.factor(item.factor, user_id)
    sending = _sending(item, context, user_id, factor)
    enrolled = context.factors.devices_of(factor, devices)
    if enrolled:
        return _enrolled(enrolled[0], factor, context.journal.recall(sending.work, enrolled[0].id))
    _refuse_what_the_factor_cannot(item, factor)
    good = find(sending, context, item.registration_id)
    if good:
        return _go_on(item, context, user_id, factor, good)
    context.claim(item, user_id, factor.auth_name, factor.name)
    if context.check_mode:
        context.factors.refuse_unless_offered(factor, user_id, devices)
        expected = State(id=None, status=ACCEPTED if item.verified else PENDING)
        would_be = _registration(user_id, factor, expected, item)
        words = "The factor would be enrolled."
        words += sending.foretold
        return _outcome(would_be, words, changed=True, before={}, factor=factor, item=item)
    started = start(sending, context)
    if started.by_this_run:
        return _made(item, user_id, factor, started)
    return _go_on(item, context, user_id, factor, started.state)


def _refuse_what_the_factor_cannot(item: Item, factor: Factor) -> None:
    item.message.refuse_unless_it_fits(factor)
    if item.verified and not kind_of(factor.auth_name).takes_verified:
        raise OneLoginError(
            "invalid",
            f"verified is true for {factor.name}, and only SMS, Voice and Email can be enrolled without a check.",
            hint="Leave verified out for this factor.",
        )


def _sending(item: Item, context: Context, user_id: int, factor: Factor) -> Sending:
    body = {
        "factor_id": factor.id,
        "display_name": item.display_name or factor.name,
        **item.message.as_body(),
        **({"verified": True} if item.verified else {}),
    }

    def post(on_send: Callable[[], None]) -> State:
        try:
            return post_registration(context.client, user_id, body, on_send)
        except OneLoginError as error:
            if error.code in ("invalid", "not_found"):
                # Now there is a reason to look at the user's own list: that of the account may hold more.
                context.factors.refuse_unless_offered(factor, user_id, context.devices(user_id))
            raise

    def devices() -> Sequence[Device]:
        return context.factors.devices_of(factor, context.devices(user_id))

    def get(registration_id: str) -> State | None:
        try:
            known = get_registration(context.client, user_id, registration_id)
        except OneLoginError as error:
            if error.code == "not_found":
                return None
            raise
        # It stays accepted when its device is removed.
        return known if known.status != ACCEPTED or devices() else None

    def effect() -> State | None:
        made = devices()
        if not made:
            return None
        known = context.journal.recall(work, made[0].id)
        return State(id=known, status=ACCEPTED, device_id=made[0].id, display_name=made[0].display_name)

    target = "" if factor.id is None else str(factor.id)
    work = JournalKey("registration", user_id, str(item.user), target, factor.auth_name)
    return Sending(
        work,
        sends_message=kind_of(factor.auth_name).enrolment_sends and not item.verified,
        lifetime=item.message.lifetime,
        post=post,
        get=get,
        effect=effect,
    )


def _go_on(item: Item, context: Context, user_id: int, factor: Factor, known: State) -> Outcome:
    before = _registration(user_id, factor, known, item)
    if known.status == ACCEPTED:
        return _outcome(before, "The registration was accepted already.")
    if not item.otp:
        return _outcome(before, "The registration is still pending; nothing was sent.", factor=factor, item=item)
    if context.check_mode:
        return _outcome({**before, "status": ACCEPTED}, "The code would be tried.", changed=True, before=before)
    try:
        answer = confirm(
            lambda: put_registration(context.client, user_id, before["id"], item.otp or ""),
            lambda: get_registration(context.client, user_id, before["id"]),
        )
    except OneLoginError as error:
        return Outcome.failed(error, {"registration": before})
    after = {**before, "status": answer.status, "device_id": answer.device_id}
    context.journal.record_outcome(
        "registration", user_id, before["id"], status=answer.status, device_id=answer.device_id
    )
    if answer.status == ACCEPTED:
        return _outcome(after, "The code was accepted.", changed=True, before=before)
    return Outcome.failed(refusal("registration", answer), {"registration": after}, changed=answer.status == REJECTED)


def _made(item: Item, user_id: int, factor: Factor, started: Started) -> Outcome:
    state = started.state
    registration = _registration(user_id, factor, state, item)
    if state.status not in (ACCEPTED, PENDING):
        error = OneLoginError("rejected", f"OneLogin made the registration and at once called it {state.status}.")
        return Outcome.failed(error, {"registration": registration}, changed=True)
    words = "The factor is enrolled." if state.status == ACCEPTED else "The registration is made and pending."
    words = started.told("registration", words)
    if item.otp and state.status == PENDING:
        words += untried("registration")
    return _outcome(registration, words, changed=True, before={}, factor=factor, item=item)


def _registration(user_id: int, factor: Factor, state: State, item: Item) -> dict[str, Any]:
    registration = {
        "id": state.id,
        "user_id": user_id,
        "factor_id": factor.id,
        "factor": factor.name,
        "display_name": state.display_name or item.display_name or factor.name,
        "status": state.status,
        "device_id": state.device_id,
        "expires_at": state.expires_at,
    }
    return with_secrets(registration, state, item.return_secrets)


def _enrolled(device: Device, factor: Factor, registration_id: str | None) -> Outcome:
    registration = {
        "id": registration_id,
        "user_id": device.user_id,
        "factor_id": factor.id,
        "factor": factor.name,
        "display_name": device.display_name,
        "status": ACCEPTED,
        "device_id": device.id,
        "expires_at": None,
    }
    return _outcome(registration, "The user has a device for the factor.")


def _outcome(
    registration: dict[str, Any],
    msg: str,
    *,
    changed: bool = False,
    before: Mapping[str, Any] | None = None,
    factor: Factor | None = None,
    item: Item | None = None,
) -> Outcome:
    result: dict[str, Any] = {"registration": registration}
    if registration["status"] == PENDING and factor and item:
        result["awaits"] = "user" if item.message.redirect_to else kind_of(factor.auth_name).confirmed_by
    public = {key: value for key, value in registration.items() if key != "factor_data"}
    return Outcome(
        registration["status"],
        result,
        changed=changed,
        msg=msg,
        before=public if before is None else before,
        after=public,
    )


def _targets(items: Sequence[Item], user_id: int, context: Context) -> Sequence[tuple[Any, ...]]:
    return [context.factors.folded(item.factor, user_id) for item in items]


OPERATION = Operation(ARGUMENTS, Item.parse, each(run), journals=True, calls=(1, 2), targets=_targets)
