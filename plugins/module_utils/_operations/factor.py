# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List the factors that users can enrol."""

from __future__ import annotations

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import get_factors
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    UserItem,
    convert_not_found,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER


def list_factors(query: UserItem, context: Context) -> Outcome:
    """List the factors that one user can enrol."""
    user_id = context.find_user_id(query.user)
    try:
        factors = get_factors(context.client, user_id)
    except OneLoginError as error:
        raise convert_not_found(error, user_id) from None
    return Outcome("available" if factors else "none", {"factors": [factor.as_result() for factor in factors]})


INFO = Operation(USER, UserItem.parse, each(list_factors))
