# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Where a registration stands."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import State, get_registration
from ansible_collections.community.onelogin.plugins.module_utils._operations.info_and_wait import Resource, info


def _describe(user_id: int | None, state: State) -> dict[str, Any]:
    """A registration as far as OneLogin tells when asked for it: not which factor it is for."""
    return {
        "id": state.id,
        "user_id": user_id,
        "factor_id": None,
        "factor": state.type_name or state.auth_name,
        "display_name": state.display_name,
        "status": state.status,
        "device_id": state.device_id,
        "expires_at": state.expires_at,
    }


REGISTRATION = Resource("registration", get_registration, _describe)
OPERATION = info(REGISTRATION)
