# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The devices of a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import FACTOR, USER
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import FactorSelector
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)


@dataclass(frozen=True)
class Item:
    """One user, and of which factor."""

    user: UserSelector
    factor: FactorSelector | None

    @property
    def target(self) -> tuple[Any, ...]:
        """The factor."""
        return self.factor.folded if self.factor else ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """:raises OneLoginError: ``invalid``."""
        return cls(UserSelector.from_options(options), FactorSelector.optional(options))


def run(item: Item, context: Context) -> Outcome:
    """Read them."""
    user_id = context.user_id(item.user)
    if item.factor:
        devices = context.factors.devices_of(*context.factor(item.factor, user_id))
    else:
        devices = context.devices(user_id)
    status = "enrolled" if devices else "none"
    return Outcome(status, {"devices": [device.as_result() for device in devices]})


OPERATION = Operation(USER + FACTOR, Item.parse, each(run))
