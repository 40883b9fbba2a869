# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How long and how often to look while waiting for people."""

    DOCUMENTATION = r"""
options:
  timeout:
    description:
      - Longest time to wait in seconds, for all items together.
    type: float
    default: 300
  delay:
    description:
      - Seconds to wait before the first look.
    type: float
    default: 0
  sleep:
    description:
      - Seconds between the first looks. The pauses grow from here to O(max_sleep), and further where the account's hourly
        limit leaves no room for more calls.
    type: float
    default: 2
  max_sleep:
    description:
      - Longest pause in seconds between two looks at the same item.
    type: float
    default: 30
  msg:
    description:
      - What to say when the time is out, in place of the module's own words.
    type: str
"""
