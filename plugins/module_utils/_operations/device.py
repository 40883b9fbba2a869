# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Remove a device from a user."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import USER, Arguments
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import delete_device
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._engine.devices import DEVICE, DeviceSelector, targets
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)

ARGUMENTS = USER + DEVICE + Arguments({"state": {"type": "str", "choices": ["absent"], "default": "absent"}})


@dataclass(frozen=True)
class Item:
    """One user and one device, named by its id or by its factor."""

    user: UserSelector
    device: DeviceSelector

    @property
    def target(self) -> tuple[Any, ...]:
        """The device."""
        return self.device.folded

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """:raises OneLoginError: ``invalid``."""
        return cls(UserSelector.from_options(options), DeviceSelector.from_options(options))


def run(item: Item, context: Context) -> Outcome:
    """Remove it, if it is there."""
    user_id = context.user_id(item.user)
    device = item.device.choose(user_id, context)
    if device is None:
        return Outcome("absent", {"device": None}, msg="The user has no such device.", before={}, after={})
    context.claim(item, user_id, device.id)
    before = device.as_result()
    if context.check_mode:
        return Outcome(
            "absent", {"device": before}, changed=True, msg="The device would be removed.", before=before, after={}
        )
    _remove(user_id, device.id, context)
    return Outcome("absent", {"device": before}, changed=True, msg="The device is removed.", before=before, after={})


def _remove(user_id: int, device_id: str, context: Context) -> None:
    """Remove it; where no try has brought an answer, look what has come of them."""
    try:
        delete_device(context.client, user_id, device_id)
    except OutcomeUnknown as unknown:
        there = [device_id]
        with suppress(OneLoginError):  # what cannot be looked at now proves nothing
            there = [device.id for device in context.devices(user_id)]
        if device_id in there:
            unknown.hint = "Run again: a device that is gone is not removed twice."
            raise
    except OneLoginError as error:
        if error.code != "not_found":
            raise


OPERATION = Operation(ARGUMENTS, Item.parse, each(run), calls=(1, 2), targets=targets)
