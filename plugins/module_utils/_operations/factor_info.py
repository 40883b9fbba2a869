# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The factors that are available to a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import USER
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import get_factors
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
    no_such_user,
)


@dataclass(frozen=True)
class Item:
    """One user."""

    user: UserSelector

    @property
    def target(self) -> tuple[Any, ...]:
        """Nothing more."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """:raises OneLoginError: ``invalid``."""
        return cls(UserSelector.from_options(options))


def run(item: Item, context: Context) -> Outcome:
    """Read them."""
    user_id = context.user_id(item.user)
    try:
        factors = get_factors(context.client, user_id)
    except OneLoginError as error:
        raise no_such_user(error, user_id) from None
    return Outcome("available" if factors else "none", {"factors": [factor.as_result() for factor in factors]})


OPERATION = Operation(USER, Item.parse, each(run))
