#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: user
short_description: Change attributes of a user
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Changes attributes in the record of a user that differ from the ones you set, such as the phone number or the group.
  - The module does not create or delete users.
  - The policy of a user's group decides which factors the user can enrol, so a new group can change these.
  - A request without a response is repeated, because a second one has no other effect than the first. If none has a response,
    the module reads the record, and fails as V(unconfirmed) unless it has the new values.
  - The records of a batch are read together, 100 a call.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
  - community.onelogin.items.user_attributes
seealso:
  - module: community.onelogin.user_info
  - module: community.onelogin.group_info
"""

EXAMPLES = r"""
- name: Set a phone number, before the factor SMS is enrolled
  community.onelogin.user:
    email: jane@example.com
    attributes:
      phone: "+64272001122"

- name: Fill in what is missing, and keep what is there
  community.onelogin.user:
    email: john@example.com
    overwrite: false
    attributes:
      department: Sales
      custom_attributes:
        cost_center: "4711"

- name: Find the people of a department
  community.onelogin.user_info:
    email: "*@sales.example.com"
    fields: [id, email]
  register: found

- name: Move them into a group
  community.onelogin.user:
    batch: "{{ found.users }}"
    attributes:
      group: Sales with MFA

- name: Move people into the group whose policy requires MFA, but only from two other groups
  community.onelogin.user:
    batch:
      - jane@example.com
      - john@example.com
    attributes:
      group: MFA required
    group_from: [Sales, Engineering]

- name: Set different values for different people
  community.onelogin.user:
    attributes:
      company: Example
    batch:
      - email: jane@example.com
        attributes:
          phone: "+64272001122"
      - email: john@example.com
        attributes:
          phone: "+64272001133"
"""

RETURN = r"""
user:
  description: The record with the new values, as far as this module reads it.
  returned: success
  type: dict
  contains:
    user_id:
      description: The user's id.
      type: int
      returned: always
      sample: 36216766
    email:
      description: The e-mail address.
      type: str
      returned: always
      sample: jane@example.com
    username:
      description: The username.
      type: str
      returned: always
      sample: jane
    phone:
      description: The phone number.
      type: str
      returned: always
      sample: "+64272001122"
    group_id:
      description: The id of the user's group; null for none.
      type: int
      returned: always
      sample: 411
    title:
      description: The job title.
      type: str
      returned: always
      sample: Surfer
    department:
      description: The department.
      type: str
      returned: always
      sample: Sales
    company:
      description: The company.
      type: str
      returned: always
      sample: Example
    external_id:
      description: The id in another directory.
      type: str
      returned: always
      sample: x-1
    custom_attributes:
      description: The custom attributes, by their short names.
      type: dict
      returned: always
      sample: {cost_center: "4711"}
previous:
  description: The values before the change, of the attributes that changed. C(group) is the name of the former group, if groups
    were read.
  returned: success
  type: dict
  sample: {phone: null}
stays_in:
  description: The name of the group in which the user stays because O(group_from) does not name it; null otherwise.
  returned: success
  type: str
  sample: null
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
  sample: [{changed: true, failed: false, item: {email: jane@example.com}, user: {user_id: 36216766, phone: "+64272001122"}}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {present: 20}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.user_attributes import CHANGE as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
