# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of messages to people."""

from __future__ import annotations

import re

DEFAULT = "Your OneLogin security code is {{otp_code}}. It expires in {{otp_expiry}} minutes."
LONGEST = 160


def fill_message(template: str, code: str, life: float) -> str:
    """Insert the code and the minutes of its validity (``life`` in seconds) into a message."""
    values = {"otp_code": code, "otp_expiry": str(max(1, round(life / 60)))}
    return re.sub(r"\{\{\s*(otp_code|otp_expiry)\s*\}\}", lambda found: values[found.group(1)], template)
