# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Codes that come in and secrets that go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import State
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

_WITHOUT_ZEROS = 100_000  # from here on a number has all six digits of a code


def code_of(options: Mapping[str, Any]) -> str | None:
    """The one-time code of an item, as text and without the spaces people put into it.

    :raises OneLoginError: ``invalid`` for what is no text: YAML reads 042137 as an octal number.
    """
    code = options.get("otp")
    if isinstance(code, int) and not isinstance(code, bool) and code >= _WITHOUT_ZEROS:
        code = str(code)
    if code is not None and not isinstance(code, str):
        raise OneLoginError(
            "invalid", "The code (otp) is not text, so that leading zeros may be lost.", hint="Put it in quotes."
        )
    return "".join((code or "").split()) or None


def with_secrets(result: dict[str, Any], state: State, wanted: bool) -> dict[str, Any]:
    """Add factor_data (verification_token, totp_url), where that was asked for."""
    if wanted and state.factor_data:
        result["factor_data"] = dict(state.factor_data)
    return result
