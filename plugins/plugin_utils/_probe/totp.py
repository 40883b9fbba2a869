# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codes of an authenticator app, computed from what a registration returns; nothing is kept or shown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

_DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
_NEAR = 3  # steps around the current one, whose codes a server may accept


class Authenticator:
    """An app that has scanned a QR code (RFC 6238). It shows each code once, as servers refuse a second use.

    :param data: ``factor_data`` of a registration.
    :param sleep: waits until the next code.
    :raises ValueError: the data has no secret that can be read.
    """

    def __init__(self, data: Mapping[str, object], sleep: Callable[[float], None]) -> None:
        values = {name: its[-1] for name, its in parse_qs(urlsplit(str(data.get("totp_url"))).query).items()}
        text = values.get("secret", "").upper()
        try:
            self._key = base64.b32decode(text + "=" * (-len(text) % 8))
            self._digits, self._period = int(values.get("digits", 6)), int(values.get("period", 30))
            self._digest = _DIGESTS[values.get("algorithm", "SHA1").upper()]
        except (binascii.Error, KeyError, ValueError):
            self._key = b""
        if not self._key:
            raise ValueError("The registration returned no secret that an app could scan.")
        self._sleep = sleep
        self._last = 0

    def wait_for_code(self) -> None:
        """Wait until the app shows a code that is not used yet."""
        if self._step() <= self._last:
            self._sleep(self._period - time.time() % self._period)

    def next_code(self) -> str:
        """The code of the current step, or of the next one if the current one is used."""
        self.wait_for_code()
        self._last = max(self._step(), self._last + 1)
        return self._code(self._last)

    def wrong_code(self) -> str:
        """A code that no step near the current one has."""
        near = {self._code(self._step() + offset) for offset in range(-_NEAR, _NEAR + 1)}
        while (code := str(secrets.randbelow(10**self._digits)).zfill(self._digits)) in near:
            pass
        return code

    def _step(self) -> int:
        return int(time.time()) // self._period

    def _code(self, step: int) -> str:
        digest = hmac.new(self._key, step.to_bytes(8, "big"), self._digest).digest()
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return str(number % 10**self._digits).zfill(self._digits)
