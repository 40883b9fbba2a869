# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that select entries of the journal."""

    DOCUMENTATION = r"""
options:
  user_id:
    description: Only entries of this user.
    type: int
  email:
    description: Only entries of the user that tasks identified by this e-mail address.
    type: str
  username:
    description: Only entries of the user that tasks identified by this username.
    type: str
  kind:
    description: Only entries of this kind.
    type: str
    choices: [registration, reminder, reset, verification]
  status:
    description:
      - Only entries with one of these statuses.
      - V(claimed) is a request that a run is about to send. V(pending) was sent, and the person has not confirmed yet.
        V(unconfirmed) may have been sent. These entries are open, and block another message.
      - V(accepted), V(rejected) and all other statuses are those of ended entries. A reminder ends as V(sent), and as V(enrolled) when
        a later run sees that the person has a device.
    type: list
    elements: str
  older_than:
    description: Only entries whose request was sent more than this number of seconds ago.
    type: float
  newer_than:
    description: Only entries whose request was sent less than this number of seconds ago.
    type: float
"""
