# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets that were issued or received, for tests that search for them in outputs."""

from __future__ import annotations


class IssuedSecrets:
    """Secrets by their text, each with its kind; a reset of the simulation leaves them."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}

    def note(self, kind: str, secret: str) -> str:
        """Record a secret and return it; its first kind stays."""
        self._kinds.setdefault(secret, kind)
        return secret

    def list_rows(self) -> list[dict[str, str]]:
        """Return kinds and secrets, oldest first."""
        return [{"kind": kind, "secret": secret} for secret, kind in self._kinds.items()]

    def clear(self) -> None:
        """Remove all secrets."""
        self._kinds.clear()
