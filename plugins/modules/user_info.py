#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: user_info
short_description: Find users
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Returns the users that match all options, or all users. If none match, the list is empty.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
  - community.onelogin.items.query
"""

EXAMPLES = r"""
- name: Find all users of a domain
  community.onelogin.user_info:
    email: "*@example.com"
    fields: [id, email, username]
  register: found

- name: Run two queries in one task
  community.onelogin.user_info:
    batch:
      - group_id: 411
      - group_id: 412
"""

RETURN = r"""
users:
  description: The users, as OneLogin describes them.
  returned: success
  type: list
  elements: dict
  sample: [{id: 36216766, email: jane@example.com, username: jane}]
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
  sample: [{changed: false, failed: false, item: {email: jane@example.com}, users: [{id: 36216766}]}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {found: 2}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.user import INFO as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
