# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Activate a device and confirm the verification; read or wait for verifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import (
    convert_id,
    get_verification,
    post_verification,
    put_verification,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device, Verification
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import list_names
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING
from ansible_collections.community.onelogin.plugins.module_utils._engine.at_most_once import SendRequest
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Done,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import (
    CODE,
    DEVICE,
    MESSAGE,
    USER,
    Options,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import REGISTRATION, EarlierResult
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import (
    DeviceSelector,
    Key,
    UserSelector,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import JournalKey
from ansible_collections.community.onelogin.plugins.module_utils._operations.confirmation import (
    ConfirmationItem,
    Process,
)
from ansible_collections.community.onelogin.plugins.module_utils._operations.confirmation_state import (
    ConfirmationState,
    finish_accepted,
)
from ansible_collections.community.onelogin.plugins.module_utils._operations.message import Message, read_code

OPTIONS = USER + DEVICE + MESSAGE + CODE + Options({"verification_id": {"type": "str"}})


@dataclass(frozen=True)
class VerificationItem(ConfirmationItem):
    """One user and one device."""

    device: DeviceSelector = field(default_factory=lambda: DeviceSelector(None, None))

    @property
    def target(self) -> Key:
        """The device."""
        return self.device.key

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> VerificationItem:
        """Read an item from its options.

        :raises OneLoginError: ``invalid``.
        """
        return cls(
            user=UserSelector.from_options(options),
            device=DeviceSelector.from_options(options),
            message=Message.from_options(options),
            otp=read_code(options),
            named=options.get("verification_id") or None,
            return_secrets=options["return_secrets"],
        )


def verify_all(
    work: Mapping[int, VerificationItem], context: Context, settings: Mapping[str, Any], done: Done
) -> Mapping[str, Any]:
    """Do the missing steps for the devices of a task, and warn of policies that disable a push notification."""
    without_push: dict[str, list[str]] = {}

    def run(item: VerificationItem, its: Context) -> Outcome:
        return verify(item, its, lambda policy: without_push.setdefault(policy, []).append(str(item.user)))

    whole = each(run)(work, context, settings, done)
    context.warnings += [
        f"The policy {policy} disables push notifications, so OneLogin sends none to {list_names(sorted(people))}."
        " They can confirm with the code in the app: run again with otp."
        for policy, people in sorted(without_push.items())
    ]
    return whole


def verify(item: VerificationItem, context: Context, note_silent: Callable[[str], None]) -> Outcome:
    """Do the missing steps for this device.

    :param note_silent: takes the name of a policy that disables push notifications.
    """
    user_id = context.find_user_id(item.user)
    device = context.find_device(item.device, user_id)
    if device is None:
        raise OneLoginError(
            "not_found",
            f"The user has no {item.device}.",
            hint="Enrol the factor first, with mfa_registration; mfa_device_info lists the user's devices.",
        )
    item.message.check_factor(device.factor)
    outcome = _process(item, context, device).run(item, context)
    if outcome.result.get("awaits") == "user" and device.factor.type.sends_push:
        policy = context.find_policy(user_id)
        if policy and policy.disables_push:
            note_silent(policy.name)
    return outcome


def _process(item: VerificationItem, context: Context, device: Device) -> Process[Verification]:
    def complete(its: Verification) -> Verification:
        return replace(its, device_id=device.id, factor=device.factor.name)

    return Process(
        word="verification",
        item=item,
        factor_type=device.factor.type,
        work=(device.user_id, device.id),
        request=_request(item, context, device),
        complete=complete,
        new=lambda status: complete(Verification(None, device.user_id, status)),
        put=lambda identifier: complete(
            put_verification(context.client, device.user_id, identifier, item.otp or "", device.id)
        ),
        get=lambda identifier: complete(get_verification(context.client, device.user_id, identifier)),
        made=dict.fromkeys((ACCEPTED, PENDING), "The device is activated."),
        would_make="The device would be activated.",
        code_at_once=device.factor.type.totp,
    )


def _request(item: VerificationItem, context: Context, device: Device) -> SendRequest[Verification]:
    body = {"device_id": convert_id(device.id), **item.message.as_body()}

    def get(verification_id: str) -> Verification | None:
        try:
            return get_verification(context.client, device.user_id, verification_id)
        except OneLoginError as error:
            if error.code == "not_found":
                return None
            raise

    return SendRequest(
        JournalKey("verification", device.user_id, str(item.user), device.id, device.auth_name),
        sends_message=device.factor.type.activation_sends,
        lifetime=item.message.lifetime,
        post=lambda on_send: post_verification(context.client, device.user_id, body, on_send),
        get=get,
        find_effect=lambda: None,  # OneLogin lists no verifications
    )


def _resolve_keys(items: Sequence[VerificationItem], user_id: int, context: Context) -> Sequence[Key]:
    return context.resolve_device_keys([item.device for item in items], user_id)


def _finish(earlier: EarlierResult, check_mode: bool) -> Outcome | None:
    """Return the outcome for a registration that has left no device yet, and for a verification that is accepted."""
    if earlier.devices == []:
        raise OneLoginError("not_found", "The user has no device.", hint="Enrol a factor first, with mfa_registration.")
    if earlier.kind != REGISTRATION or earlier.about.get("device_id"):
        return finish_accepted("verification", earlier)
    if check_mode:
        predicted = Verification(None, earlier.about.get("user_id"), PENDING, factor=earlier.about.get("factor"))
        return Outcome(
            PENDING,
            {"verification": predicted.as_result()},
            changed=True,
            msg="The device would be activated once it is enrolled.",
        )
    raise OneLoginError(
        "not_found",
        f"The enrolment is still {earlier.about.get('status') or PENDING}, so there is no device to activate.",
        hint="Wait for it first, with mfa_registration_wait.",
    )


_STATE = ConfirmationState("verification", get_verification, Verification)

VERIFY = Operation(
    OPTIONS,
    VerificationItem.parse,
    verify_all,
    journals=True,
    calls=(1, 2),
    resolve_keys=_resolve_keys,
    finish=_finish,
)
INFO = _STATE.build_info()
WAIT = _STATE.build_wait()
