# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter otpauth_code; its documentation is in the YAML file of its name."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ansible.errors import AnsibleFilterError
from ansible.module_utils.basic import missing_required_lib

try:
    import pyotp
except ImportError:
    PYOTP_MISSING = True
else:
    PYOTP_MISSING = False

_DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


def otpauth_code(url: str, at: float | None = None) -> str:
    """The code that an app which scanned the URL shows at a time.

    :param at: seconds since 1970, by default now.
    :raises AnsibleFilterError: it is not such a URL. The message does not contain the URL, which is secret.
    """
    if PYOTP_MISSING:
        raise AnsibleFilterError(f"otpauth_code: {missing_required_lib('pyotp')}")
    parts, values = _parts(url)
    if (parts.scheme, parts.netloc.lower()) != ("otpauth", "totp"):
        raise _useless("it does not begin with otpauth://totp/")
    if not values.get("secret"):
        raise _useless("it has no secret")
    digest = _DIGESTS.get(values.get("algorithm", "SHA1").upper())
    if digest is None:
        raise _useless(f"its algorithm is none of {', '.join(_DIGESTS)}")
    digits, period = _number(values, "digits", 6, 10), _number(values, "period", 30, 3600)
    try:
        totp = pyotp.TOTP(str(values["secret"]), digits=digits, digest=digest, interval=period)
        return str(totp.at(int(time.time() if at is None else at)))
    except (ValueError, TypeError):
        raise _useless("its secret is not base32, or the time is not a number") from None


def _parts(url: object) -> tuple[Any, dict[str, str]]:
    """Split the URL. pyotp's own parser rejects unknown parameters, such as an image of the issuer."""
    try:
        parts = urlsplit(str(url))
        return parts, {name: found[-1] for name, found in parse_qs(parts.query).items()}
    except ValueError:
        raise _useless("it is not a URL") from None


def _number(values: dict[str, str], name: str, otherwise: int, most: int) -> int:
    text = values.get(name, str(otherwise))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise _useless(f"its {name} is not a number from 1 to {most}")
    return int(text)


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
