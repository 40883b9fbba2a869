# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a page, and the content security policy that allows these and nothing else."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path


@cache
def read_asset(path: Path) -> str:
    """Return the text of a file of the collection."""
    return path.read_text(encoding="utf-8")


def hash_source(text: str) -> str:
    """Return the source expression that allows a style or script with exactly this text."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
