# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options for how long to wait for people and how often to poll."""

    DOCUMENTATION = r"""
options:
  timeout:
    description:
      - Maximum time to wait in seconds, for all items together.
    type: float
    default: 300
  delay:
    description:
      - Seconds to wait before the first poll.
    type: float
    default: 0
  sleep:
    description:
      - Seconds between the first polls. The pauses grow up to O(max_sleep), and beyond it if the rate limit of the account does not
        allow more calls.
    type: float
    default: 2
  max_sleep:
    description:
      - Maximum seconds between two polls of the same item.
    type: float
    default: 30
  msg:
    description:
      - The message of an item that times out, in place of the default one.
    type: str
  events:
    description:
      - Use the account's events to decide which items to poll. This saves calls if you wait for many people. All items together cost
        one call for each reading of the events, with pauses from O(sleep) to O(max_sleep).
      - An item is polled when an event names its user and, as far as both are known, its device. Otherwise it is polled every 60
        seconds, or every 10 times O(sleep) if that is longer, and once before it is reported as V(timeout). There is no first poll
        of all items; the first reading goes back to the time when the items were made, or 15 minutes.
      - Events are only hints. If events are late, doubled or missing, the results are the same but may come later.
      - If the credential cannot read events, the task warns once and polls as if this option were not set.
    type: bool
    default: false
"""
