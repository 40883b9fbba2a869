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
  events:
    description:
      - Learn from the account's events which items to poll. This saves calls if you wait for many people. All items together cost one
        call for each reading of the events, with pauses from O(sleep) to O(max_sleep).
      - An item is polled when an event names its user and, as far as both are known, its device. Otherwise it is polled every 60
        seconds, or every 10 times O(sleep) if that is longer, and once before it is reported as V(timeout). There is no first poll
        of all items; the first reading goes back to the time when the items were made, or 15 minutes.
      - Events are hints only. Results are the same if events are late, doubled or missing; they then only come later.
      - If the credential cannot read events, the task warns once and polls as without this option.
    type: bool
    default: false
"""
