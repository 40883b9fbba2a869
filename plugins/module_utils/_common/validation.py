# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Numbers that must lie within bounds."""

from __future__ import annotations

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import FAR
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

_CONCURRENCY = (1, 64)


def refuse_outside(name: str, value: float, least: float, most: float = FAR, unit: str = "") -> None:
    """:raises OneLoginError: ``invalid`` for a value that lies outside, and for one that is no number."""
    if not least <= value <= most:
        words = f" {unit}" if unit else ""
        raise OneLoginError("invalid", f"{name} is {value}; it must be from {least} to {most}{words}.")


def refuse_concurrency(value: int) -> None:
    """:raises OneLoginError: ``invalid`` for a number of calls at a time that would not do."""
    refuse_outside("concurrency", value, *_CONCURRENCY)
