# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Codes that come in and secrets that go out.

This file is private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._mfa import State


def code_of(options: Mapping[str, Any]) -> str | None:
    """The one-time code of an item, as text (leading zeros count) and without the spaces people put into it."""
    return "".join((options.get("otp") or "").split()) or None


def with_secrets(result: dict[str, Any], state: State, wanted: bool) -> dict[str, Any]:
    """Add factor_data (verification_token, totp_url), where that was asked for."""
    if wanted and state.factor_data:
        result["factor_data"] = dict(state.factor_data)
    return result
