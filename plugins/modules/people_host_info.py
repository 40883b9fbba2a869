#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: people_host_info
short_description: Note whom a host stands for
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - The first step of this collection's roles. It is of no use elsewhere.
  - Reads the variables of the role named by the variable C(mfa_people_role) as this host has them, for all hosts to be done in one
    call afterwards.
  - It makes no request, and runs on the controller, whatever the task's connection.
extends_documentation_fragment:
  - community.onelogin.attributes.frame
notes:
  - What it returns may hold codes. Set C(no_log).
seealso:
  - plugin: community.onelogin.people_items
    plugin_type: filter
  - module: community.onelogin.people_verdict
"""

EXAMPLES = r"""
- name: Note whom this host stands for
  community.onelogin.people_host_info:
  vars:
    mfa_people_role: mfa_onboarding
  register: noted
  no_log: true
"""

RETURN = r"""
host:
  description: The host's name.
  returned: success
  type: str
  sample: jane
groups:
  description: The groups it is in.
  returned: success
  type: list
  elements: str
  sample: [finance]
user_id:
  description: The variable C(onelogin_user_id), or nothing. As it was given, like the others.
  returned: success
  type: raw
  sample: 12345678
email:
  description: The variable C(onelogin_email).
  returned: success
  type: raw
  sample: jane@example.com
username:
  description: The variable C(onelogin_username).
  returned: success
  type: raw
  sample: ""
users:
  description: The role's variable that ends in C(_users).
  returned: success
  type: raw
  sample: ""
factors:
  description: The role's variable that ends in C(_factors).
  returned: success
  type: raw
  sample:
    - factor: OneLogin SMS
problem:
  description: Why a variable could not be worked out, if so. Then that variable is left out.
  returned: success
  type: str
asked:
  description: Whether the run's tags ask for any step that has an outcome.
  returned: success
  type: bool
plans:
  description: Whether they ask for that or for the plan.
  returned: success
  type: bool
"""

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    """Refuse: what it reads is on the controller."""
    AnsibleModule({}, supports_check_mode=True).fail_json(
        msg="people_host_info runs on the controller only, as an action of the collection's name."
    )


if __name__ == "__main__":
    main()
