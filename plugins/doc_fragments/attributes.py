# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What the modules support."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description: Whether an action plugin does the work.
    support: full
    details: It runs in the controller's process if the connection is local and the task uses neither C(become) nor C(async). Otherwise,
      Ansible copies the module to the host as usual.
  async:
    description: Whether C(async) can be used.
    support: full
  check_mode:
    description: Whether it predicts in check mode what it would change, and changes nothing.
    support: full
  diff_mode:
    description: Whether it shows in diff mode what changes, or in check mode would change.
    support: full
  idempotent:
    description: Whether a second run with the same arguments changes nothing.
    support: full
  action_group:
    description: Whether its options can be set in C(module_defaults) for the group C(community.onelogin.onelogin).
    support: full
    membership:
      - community.onelogin.onelogin
"""

    # For modules that only read.
    INFO = r"""
options: {}
attributes:
  action:
    description: Whether an action plugin does the work.
    support: full
    details: It runs in the controller's process if the connection is local and the task uses neither C(become) nor C(async). Otherwise,
      Ansible copies the module to the host as usual.
  async:
    description: Whether C(async) can be used.
    support: full
  check_mode:
    description: Whether it predicts in check mode what it would change, and changes nothing.
    support: full
    details: This module does not change anything.
  diff_mode:
    description: Whether it shows in diff mode what changes, or in check mode would change.
    support: N/A
    details: This module does not change anything.
  idempotent:
    description: Whether a second run with the same arguments changes nothing.
    support: full
    details: This module does not change anything.
  action_group:
    description: Whether its options can be set in C(module_defaults) for the group C(community.onelogin.onelogin).
    support: full
    membership:
      - community.onelogin.onelogin
"""

    # For actions of the roles that only read the variables of a run.
    FRAME = r"""
options: {}
attributes:
  action:
    description: Whether an action plugin does the work.
    support: full
  async:
    description: Whether C(async) can be used.
    support: none
  check_mode:
    description: Whether it predicts in check mode what it would change, and changes nothing.
    support: full
    details: It only reads the variables of the run.
  diff_mode:
    description: Whether it shows in diff mode what changes, or in check mode would change.
    support: N/A
    details: It only reads the variables of the run.
  idempotent:
    description: Whether a second run with the same arguments changes nothing.
    support: full
    details: It only reads the variables of the run.
"""

    # For actions of the roles that call the API, or write files or the journal.
    ROLE_STEP = r"""
options: {}
attributes:
  action:
    description: Whether an action plugin does the work.
    support: full
  async:
    description: Whether C(async) can be used.
    support: none
  check_mode:
    description: Whether it predicts in check mode what it would change, and changes nothing.
    support: partial
    details: In check mode, it changes nothing in OneLogin and records nothing in the journal.
  diff_mode:
    description: Whether it shows in diff mode what changes, or in check mode would change.
    support: none
  idempotent:
    description: Whether a second run with the same arguments changes nothing.
    support: partial
    details: A second run sends and removes nothing more. It writes reports, audits and the answers of a probe again.
"""
