# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The statuses of a registration or a verification, in OneLogin's words."""

from __future__ import annotations

PENDING = "pending"
ACCEPTED = "accepted"
REJECTED = "rejected"
EXPIRED = "expired"

KNOWN = (PENDING, ACCEPTED, REJECTED, EXPIRED)
"""Any other status is unknown, so nothing is concluded from it."""
