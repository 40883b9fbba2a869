# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Where a verification stands."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import State, get_verification
from ansible_collections.community.onelogin.plugins.module_utils._operations.info_and_wait import Resource, info


def _describe(user_id: int | None, state: State) -> dict[str, Any]:
    """A verification as far as OneLogin tells when asked for it."""
    return {
        "id": state.id,
        "user_id": user_id,
        "device_id": state.device_id,
        "factor": state.type_name or state.auth_name,
        "status": state.status,
        "expires_at": state.expires_at,
    }


VERIFICATION = Resource("verification", get_verification, _describe)
OPERATION = info(VERIFICATION)
