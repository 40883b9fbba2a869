# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API credentials and their access tokens."""

from __future__ import annotations

import random
from dataclasses import dataclass

from simulator.clock import Clock
from simulator.issued_secrets import IssuedSecrets

SCOPES = ("Authentication Only", "Read Users", "Manage Users", "Read All", "Manage All")
DEFAULT_CREDENTIAL = ("simulator-id", "simulator-secret", "Manage All")


@dataclass(frozen=True)
class Credential:
    """An API credential pair and its scope."""

    client_id: str
    client_secret: str
    scope: str = "Manage All"


@dataclass
class Token:
    """An access token; times in seconds since the epoch."""

    text: str
    credential: Credential
    created_at: float
    expires_at: float
    life: int


class Tokens:
    """The tokens in use: one per credential until it expires or is revoked."""

    def __init__(
        self, credentials: list[Credential], clock: Clock, rng: random.Random, issued_secrets: IssuedSecrets
    ) -> None:
        self.credentials = {c.client_id: c for c in credentials}
        self._clock = clock
        self._rng = rng
        self._issued_secrets = issued_secrets
        self._current: dict[str, Token] = {}
        self._known: dict[str, Token] = {}

    def issue(self, credential: Credential, life: int) -> Token:
        """Return the credential's token: the current one while it is valid, else a new one."""
        now = self._clock.now()
        token = self._current.get(credential.client_id)
        if token is None or token.expires_at <= now:
            text = self._issued_secrets.note("access token", f"{self._rng.getrandbits(256):064x}")
            token = Token(text, credential, now, now + life, life)
            self._current[credential.client_id] = self._known[text] = token
        return token

    def find(self, text: str) -> Token | None:
        """Return the token with that text if it is still valid."""
        token = self._known.get(text)
        return token if token is not None and self._clock.now() < token.expires_at else None

    def revoke(self, token: Token) -> None:
        """Remove one token."""
        self._known.pop(token.text, None)
        self._current.pop(token.credential.client_id, None)

    def expire_all(self) -> int:
        """Let every token expire now; return how many were valid."""
        now = self._clock.now()
        good = [token for token in self._known.values() if token.expires_at > now]
        for token in good:
            token.expires_at = now
        return len(good)

    def revoke_all(self) -> int:
        """Remove every token; return how many there were."""
        count = len(self._known)
        self._known.clear()
        self._current.clear()
        return count
