# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New ids, codes and secrets of the account."""

from __future__ import annotations

import random
import uuid

from simulator.issued_secrets import IssuedSecrets

FIRST_DEVICE = 3920360
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Generator:
    """Generates ids, codes and secrets from the random numbers given, and records all but the ids as issued."""

    def __init__(self, rng: random.Random, issued_secrets: IssuedSecrets) -> None:
        self._rng = rng
        self._issued_secrets = issued_secrets
        self._next_device = FIRST_DEVICE

    def new_uuid(self) -> str:
        """Return the id of a registration or verification."""
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def new_device_id(self) -> str:
        """Return the id of a device: one more than the last."""
        self._next_device += 1
        return str(self._next_device - 1)

    def new_code(self) -> str:
        """Return a six-digit code."""
        return self._issued_secrets.note("code", f"{self._rng.randrange(10**6):06d}")

    def new_seed(self) -> str:
        """Return the secret of an app that generates codes, in base32."""
        return self._issued_secrets.note("seed", "".join(self._rng.choices(BASE32, k=32)))

    def new_verification_token(self) -> str:
        """Return the token that pairs OneLogin Protect."""
        return self._issued_secrets.note("verification token", f"01-{self._rng.randrange(10**7):07d}")

    def new_mfa_token(self) -> str:
        """Return a temporary token of eight digits."""
        return self._issued_secrets.note("MFA token", f"{self._rng.randrange(10**8):08d}")
