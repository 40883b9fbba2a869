#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: people_verdict
short_description: Say what came of a host's own people
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - The last step of this collection's roles. It is of no use elsewhere.
  - Fails if any person of this host failed, and has changed something if anything changed for any of them. It is skipped where the
    run's tags ask for nothing that has an outcome.
  - It makes no request, and runs on the controller, whatever the task's connection.
extends_documentation_fragment:
  - community.onelogin.attributes.frame
seealso:
  - plugin: community.onelogin.people_verdicts
    plugin_type: filter
  - module: community.onelogin.people_host_info
"""

EXAMPLES = r"""
- name: Say what came of this host's own
  community.onelogin.people_verdict:
"""

RETURN = r"""
msg:
  description: What failed, or else what came of everybody.
  returned: when not skipped
  type: str
  sample: "jane@example.com, OneLogin SMS: Enrolled."
"""

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    """Refuse: what it reads is on the controller."""
    AnsibleModule({}, supports_check_mode=True).fail_json(
        msg="people_verdict runs on the controller only, as an action of the collection's name."
    )


if __name__ == "__main__":
    main()
