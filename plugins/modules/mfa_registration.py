#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_registration
short_description: Enrol a user in a factor, and confirm the enrolment
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Enrols a user in a factor. If the user already has a device of the factor, the module does nothing.
  - If O(registration_id) or the O(journal) identifies a pending registration, the module uses it. With O(otp) it confirms the
    registration, otherwise it leaves it as it is, whatever O(verified) is. So it never sends a second message while the first is
    valid. Without either, a second run cannot find the first registration, because OneLogin does not list pending registrations.
  - Otherwise, the module makes a registration. For SMS and e-mail, OneLogin sends the person a code. For Voice, it calls the person.
  - If the outcome of that request is unknown (a broken connection, a gateway error), the module reads the user's devices. If they
    prove nothing and a message may have been sent, the item fails as V(unconfirmed). The error shows when another run may send
    again.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
  - community.onelogin.items.registration
attributes:
  idempotent:
    support: partial
    details: While a person has not confirmed, only with O(registration_id) or O(journal). Without either, every run starts anew.
seealso:
  - module: community.onelogin.mfa_registration_wait
  - module: community.onelogin.mfa_registration_info
  - module: community.onelogin.mfa_device_info
"""

EXAMPLES = r"""
- name: Enrol one person for SMS, trusting the phone number of the user's record
  community.onelogin.mfa_registration:
    email: jane@example.com
    factor: OneLogin SMS
    verified: true

- name: Send a code
  community.onelogin.mfa_registration:
    email: jane@example.com
    factor: OneLogin SMS
    expires_in: 900
    custom_message: "Your code is {otp_code}. It is valid for {otp_expiry} minutes."
  register: sent

- name: Confirm the registration with the code that the person received
  community.onelogin.mfa_registration:
    email: jane@example.com
    factor: OneLogin SMS
    registration_id: "{{ sent.registration.id }}"
    otp: "{{ code }}"

- name: Enrol many at once
  community.onelogin.mfa_registration:
    batch:
      - email: jane@example.com
        factor: OneLogin SMS
        verified: true
      - email: john@example.com
        factor: OneLogin Protect
    concurrency: 16
  register: enrolled

- name: Wait for the people who confirm it themselves
  community.onelogin.mfa_registration_wait:
    batch: "{{ enrolled.results }}"
    timeout: 600
"""

RETURN = r"""
registration:
  description: The registration, or what is known of it from the device.
  returned: success, and on failure if it is known
  type: dict
  contains:
    id:
      description: Its id. Empty if only the device is known, and in check mode for a new registration.
      type: str
      returned: always
      sample: 36c6cf4c-a315-46ce-81f9-a91a475488cf
    user_id:
      description: The user's id.
      type: int
      returned: always
      sample: 36216766
    factor_id:
      description: The factor's id, if it is known.
      type: int
      returned: always
      sample: 58959
    factor:
      description: The factor's name, if it is known.
      type: str
      returned: always
      sample: OneLogin SMS
    display_name:
      description: The name of the device that the user sees, if it is known.
      type: str
      returned: always
      sample: Work phone
    status:
      description: V(pending), V(accepted) or V(rejected).
      type: str
      returned: always
      sample: accepted
    device_id:
      description: The id of the device, after the registration is accepted.
      type: str
      returned: always
      sample: "3920371"
    expires_at:
      description: When a pending registration expires, if it does.
      type: str
      returned: always
      sample: "2026-07-21T18:11:54Z"
    factor_data:
      description: The secret for an app (C(totp_url)), or the code that the person has to be given or types (C(verification_token)).
      type: dict
      returned: with O(return_secrets), if this run made it and OneLogin returns any
app:
  description: Whether an app has to scan the QR code of the registration.
  returned: while it is pending, for OneLogin Protect and Authenticator
  type: bool
  sample: true
awaits:
  description: What is needed next. V(otp) is the code, which you pass as O(otp). V(user) is the person's confirmation, for which you
    wait with M(community.onelogin.mfa_registration_wait).
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
  sample: [{changed: true, failed: false, item: {email: jane@example.com, factor: SMS}, registration: {status: accepted}}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {accepted: 197, unknown_user: 3}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.registration import REGISTER as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
