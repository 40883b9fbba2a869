# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Which of a user's devices is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import FACTOR, Arguments
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import Device
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import FactorSelector
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context

DEVICE = FACTOR + Arguments({"device_id": {"type": "str"}})


@dataclass(frozen=True)
class DeviceSelector:
    """How an item names its device: by its id, or by the factor it belongs to."""

    id: str | None
    factor: FactorSelector | None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> DeviceSelector:
        """Read it from an item's options.

        :raises OneLoginError: ``invalid`` where none or several are given.
        """
        factor, identifier = FactorSelector.optional(options), options.get("device_id") or None
        if (factor is None) == (identifier is None):
            raise OneLoginError(
                "invalid",
                f"The item names device {identifier} and factor {factor}." if factor else "The item names no device.",
                hint="Give one of device_id, factor and factor_id.",
            )
        return cls(identifier, factor)

    @property
    def folded(self) -> tuple[str, str | int | None]:
        """The selector as it is compared."""
        return self.factor.folded if self.factor else ("device_id", self.id)

    def __str__(self) -> str:
        return f"device for {self.factor}" if self.factor else f"device {self.id}"

    def choose(self, user_id: int, context: Context) -> Device | None:
        """The device that is meant; None where the user has no such one.

        :raises OneLoginError: ``unknown_factor``, ``ambiguous``.
        """
        if self.factor is None:
            return next((device for device in context.devices(user_id) if device.id == self.id), None)
        found = context.factors.devices_of(*context.factor(self.factor, user_id))
        if len(found) > 1:
            choices = ", ".join(f"{device.id} ({device.display_name})" for device in found)
            raise OneLoginError("ambiguous", f"The user has several: {choices}.", hint="Use device_id.")
        return found[0] if found else None


class OfDevice(Protocol):
    """An item that is about a device."""

    @property
    def device(self) -> DeviceSelector:
        """The device that is meant."""


def targets(items: Sequence[OfDevice], user_id: int, context: Context) -> Sequence[tuple[Any, ...]]:
    """The devices of several items of one user, in a form in which equal ones are equal.

    The user's devices are read only where some items name them by id and others by factor.
    """
    selectors = [item.device for item in items]
    factors = [selector.factor for selector in selectors if selector.factor]
    if len(factors) == len(selectors):
        return [context.factors.folded(factor, user_id) for factor in factors]
    if not factors:
        return [selector.folded for selector in selectors]
    chosen = [selector.choose(user_id, context) for selector in selectors]
    return [("device_id", device.id) if device else selector.folded for device, selector in zip(chosen, selectors)]
