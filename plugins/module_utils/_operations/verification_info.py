# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Where a verification stands."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._mfa import Progress, get_verification
from ansible_collections.community.onelogin.plugins.module_utils._resource import Resource, info


def _describe(user_id: int, progress: Progress) -> dict[str, Any]:
    """A verification as far as OneLogin tells when asked for it."""
    return {
        "id": progress.id,
        "user_id": user_id,
        "device_id": progress.device_id,
        "factor": progress.type_name or progress.auth_name,
        "status": progress.status,
        "expires_at": progress.expires_at,
    }


VERIFICATION = Resource("verification", get_verification, _describe)
OPERATION = info(VERIFICATION)
