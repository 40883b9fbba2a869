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
  - Returns the MFA devices that a user has enrolled and that the API can verify, all of them or those of one factor. Pending
    registrations are not included.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
  - community.onelogin.items.factor_of_user
seealso:
  - module: community.onelogin.mfa_factor_info
"""

EXAMPLES = r"""
- name: List the devices of a person
  community.onelogin.mfa_device_info:
    email: jane@example.com
  register: jane

- name: Show the names of their factors
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
      description: The name that the user sees.
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
  description: When the module finished the item, or gave it up.
  returned: when the module tried the item
  type: str
  sample: "2026-11-24T09:30:00Z"
error:
  description: Why the item failed.
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
      description: HTTP status of OneLogin's response, if there was one.
      type: int
      returned: always
      sample: 404
    message:
      description: What failed.
      type: str
      returned: always
      sample: No user has the e-mail address jane@example.com.
    request_id:
      description: The id that OneLogin gave the request, for a support ticket.
      type: str
      returned: always
      sample: 5F188C46-49E1609A-D47B-0A0B033A-01BB-11459E-43E7
    hint:
      description: What to do.
      type: str
      returned: always
      sample: Check the spelling, and that the user exists in this OneLogin account.
results:
  description: The result of each item of O(batch), in the order of the items, with the same fields as for a single item. The
    options that identify the item are in C(item).
  returned: with O(batch)
  type: list
  elements: dict
  sample: [{changed: false, failed: false, item: {email: jane@example.com}, user_id: 36216766, devices: []}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {enrolled: 190, none: 10}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
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
