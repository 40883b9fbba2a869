# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursors in OneLogin's two forms: pages of users (v2) and positions in the list of events (v1)."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, quote


def encode(limit: int, page: int, more: str = "") -> str:
    """Return the cursor of a page, already percent-encoded; ``more`` makes it another text with the same meaning."""
    text = f"limit={limit}&page={page}" + (f"&more={more}" if more else "")
    return quote(base64.b64encode(text.encode()).decode(), safe="")


def decode(cursor: str) -> dict[str, str]:
    """Return the parameters in the cursor of a page.

    :raises ValueError: it is not a cursor.
    """
    text = base64.b64decode(cursor, validate=True).decode()
    return {name: values[0] for name, values in parse_qs(text).items()}


def encode_id(event_id: int) -> str:
    """Return the cursor of an event, not percent-encoded."""
    return base64.b64encode(f"id:::{event_id}".encode()).decode()


def decode_id(cursor: str) -> int:
    """Return the id in the cursor of an event.

    :raises ValueError: it is not a cursor.
    """
    return int(base64.b64decode(cursor, validate=True).decode().removeprefix("id:::"))
