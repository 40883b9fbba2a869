#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_token
short_description: Generate a temporary MFA token for a user
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Generates a temporary token that the user can enter in place of a factor, for example after losing a phone.
  - The token is a secret, so set C(no_log) on the task.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
  - community.onelogin.items.token
attributes:
  diff_mode:
    support: none
    details: The token is a secret.
  idempotent:
    support: none
    details: Every run generates another token.
"""

EXAMPLES = r"""
- name: Let a person sign in once without the lost phone
  community.onelogin.mfa_token:
    email: jane@example.com
    expires_in: 3600
  no_log: true
  register: temporary
"""

RETURN = r"""
mfa_token:
  description: The token. Empty in check mode.
  returned: success
  type: dict
  contains:
    mfa_token:
      description: The token itself, a secret.
      type: str
      returned: always
    expires_at:
      description: When it expires.
      type: str
      returned: always
      sample: "2026-07-27T23:25:50Z"
    reusable:
      description: Whether it can be used more than once.
      type: bool
      returned: always
      sample: false
    device_id:
      description: The id that OneLogin returns as the token's device.
      type: str
      returned: always
      sample: user_temp_otp_36216766
    user_id:
      description: The user's id.
      type: int
      returned: always
      sample: 36216766
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
  sample: [{changed: true, failed: false, item: {email: jane@example.com}, mfa_token: {reusable: false}}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {generated: 2}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.mfa_token import OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
