# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Work that concerns the account as a whole, not a user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AccountItem:
    """The one item of such an operation."""

    @property
    def user(self) -> None:
        """No user."""
        return None

    @property
    def target(self) -> tuple[Any, ...]:
        """Nothing more."""
        return ()
