# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List and remove the devices of users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import delete_device
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import DEVICE, FACTOR, USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import EarlierResult
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import (
    DeviceSelector,
    FactorSelector,
    Key,
    UserSelector,
)

OPTIONS = USER + DEVICE + Options({"state": {"type": "str", "choices": ["absent"], "default": "absent"}})


@dataclass(frozen=True)
class DeviceItem:
    """One user and one device."""

    user: UserSelector
    device: DeviceSelector

    @property
    def target(self) -> Key:
        """The device."""
        return self.device.key

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> DeviceItem:
        """Read the item from its options.

        :raises OneLoginError: ``invalid``.
        """
        return cls(UserSelector.from_options(options), DeviceSelector.from_options(options))


@dataclass(frozen=True)
class DeviceQuery:
    """One user, and the factor of the devices; None for all factors."""

    user: UserSelector
    factor: FactorSelector | None

    @property
    def target(self) -> Key:
        """The factor."""
        return self.factor.key if self.factor else ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> DeviceQuery:
        """Read the query from its options.

        :raises OneLoginError: ``invalid``.
        """
        return cls(UserSelector.from_options(options), FactorSelector.read_optional(options))


def remove_device(item: DeviceItem, context: Context) -> Outcome:
    """Remove the device, if it exists."""
    user_id = context.find_user_id(item.user)
    device = context.find_device(item.device, user_id)
    if device is None:
        return Outcome("absent", {"device": None}, msg="The user has no such device.", before={}, after={})
    context.reserve(item, user_id, device.id)
    before = device.as_result()
    if not context.check_mode:
        _remove(user_id, device.id, context)
    msg = "The device would be removed." if context.check_mode else "The device is removed."
    return Outcome("absent", {"device": before}, changed=True, msg=msg, before=before, after={})


def list_devices(query: DeviceQuery, context: Context) -> Outcome:
    """List the devices of one user."""
    user_id = context.find_user_id(query.user)
    if query.factor:
        its = context.find_factor(query.factor, user_id)
        devices = list({device.id: device for device in (*its.enrolled, *its.unclear)}.values())
    else:
        devices = context.read_devices(user_id)
    found = {"user_id": user_id, "devices": [device.as_result() for device in devices]}
    return Outcome("enrolled" if devices else "none", found)


def _remove(user_id: int, device_id: str, context: Context) -> None:
    """Remove the device. If no request got a response, check whether one of them had its effect."""
    try:
        delete_device(context.client, user_id, device_id)
    except OutcomeUnknown as unknown:
        there = [device_id]
        with suppress(OneLoginError):  # without a response nothing is proven
            there = [device.id for device in context.read_devices(user_id)]
        if device_id in there:
            unknown.hint = "Run again: a device that is gone is not removed twice."
            raise
    except OneLoginError as error:
        if error.code != "not_found":
            raise


def _finish(earlier: EarlierResult, _check_mode: bool) -> Outcome | None:
    """Return the outcome of a list of devices that is empty."""
    if earlier.devices != []:
        return None
    return Outcome("absent", {"device": None}, msg="The user has no device.", before={}, after={})


def _resolve_keys(items: Sequence[DeviceItem], user_id: int, context: Context) -> Sequence[Key]:
    return context.resolve_device_keys([item.device for item in items], user_id)


REMOVE = Operation(
    OPTIONS,
    DeviceItem.parse,
    each(remove_device),
    journals=True,
    calls=(1, 2),
    resolve_keys=_resolve_keys,
    finish=_finish,
)
INFO = Operation(USER + FACTOR, DeviceQuery.parse, each(list_devices), journals=True)
