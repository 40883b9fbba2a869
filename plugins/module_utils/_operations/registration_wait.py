# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Wait until people have confirmed their registrations."""

from __future__ import annotations

from ansible_collections.community.onelogin.plugins.module_utils._operations.info_and_wait import waiting
from ansible_collections.community.onelogin.plugins.module_utils._operations.registration_info import REGISTRATION

OPERATION = waiting(REGISTRATION)
