# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What every format of a report is made of."""

    DOCUMENTATION = r"""
options:
  _input:
    description:
      - The results, one a person and factor, as P(community.onelogin.mfa_onboarding#role) leaves them.
      - Only named fields of plain text are taken from them. Codes, tokens and secrets are not among these.
    type: list
    elements: dict
    required: true
  title:
    description: What the report is about.
    type: str
    default: OneLogin MFA
  started:
    description: When the work began, as ISO 8601 has it. A time without a zone is taken for UTC.
    type: str
  finished:
    description: When the work ended. By default that is now.
    type: str
  done:
    description: The statuses that count as done. What did not fail either is open.
    type: list
    elements: str
    default: [accepted, absent]
  groups:
    description: The groups of the inventory with their hosts, as in Ansible's variable C(groups). Results that name no
      groups of their own get those of their host.
    type: dict
"""
