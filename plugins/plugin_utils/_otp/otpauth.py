# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The URL in the QR code of an authenticator app (https://github.com/google/google-authenticator/wiki/Key-Uri-Format)."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

try:
    import pyotp
except ImportError:
    PYOTP_MISSING = True
else:
    PYOTP_MISSING = False

_BASE32 = re.compile("[A-Za-z2-7]+=*")
_DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


def read_otpauth(url: object) -> Any:
    """Return the ``pyotp.TOTP`` of a URL.

    :raises ValueError: it is not such a URL. The message says why, and does not contain the URL, which is secret.
    """
    parts, values = _split(url)
    if (parts.scheme, parts.netloc.lower()) != ("otpauth", "totp"):
        raise ValueError("it does not begin with otpauth://totp/")
    if not values.get("secret"):
        raise ValueError("it has no secret")
    digest = _DIGESTS.get(values.get("algorithm", "SHA1").upper())
    if digest is None:
        raise ValueError(f"its algorithm is none of {', '.join(_DIGESTS)}")
    digits, period = _read_number(values, "digits", 6, 10), _read_number(values, "period", 30, 3600)
    if not _BASE32.fullmatch(values["secret"]):
        raise ValueError("its secret is not base32")
    try:
        totp = pyotp.TOTP(values["secret"], digits=digits, digest=digest, interval=period)
        totp.byte_secret()
    except ValueError as problem:
        # Newer releases accept fewer digits, periods and secrets. Their messages do not contain the secret.
        raise ValueError(f"PyOTP does not accept it ({problem})") from None
    return totp


def read_secret(url: object) -> str:
    """Return the key in a URL, which people can type; empty for a URL without one."""
    try:
        return _split(url)[1].get("secret", "")
    except ValueError:
        return ""


def _split(url: object) -> tuple[Any, dict[str, str]]:
    """Split the URL. pyotp's own parser rejects unknown parameters, such as an image of the issuer."""
    try:
        parts = urlsplit(str(url))
        return parts, {name: found[-1] for name, found in parse_qs(parts.query).items()}
    except ValueError:
        raise ValueError("it is not a URL") from None


def _read_number(values: dict[str, str], name: str, otherwise: int, most: int) -> int:
    text = values.get(name, str(otherwise))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise ValueError(f"its {name} is not a number from 1 to {most}")
    return int(text)
