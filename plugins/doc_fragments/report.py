# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of all formats of a report."""

    DOCUMENTATION = r"""
options:
  _input:
    description:
      - The results, one for each person and factor, such as the variable C(mfa_onboarding_results) of the role
        P(community.onelogin.mfa_onboarding#role).
      - The report uses only a fixed set of fields. Codes, tokens and secrets are not among these.
    type: list
    elements: dict
    required: true
  title:
    description: The title of the report.
    type: str
    default: OneLogin MFA
  started:
    description: When the work began, in the format of ISO 8601. A time without a zone is in UTC.
    type: str
  finished:
    description: When the work ended. By default, the current time.
    type: str
  done:
    description: The statuses that count as done. A result that did not fail and is not done is open. By default, the statuses
      of the O(role), or else V(accepted) and V(absent).
    type: list
    elements: str
  groups:
    description: The groups of the inventory with their hosts, as in Ansible's variable C(groups). A result without groups
      gets those of its host.
    type: dict
  role:
    description:
      - The role that returned the results. The report then uses the words of this role, such as "has MFA" for V(mfa_audit).
      - An audit counts people; all others count each person and factor.
    type: str
  check_mode:
    description: Whether the results come from check mode. The report then says that it is a plan and that nothing was done.
    type: bool
    default: false
  history:
    description: People who lost or gained MFA since the last audit, and the trend, such as C(mfa_audit_coverage.history) of the role
      P(community.onelogin.mfa_audit#role).
    type: dict
"""
