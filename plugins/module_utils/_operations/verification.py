# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Activate a device of a user's and confirm the answer by code, without a second message while the first is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import (
    CODE,
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
    get_verification,
    post_verification,
    put_verification,
    wire_id,
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
from ansible_collections.community.onelogin.plugins.module_utils._engine.devices import DEVICE, DeviceSelector, targets
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import kind_of
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import JournalKey
from ansible_collections.community.onelogin.plugins.module_utils._operations.codes import code_of, with_secrets
from ansible_collections.community.onelogin.plugins.module_utils._operations.message import Message

ARGUMENTS = USER + DEVICE + MESSAGE + CODE + Arguments({"verification_id": {"type": "str"}})


@dataclass(frozen=True)
class Item:
    """One user and one device, named by its id or by its factor."""

    user: UserSelector
    device: DeviceSelector
    message: Message
    otp: str | None = field(default=None, repr=False)
    verification_id: str | None = None
    return_secrets: bool = False

    @property
    def target(self) -> tuple[Any, ...]:
        """The device."""
        return self.device.folded

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """:raises OneLoginError: ``invalid``."""
        return cls(
            user=UserSelector.from_options(options),
            device=DeviceSelector.from_options(options),
            message=Message.from_options(options),
            otp=code_of(options),
            verification_id=options.get("verification_id") or None,
            return_secrets=options["return_secrets"],
        )


def run(item: Item, context: Context) -> Outcome:
    """Do what is missing for this device."""
    user_id = context.user_id(item.user)
    device = _device(item, context, user_id)
    sending = _sending(item, context, device)
    good = find(sending, context, item.verification_id)
    if good:
        return _go_on(item, context, device, good)
    context.claim(item, device.user_id, device.id)
    if context.check_mode:
        would_be = _verification(device, State(id=None, status=PENDING), item)
        words = "The device would be activated."
        words += sending.foretold
        return _outcome(would_be, device, words, changed=True, before={})
    started = start(sending, context)
    if started.by_this_run:
        return _made(item, context, device, started)
    return _go_on(item, context, device, started.state)


def _device(item: Item, context: Context, user_id: int) -> Device:
    device = item.device.choose(user_id, context)
    if device is None:
        raise OneLoginError(
            "not_found",
            f"The user has no {item.device}.",
            hint="Enrol the factor first, with mfa_registration; mfa_device_info lists what the user has.",
        )
    item.message.refuse_unless_it_fits(Factor(None, device.type_name, device.auth_name))
    return device


def _sending(item: Item, context: Context, device: Device) -> Sending:
    body = {"device_id": wire_id(device.id), **item.message.as_body()}

    def get(verification_id: str) -> State | None:
        try:
            return get_verification(context.client, device.user_id, verification_id)
        except OneLoginError as error:
            if error.code == "not_found":
                return None
            raise

    return Sending(
        JournalKey("verification", device.user_id, str(item.user), device.id, device.auth_name),
        sends_message=kind_of(device.auth_name).activation_sends,
        lifetime=item.message.lifetime,
        post=lambda on_send: post_verification(context.client, device.user_id, body, on_send),
        get=get,
        effect=lambda: None,  # OneLogin lists no verifications
    )


def _go_on(item: Item, context: Context, device: Device, known: State) -> Outcome:
    before = _verification(device, known, item)
    if known.status == ACCEPTED:
        return _outcome(before, device, "The verification was accepted already.")
    if not item.otp:
        return _outcome(before, device, "The verification is still pending; nothing was sent.")
    return _confirm(item, context, device, before, changed=False)


def _made(item: Item, context: Context, device: Device, started: Started) -> Outcome:
    state = started.state
    verification = _verification(device, state, item)
    if state.status not in (ACCEPTED, PENDING):
        error = OneLoginError("rejected", f"OneLogin made the verification and at once called it {state.status}.")
        return Outcome.failed(error, {"verification": verification}, changed=True)
    if item.otp and kind_of(device.auth_name).totp and state.status == PENDING:
        return _confirm(item, context, device, verification, changed=True)
    words = started.told("verification", "The device is activated.")
    if item.otp:
        words += untried("verification")
    return _outcome(verification, device, words, changed=True, before={})


def _confirm(item: Item, context: Context, device: Device, before: dict[str, Any], *, changed: bool) -> Outcome:
    """Give the code back; ``changed`` says whether this run has activated the device."""
    if context.check_mode:
        after = {**before, "status": ACCEPTED}
        return _outcome(after, device, "The code would be tried.", changed=True, before=before)
    try:
        answer = confirm(
            lambda: put_verification(context.client, device.user_id, before["id"], item.otp or "", device.id),
            lambda: get_verification(context.client, device.user_id, before["id"]),
        )
    except OneLoginError as error:
        return Outcome.failed(error, {"verification": before}, changed=changed)
    context.journal.record_outcome(
        "verification", device.user_id, before["id"], status=answer.status, device_id=answer.device_id
    )
    after = {**before, "status": answer.status}
    if answer.status != ACCEPTED:
        changed = changed or answer.status == REJECTED
        return Outcome.failed(refusal("verification", answer), {"verification": after}, changed=changed)
    return _outcome(after, device, "The code was accepted.", changed=True, before=before)


def _verification(device: Device, state: State, item: Item) -> dict[str, Any]:
    verification = {
        "id": state.id,
        "user_id": device.user_id,
        "device_id": device.id,
        "factor": device.type_name or device.auth_name,
        "status": state.status,
        "expires_at": state.expires_at,
    }
    return with_secrets(verification, state, item.return_secrets)


def _outcome(
    verification: dict[str, Any],
    device: Device,
    msg: str,
    *,
    changed: bool = False,
    before: Mapping[str, Any] | None = None,
) -> Outcome:
    result: dict[str, Any] = {"verification": verification}
    if verification["status"] == PENDING:
        result["awaits"] = kind_of(device.auth_name).confirmed_by
    public = {key: value for key, value in verification.items() if key != "factor_data"}
    return Outcome(
        verification["status"],
        result,
        changed=changed,
        msg=msg,
        before=public if before is None else before,
        after=public,
    )


OPERATION = Operation(ARGUMENTS, Item.parse, each(run), journals=True, calls=(1, 2), targets=targets)
