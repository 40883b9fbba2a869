# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reset the devices of users, as the journal records it: check, begin and end.

The role mfa_reset removes the devices and enrols the person between beginning and end. The devices to remove are
recorded when the reset begins, so that a run that continues it never removes what the person has enrolled since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device, Factor, find_factor_type
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import format_epoch
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Done,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import (
    FactorSelector,
    Key,
    UserSelector,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Reset, Resets
from ansible_collections.community.onelogin.plugins.module_utils._operations.registration import check_user

NEW, OPEN, ENDED = "new", "open", "ended"
"""The states of a reset: it can begin, it has to be continued, or it ended so recently that it is not repeated."""
_PROOF_LASTS = 86400.0
"""Seconds since a reset began after which it is continued only with a new confirmation."""

OPTIONS = USER + Options(
    {
        "new_factors": {"type": "list", "elements": "dict", "default": []},
        "factors": {"type": "list", "elements": "str", "default": []},
        "challenge": {"type": "str"},
        "has_pages": {"type": "bool", "default": False},
        "repeat_after": {"type": "float", "default": 0},
    }
)
PHASE = Options({"phase": {"type": "str", "choices": ["check", "begin", "end"], "default": "check"}})


@dataclass(frozen=True)
class ResetItem:
    """The reset of one user.

    :param new_factors: the factors to enrol.
    :param factors: the factors whose devices are removed; empty for all devices.
    :param challenge: the factor with which the person confirms first; None for no confirmation.
    :param has_pages: whether QR codes are written on pages.
    :param repeat_after: seconds after its end during which a reset is not repeated.
    """

    user: UserSelector
    new_factors: tuple[FactorSelector, ...]
    factors: tuple[FactorSelector, ...]
    challenge: FactorSelector | None
    has_pages: bool
    repeat_after: float

    @property
    def target(self) -> Key:
        """Empty: a user has one reset at a time."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> ResetItem:
        """Read the item from its options.

        :raises OneLoginError: ``invalid``.
        """
        return cls(
            user=UserSelector.from_options(options),
            new_factors=tuple(FactorSelector.from_options(its) for its in options["new_factors"]),
            factors=tuple(FactorSelector.from_options({"factor": name}) for name in options["factors"]),
            challenge=FactorSelector.read_optional({"factor": options.get("challenge")}),
            has_pages=options["has_pages"],
            repeat_after=options["repeat_after"],
        )


def reset_users(
    work: Mapping[int, ResetItem], context: Context, settings: Mapping[str, Any], done: Done
) -> Mapping[str, Any]:
    """Do one phase of the resets of a task."""
    phases = {"check": check_reset, "begin": begin_reset, "end": end_reset}
    return each(phases[settings["phase"]])(work, context, settings, done)


def check_reset(item: ResetItem, context: Context) -> Outcome:
    """Check the conditions of a reset, and find the state of the user's reset and the devices that it removes.

    :raises OneLoginError: why the reset cannot begin, or go on.
    """
    user_id = context.find_user_id(item.user)
    devices = context.read_devices(user_id)
    known = _find(item, user_id, context)
    if known and known.ended_at is not None:
        return _outcome(ENDED, user_id, known, [])
    for selector in item.new_factors:
        with context.explain_missing_factor(selector, user_id):
            factor = context.factors.find(selector, user_id, devices).factor
            context.factors.refuse_unless_offered(factor, user_id, devices)
        _refuse_unknown_type(factor)
        check_user(context.users.read_record(user_id), factor)
        if factor.type.totp and not item.has_pages:
            raise OneLoginError(
                "invalid",
                f"No one could scan the QR code of {factor.name}: no folder for pages is set.",
                hint="Set mfa_reset_sheets to a private folder. The role writes a page for the person there.",
            )
    needs_proof = known is None or context.clock.now().timestamp() > known.started_at + _PROOF_LASTS
    if needs_proof and item.challenge and not context.factors.find(item.challenge, user_id, devices).enrolled:
        raise OneLoginError(
            "not_found",
            f"The user has no {item.challenge} to confirm with.",
            hint="Set mfa_reset_challenge to another factor, or to none if you have other proof of identity.",
        )
    if known:
        chosen = [device for device in devices if device.id in known.device_ids]
        return _outcome(OPEN, user_id, known, chosen, needs_proof=needs_proof)
    return _outcome(NEW, user_id, None, _devices_to_remove(item, user_id, devices, context), needs_proof=True)


def begin_reset(item: ResetItem, context: Context) -> Outcome:
    """Record the beginning, unless a reset is open, and return the devices to remove.

    :raises OneLoginError: ``invalid`` without a journal, and ``unavailable``.
    """
    user_id = context.find_user_id(item.user)
    devices = context.read_devices(user_id)
    if context.check_mode:
        return _outcome(OPEN, user_id, None, _devices_to_remove(item, user_id, devices, context))
    chosen = _devices_to_remove(item, user_id, devices, context)
    begun = _resets(context).begin(user_id, str(item.user), [device.id for device in chosen])
    return _outcome(OPEN, user_id, begun, [device for device in devices if device.id in begun.device_ids])


def end_reset(item: ResetItem, context: Context) -> Outcome:
    """Record the end of the user's reset.

    :raises OneLoginError: ``invalid`` without a journal, and ``unavailable``.
    """
    user_id = context.find_user_id(item.user)
    if not context.check_mode:
        _resets(context).end(user_id)
    return _outcome(ENDED, user_id, None, [])


def _refuse_unknown_type(factor: Factor) -> None:
    """Fail for a factor of another type than those that the API enrols, because the devices are removed first."""
    if not find_factor_type(factor.auth_name):
        raise OneLoginError(
            "invalid",
            f"OneLogin does not document that its API can enrol {factor.name}, so no device is removed.",
            hint="Choose another new factor, or remove the devices with mfa_device. The person enrols in OneLogin.",
        )


def _find(item: ResetItem, user_id: int, context: Context) -> Reset | None:
    """Return the reset that is open, or ended too recently to be repeated."""
    known = context.journal.resets.find(user_id) if context.journal.resets else None
    if known and known.ended_at is not None and context.clock.now().timestamp() >= known.ended_at + item.repeat_after:
        return None
    return known


def _devices_to_remove(item: ResetItem, user_id: int, devices: Sequence[Device], context: Context) -> Sequence[Device]:
    if not item.factors:
        return devices
    chosen: dict[str, Device] = {}
    for selector in item.factors:
        found = context.factors.find(selector, user_id, devices)
        found.refuse_unclear()
        chosen.update((device.id, device) for device in found.enrolled)
    return list(chosen.values())


def _resets(context: Context) -> Resets:
    resets: Resets | None = context.journal.resets
    if resets is None:
        raise OneLoginError("invalid", "A reset needs a journal.", hint="Set mfa_reset_journal.")
    return resets


def _outcome(
    state: str, user_id: int, reset: Reset | None, devices: Sequence[Device], *, needs_proof: bool = False
) -> Outcome:
    about = {
        "user_id": user_id,
        "state": state,
        "needs_proof": needs_proof,
        "started_at": format_epoch(reset.started_at) if reset else None,
        "ended_at": format_epoch(reset.ended_at) if reset and reset.ended_at is not None else None,
    }
    return Outcome(state, {"reset": about, "devices": [device.as_result() for device in devices]})


RESET = Operation(OPTIONS, ResetItem.parse, reset_users, settings=PHASE, journals=True, calls=(1, 3))
