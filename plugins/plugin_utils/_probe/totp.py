# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codes of an authenticator app, computed from what a registration returns; nothing is kept or shown."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping

from ansible_collections.community.onelogin.plugins.plugin_utils._otp.otpauth import read_otpauth

_NEAR = 3  # steps around the current one, whose codes a server may accept


class Authenticator:
    """An app that has scanned a QR code (RFC 6238). It shows each code once, as servers refuse a second use.

    :param data: ``factor_data`` of a registration.
    :param sleep: waits until the next code.
    :raises ValueError: the data has no secret that can be read.
    """

    def __init__(self, data: Mapping[str, object], sleep: Callable[[float], None]) -> None:
        try:
            self._totp = read_otpauth(data.get("totp_url"))
        except ValueError as problem:
            raise ValueError(f"The registration returned no secret that an app could scan, since {problem}.") from None
        self._sleep = sleep
        self._last = 0

    def wait_for_code(self) -> None:
        """Wait until the app shows a code that is not used yet."""
        if self._compute_step() <= self._last:
            self._sleep(self._totp.interval - time.time() % self._totp.interval)

    def generate_code(self) -> str:
        """Generate the code of the current step, or of the next one if the current one is used."""
        self.wait_for_code()
        self._last = max(self._compute_step(), self._last + 1)
        return str(self._totp.generate_otp(self._last))

    def generate_wrong_code(self) -> str:
        """Generate a code that no step near the current one has."""
        near = {self._totp.generate_otp(self._compute_step() + offset) for offset in range(-_NEAR, _NEAR + 1)}
        while (code := str(secrets.randbelow(10**self._totp.digits)).zfill(self._totp.digits)) in near:
            pass
        return code

    def _compute_step(self) -> int:
        return int(time.time() // self._totp.interval)
