# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Where a registration stands."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._mfa import Progress, get_registration
from ansible_collections.community.onelogin.plugins.module_utils._resource import Resource, info


def _describe(user_id: int, progress: Progress) -> dict[str, Any]:
    """A registration as far as OneLogin tells when asked for it: not which factor it is for."""
    return {
        "id": progress.id,
        "user_id": user_id,
        "factor_id": None,
        "factor": progress.type_name or progress.auth_name,
        "display_name": progress.display_name,
        "status": progress.status,
        "device_id": progress.device_id,
        "expires_at": progress.expires_at,
    }


REGISTRATION = Resource("registration", get_registration, _describe)
OPERATION = info(REGISTRATION)
