# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter otpauth_code; its documentation is in the YAML file of its name."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.basic import missing_required_lib
from ansible_collections.community.onelogin.plugins.plugin_utils._otp.otpauth import PYOTP_MISSING, read_otpauth


def otpauth_code(url: str, at: float | None = None) -> str:
    """Return the code that an app which scanned the URL shows at a time.

    :param at: seconds since 1970, by default now.
    :raises AnsibleFilterError: it is not such a URL. The message does not contain the URL, which is secret.
    """
    if PYOTP_MISSING:
        raise AnsibleFilterError(f"otpauth_code: {missing_required_lib('pyotp')}")
    try:
        totp = read_otpauth(url)
    except ValueError as problem:
        raise _useless(str(problem)) from None
    try:
        return str(totp.at(int(time.time() if at is None else at)))
    except (ValueError, TypeError):
        raise _useless("the time is not a number") from None


def _useless(why: str) -> AnsibleFilterError:
    return AnsibleFilterError(
        f"otpauth_code: the input is not the otpauth URL of an authenticator app, since {why}. "
        "Give factor_data.totp_url of an mfa_registration with return_secrets."
    )


class FilterModule:
    """The filters, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters for Ansible."""
        return {"otpauth_code": otpauth_code}
