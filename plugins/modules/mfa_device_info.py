#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_device_info
short_description: List the devices of a user
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Returns the MFA devices a user has enrolled and the API can verify, all of them or those for a factor. Pending registrations
    are not among them.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
  - community.onelogin.items.factor_of_user
seealso:
  - module: community.onelogin.mfa_factor_info
"""

EXAMPLES = r"""
- name: See what a person has
  community.onelogin.mfa_device_info:
    email: jane@example.com
  register: jane

- name: Name them
  ansible.builtin.debug:
    msg: "{{ jane.devices | map(attribute='type_display_name') | join(', ') }}"
"""

RETURN = r"""
user_id:
  description: The user's id.
  returned: success
  type: int
  sample: 36216766
devices:
  description: The devices.
  returned: success
  type: list
  elements: dict
  contains:
    device_id:
      description: Its id.
      type: str
      returned: always
      sample: "3920371"
    user_id:
      description: The user's id.
      type: int
      returned: always
      sample: 36216766
    user_display_name:
      description: Its name for the user.
      type: str
      returned: always
      sample: Work phone
    type_display_name:
      description: The factor's name.
      type: str
      returned: always
      sample: OneLogin SMS
    auth_factor_name:
      description: OneLogin's own name for the factor.
      type: str
      returned: always
      sample: SMS
    default:
      description: Whether it is the user's default device.
      type: bool
      returned: always
      sample: true
done_at:
  description: When it was done with, or given up.
  returned: when it was tried
  type: str
  sample: "2026-11-24T09:30:00Z"
error:
  description: Why it failed.
  returned: when failed
  type: dict
  contains:
    code:
      description:
        - One of V(invalid), V(unauthorized), V(forbidden), V(not_found), V(unknown_user), V(no_phone), V(inactive), V(not_in_policy),
          V(unknown_factor), V(ambiguous), V(rate_limited), V(unavailable), V(timeout), V(rejected), V(expired), V(otp_rejected), V(unconfirmed),
          V(unlicensed), V(bad_response).
      type: str
      returned: always
      sample: unknown_user
    http_status:
      description: Status of OneLogin's answer, where there was one.
      type: int
      returned: always
      sample: 404
    message:
      description: What failed.
      type: str
      returned: always
      sample: No user has the e-mail address jane@example.com.
    request_id:
      description: OneLogin's name for the request, for a support ticket.
      type: str
      returned: always
      sample: 5F188C46-49E1609A-D47B-0A0B033A-01BB-11459E-43E7
    hint:
      description: What to do.
      type: str
      returned: always
      sample: Check the spelling, and that the user exists in this OneLogin account.
results:
  description: What each item of O(batch) came to, in the order of the items, as a single one returns it. The keys that identify
    the item stand in C(item).
  returned: with O(batch)
  type: list
  elements: dict
  sample: [{changed: false, failed: false, item: {email: jane@example.com}, user_id: 36216766, devices: []}]
summary:
  description: How many items came to each status; of the failed ones the code of the error counts.
  returned: with O(batch)
  type: dict
  sample: {enrolled: 190, none: 10}
api:
  description:
    - What it took - calls of the API, repeated ones among them, seconds slept for the hourly limit, and calls left of it.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.device import INFO as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
