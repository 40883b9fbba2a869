#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: policy_info
short_description: List security policies
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Returns the security policies of the account that match all options, or all policies. If none match, the list is empty.
  - A policy applies to the users of a group, see M(community.onelogin.group_info). The default policy applies to all other users.
  - The module fails as V(unlicensed) if the account's plan does not include custom security policies.
  - The policies are read once a task. If that list lacks the factors of a policy, the module reads this policy with one more call.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
  - community.onelogin.items.policy_query
seealso:
  - module: community.onelogin.group_info
  - module: community.onelogin.mfa_factor_info
"""

EXAMPLES = r"""
- name: Find the policy of the sales offices
  community.onelogin.policy_info:
    name: Sales
  register: found

- name: Show the factors that it allows
  ansible.builtin.debug:
    var: found.policies[0].authentication_factor_ids
"""

RETURN = r"""
policies:
  description: The policies. A field that the policy's kind does not have is left out.
  returned: success
  type: list
  elements: dict
  contains:
    policy_id:
      description: The policy's id.
      type: int
      returned: always
      sample: 5001
    name:
      description: The policy's name.
      type: str
      returned: always
      sample: Sales
    kind:
      description: V(user) for a policy of people, V(app) for one of an app.
      type: str
      returned: always
      sample: user
    is_default:
      description: Whether it applies to users without a group or with a group without a policy.
      type: bool
      returned: when OneLogin returns it
      sample: false
    authentication_factor_ids:
      description: The ids of the factors that it allows.
      type: list
      elements: int
      returned: when OneLogin returns them
      sample: [58958, 58959]
    otp_auth_enabled:
      description: Whether it requires MFA.
      type: bool
      returned: when OneLogin returns it
      sample: true
    mfa_registration_enabled:
      description: Whether users are prompted to register a factor.
      type: bool
      returned: for policies of users
      sample: true
    voluntary_mfa_registration_enabled:
      description: Whether they can decline.
      type: bool
      returned: for policies of users
      sample: false
    otp_security_token_expiration_days:
      description: Days for which a browser that has passed MFA is trusted.
      type: int
      returned: for policies of users
      sample: 30
    user_phone_update_allowed:
      description: Whether users can change their phone number.
      type: bool
      returned: for policies of users
      sample: true
    disable_protect_push_notifications:
      description: Whether OneLogin Protect sends no push notifications.
      type: bool
      returned: for policies of users
      sample: false
    disable_protect_push_recovery:
      description: Whether OneLogin Protect cannot be recovered by push notifications.
      type: bool
      returned: for policies of users
      sample: false
    enable_number_match:
      description: Whether a push notification asks for a number that the login page shows.
      type: bool
      returned: for policies of users
      sample: false
    ip_addresses:
      description: Addresses from which MFA is not required.
      type: list
      elements: str
      returned: when OneLogin returns them
      sample: []
    maximum_invalid_login_attempts:
      description: Failed logins after which a user is locked; V(0) for no limit.
      type: int
      returned: for policies of users
      sample: 5
    lock_effective_minutes:
      description: Minutes for which a user is locked; V(0) until an administrator unlocks the user.
      type: int
      returned: for policies of users
      sample: 15
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
  sample: [{changed: false, failed: false, item: {}, policies: [{policy_id: 5001, name: Sales, kind: user}]}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {found: 1, none: 1}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.group import POLICY_INFO as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
