# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of hosts that represent people."""

from __future__ import annotations

import unicodedata

RESERVED = ("all", "ungrouped", "localhost", "127.0.0.1", "::1")
"""Names that mean something else to Ansible: its own groups, and the machine it runs on."""


def clean_host_name(name: str) -> str:
    """Return the name without what a host's name cannot have: control and invisible characters, and the / of paths."""
    cleaned = "".join("_" if char == "/" or unicodedata.category(char)[0] == "C" else char for char in name.strip())
    return cleaned if cleaned.strip(".") else "_" * len(cleaned)
