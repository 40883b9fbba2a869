#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_verification
short_description: Activate a user's device, and confirm the answer
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Sends a user the message, call, mail or push of one of the devices, and confirms the code that comes back.
  - If a verification is under way that O(verification_id) names or the O(journal) knows, it is used - confirmed when O(otp) is
    given, otherwise left alone. So a second message is never sent while the first is good. Without either a second run cannot
    know of the first, since OneLogin lists no verifications.
  - For the Authenticator and Protect, O(otp) can be given at once, since their codes come from an app and not from a message.
  - If the policies of a batch's users disable push notifications, a warning names the users who get none. Groups and policies are
    read for this once a task, in two calls, if the batch activates OneLogin Protect without a code.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
  - community.onelogin.items.verification
attributes:
  idempotent:
    support: partial
    details: Only with O(verification_id) or O(journal); without either, every run activates the device anew.
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
  returned: success, and on failure where it is known
  type: dict
  contains:
    id:
      description: Its id. Empty in check mode for one that would be made.
      type: str
      returned: always
      sample: afc1a96d-2006-452a-a484-b2d084b00d76
    user_id:
      description: The user's id.
      type: int
      returned: always
      sample: 36216766
    device_id:
      description: The device.
      type: str
      returned: always
      sample: "3920371"
    factor:
      description: The name of the device's factor, where it is known.
      type: str
      returned: always
      sample: OneLogin SMS
    status:
      description: V(pending), V(accepted) or V(rejected).
      type: str
      returned: always
      sample: pending
    expires_at:
      description: When a pending verification expires, where it does.
      type: str
      returned: always
      sample: "2026-07-21T20:26:44Z"
    factor_data:
      description: The code to read out or to type (C(verification_token)).
      type: dict
      returned: with O(return_secrets), when OneLogin has just made it and tells any
awaits:
  description: What a pending one waits for - V(otp) the code, to be given back as O(otp), or V(user) the person, to be waited for
    with M(community.onelogin.mfa_verification_wait).
  returned: when pending
  type: str
  sample: otp
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
  sample: [{changed: true, failed: false, item: {email: jane@example.com, factor: SMS}, verification: {status: pending}}]
summary:
  description: How many items came to each status; of the failed ones the code of the error counts.
  returned: with O(batch)
  type: dict
  sample: {pending: 200}
api:
  description:
    - What it took - calls of the API, repeated ones among them, seconds slept for the hourly limit, and calls left of it.
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
