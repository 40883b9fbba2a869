#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_verification
short_description: Activate a user's device, and confirm the code
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Sends a user the message, call, e-mail or push notification of one of the user's devices, and confirms the code of the user.
  - If O(verification_id) or the O(journal) identifies a pending verification, the module uses it. With O(otp) it confirms the
    verification, otherwise it leaves it as it is. So it never sends a second message while the first is valid. Without either, a
    second run cannot find the first verification, because OneLogin does not list verifications.
  - For Authenticator and Protect, you can set O(otp) at once, because their codes come from an app and not from a message.
  - If the policies of a batch's users disable push notifications, a warning names the users who get none. Groups and policies are
    read for this once a task, in two calls, if the batch activates OneLogin Protect without a code.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
  - community.onelogin.items.verification
attributes:
  idempotent:
    support: partial
    details: Only with O(verification_id) or O(journal). Without either, every run activates the device anew.
seealso:
  - module: community.onelogin.mfa_verification_wait
  - module: community.onelogin.mfa_verification_info
"""

EXAMPLES = r"""
- name: Send a push to the person's phone
  community.onelogin.mfa_verification:
    email: jane@example.com
    factor: OneLogin Protect
  register: push

- name: Wait for the answer
  community.onelogin.mfa_verification_wait:
    email: jane@example.com
    verification_id: "{{ push.verification.id }}"
    timeout: 60

- name: Check the code of an Authenticator
  community.onelogin.mfa_verification:
    email: john@example.com
    factor: Google Authenticator
    otp: "{{ code }}"
"""

RETURN = r"""
verification:
  description: The verification.
  returned: success, and on failure if it is known
  type: dict
  contains:
    id:
      description: Its id. Empty in check mode for a new verification.
      type: str
      returned: always
      sample: afc1a96d-2006-452a-a484-b2d084b00d76
    user_id:
      description: The user's id.
      type: int
      returned: always
      sample: 36216766
    device_id:
      description: The id of the device.
      type: str
      returned: always
      sample: "3920371"
    factor:
      description: The name of the device's factor, if it is known.
      type: str
      returned: always
      sample: OneLogin SMS
    status:
      description: V(pending), V(accepted) or V(rejected).
      type: str
      returned: always
      sample: pending
    expires_at:
      description: When a pending verification expires, if it does.
      type: str
      returned: always
      sample: "2026-07-21T20:26:44Z"
    factor_data:
      description: The code that the person has to be given or types (C(verification_token)).
      type: dict
      returned: with O(return_secrets), if this run made it and OneLogin returns any
awaits:
  description: What is needed next. V(otp) is the code, which you pass as O(otp). V(user) is the person's confirmation, for which you
    wait with M(community.onelogin.mfa_verification_wait).
  returned: when pending
  type: str
  sample: otp
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
  sample: [{changed: true, failed: false, item: {email: jane@example.com, factor: SMS}, verification: {status: pending}}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {pending: 200}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.verification import VERIFY as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
