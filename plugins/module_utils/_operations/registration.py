# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Enrol a user in a factor and confirm the enrolment; read or wait for registrations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import (
    get_registration,
    post_registration,
    put_registration,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device, Factor, Registration, User
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING
from ansible_collections.community.onelogin.plugins.module_utils._engine.at_most_once import SendRequest
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import (
    CODE,
    FACTOR,
    MESSAGE,
    USER,
    Options,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import EarlierResult
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import (
    FactorSelector,
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

OPTIONS = (
    USER
    + FACTOR
    + MESSAGE
    + CODE
    + Options(
        {
            "display_name": {"type": "str"},
            "verified": {"type": "bool", "default": False},
            "registration_id": {"type": "str"},
            "force": {"type": "bool", "default": False},
            "phone": {"type": "str"},
            "require_page": {"type": "bool", "default": False},
            "pages": {"type": "list", "elements": "str"},
        }
    )
)


@dataclass(frozen=True)
class RegistrationItem(ConfirmationItem):
    """One user and one factor.

    :param phone: the phone number that an earlier task writes to the user's record.
    :param pages: registrations whose QR code is kept; None if no QR code would be kept.
    """

    factor: FactorSelector = field(default_factory=FactorSelector)
    display_name: str | None = None
    verified: bool = False
    force: bool = False
    phone: str | None = None
    require_page: bool = False
    pages: tuple[str, ...] | None = None

    @property
    def target(self) -> Key:
        """The factor."""
        return self.factor.key

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> RegistrationItem:
        """Read an item from its options.

        :raises OneLoginError: ``invalid``.
        """
        return cls(
            user=UserSelector.from_options(options),
            factor=FactorSelector.from_options(options),
            message=Message.from_options(options),
            display_name=options.get("display_name"),
            verified=options["verified"],
            force=options["force"],
            phone=options.get("phone"),
            require_page=options["require_page"],
            pages=None if options.get("pages") is None else tuple(options["pages"]),
            otp=read_code(options),
            named=options.get("registration_id") or None,
            return_secrets=options["return_secrets"],
        )


def register(item: RegistrationItem, context: Context) -> Outcome:
    """Do the missing steps for this user and factor."""
    user_id = context.find_user_id(item.user)
    with context.explain_missing_factor(item.factor, user_id):
        found = context.find_factor(item.factor, user_id)
    process = _process(item, context, user_id, found.factor)
    if found.enrolled:
        refuse_extra_devices(process.request.key, found.enrolled, context)
        device = found.enrolled[0]
        known = context.journal.resolve_registration(process.request.key, device.id)
        return process.build_outcome(_enrolled(device, found.factor, known), "The user has a device for the factor.")
    found.refuse_unclear()
    _check_factor(item, found.factor)
    check_user(context.users.find_record(user_id), found.factor, gets_phone=context.check_mode and bool(item.phone))
    return process.run(item, context)


def check_user(user: User | None, factor: Factor, *, gets_phone: bool = False) -> None:
    """Refuse a user who cannot succeed, as far as the user's record was read.

    :param gets_phone: whether an earlier task in check mode would have written the phone number.
    :raises OneLoginError: ``inactive``, ``no_phone``.
    """
    if user and user.inactive_status:
        raise OneLoginError("inactive", f"The user is {user.inactive_status} in OneLogin.")
    if user and user.lacks_phone and factor.type.needs_phone and not gets_phone:
        raise OneLoginError("no_phone", f"The user has no phone number in OneLogin, and {factor.name} needs one.")


def refuse_extra_devices(key: JournalKey, devices: Sequence[Device], context: Context) -> None:
    """Fail for a user with several devices, one of which may belong to someone who found a lost page.

    :raises OneLoginError: ``ambiguous``.
    """
    if len(devices) > 1 and context.journal.has_replaced(key):
        choices = ", ".join(f"{device.id} ({device.display_name})" for device in devices)
        raise OneLoginError(
            "ambiguous",
            f"The user has {len(devices)} devices of {key.factor_name}: {choices}. A registration whose page was lost"
            " has been finished too, possibly by someone else.",
            hint="Ask the person which device is theirs, and remove the others with mfa_device.",
        )


def _check_factor(item: RegistrationItem, factor: Factor) -> None:
    if not factor.type.enrollable and not item.force:
        raise OneLoginError(
            "invalid",
            f"OneLogin's API cannot enrol {factor.name}.",
            hint="The person enrols it in OneLogin. If your account can, set force to true.",
        )
    item.message.check_factor(factor)
    if item.verified and not factor.type.takes_verified:
        raise OneLoginError(
            "invalid",
            f"verified is true for {factor.name}, but only SMS, Voice and Email can be enrolled without a check.",
            hint="Leave verified out for this factor.",
        )


def _check_page(item: RegistrationItem, factor: Factor) -> None:
    if item.require_page and item.pages is None and factor.type.totp:
        raise OneLoginError(
            "invalid",
            f"No one could scan the QR code of {factor.name}: OneLogin shows it once, and no folder for pages is set.",
            hint="Set mfa_onboarding_sheets to a private folder. The role writes a page for each person there.",
        )


def _process(item: RegistrationItem, context: Context, user_id: int, factor: Factor) -> Process[Registration]:
    def complete(its: Registration) -> Registration:
        name = its.display_name or item.display_name or factor.name
        return replace(its, factor=factor.name, factor_id=factor.id, display_name=name)

    def check_possible() -> None:
        _check_page(item, factor)
        with context.explain_missing_factor(item.factor, user_id):
            context.factors.refuse_unless_offered(factor, user_id, ())

    return Process(
        word="registration",
        item=item,
        factor_type=factor.type,
        work=(user_id, factor.auth_name, factor.name),
        request=_request(item, context, user_id, factor),
        complete=complete,
        new=lambda status: complete(Registration(None, user_id, status)),
        put=lambda identifier: put_registration(context.client, user_id, identifier, item.otp or ""),
        get=lambda identifier: get_registration(context.client, user_id, identifier),
        made={ACCEPTED: "The factor is enrolled.", PENDING: "The registration is made and pending."},
        would_make="The factor would be enrolled.",
        predicted=ACCEPTED if item.verified else PENDING,
        check_possible=check_possible,
    )


def _request(item: RegistrationItem, context: Context, user_id: int, factor: Factor) -> SendRequest[Registration]:
    sends_message = factor.type.enrolment_sends and not item.verified
    body = {
        "factor_id": factor.id,
        "display_name": item.display_name or factor.name,
        **item.message.as_body(sends_message),
        **({"verified": True} if item.verified else {}),
    }

    def post(on_send: Callable[[], None]) -> Registration:
        _check_page(item, factor)
        context.factors.forget(user_id)
        try:
            return post_registration(context.client, user_id, body, on_send)
        except OneLoginError as error:
            if error.code in ("invalid", "not_found"):
                # The user's own list may be shorter than the account's, which explains the refusal.
                with context.explain_missing_factor(item.factor, user_id):
                    context.factors.refuse_unless_offered(factor, user_id, context.read_devices(user_id))
            raise

    def devices() -> Sequence[Device]:
        return context.factors.list_devices(factor, user_id, context.read_devices(user_id))

    def get(registration_id: str) -> Registration | None:
        try:
            known = get_registration(context.client, user_id, registration_id)
        except OneLoginError as error:
            if error.code == "not_found":
                return None
            raise
        # It stays accepted when its device is removed.
        return known if not known.is_accepted or devices() else None

    def find_effect() -> Registration | None:
        made = devices()
        return _enrolled(made[0], factor, context.journal.resolve_registration(key, made[0].id)) if made else None

    target = "" if factor.id is None else str(factor.id)
    key = JournalKey("registration", user_id, str(item.user), target, factor.auth_name, factor.name)
    return SendRequest(
        key,
        sends_message=sends_message,
        lifetime=item.message.lifetime,
        post=post,
        get=get,
        find_effect=find_effect,
        is_lost=lambda identifier: (
            item.require_page and item.pages is not None and factor.type.totp and identifier not in item.pages
        ),
    )


def _enrolled(device: Device, factor: Factor, registration_id: str | None) -> Registration:
    """Return the registration that a device shows; its id is known only to the journal."""
    return Registration(
        registration_id,
        device.user_id,
        ACCEPTED,
        device_id=device.id,
        factor=factor.name,
        factor_id=factor.id,
        display_name=device.display_name,
    )


def _resolve_keys(items: Sequence[RegistrationItem], user_id: int, context: Context) -> Sequence[Key]:
    return [context.factors.resolve_key(item.factor, user_id, context.read_devices) for item in items]


def _finish(earlier: EarlierResult, _check_mode: bool) -> Outcome | None:
    return finish_accepted("registration", earlier)


def _check_accepted(its: Registration, context: Context) -> None:
    """Read the devices, if an accepted registration has replaced one.

    :raises OneLoginError: ``ambiguous``.
    """
    key = context.journal.find_key("registration", its.user_id or 0, its.id or "") if its.is_accepted else None
    if key and context.journal.has_replaced(key):
        devices = context.read_devices(key.user_id)
        refuse_extra_devices(key, [device for device in devices if device.auth_name == key.auth_name], context)


_STATE = ConfirmationState("registration", get_registration, Registration, _check_accepted)

REGISTER = Operation(
    OPTIONS,
    RegistrationItem.parse,
    each(register),
    journals=True,
    calls=(1, 2),
    resolve_keys=_resolve_keys,
    finish=_finish,
)
INFO = _STATE.build_info()
WAIT = _STATE.build_wait()
