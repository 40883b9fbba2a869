#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_registration_wait
short_description: Wait until people have confirmed their registrations
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Polls registrations until each of them has ended or the time is up. Use it for factors that a person confirms outside of
    Ansible - in the app for Protect, on the phone for Voice, with a link for e-mail.
  - The module polls all items together, with growing pauses and within the remaining API calls of the hour. It continues after
    errors of the network and of OneLogin's gateways, and after throttling.
  - An item succeeds as accepted. It fails as V(rejected), V(expired) or V(not_found) at once, or as V(timeout) at the end.
  - In check mode, it polls once.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
  - community.onelogin.wait
  - community.onelogin.items.registration_wait
seealso:
  - module: community.onelogin.mfa_registration
"""

EXAMPLES = r"""
- name: Wait for one person
  community.onelogin.mfa_registration_wait:
    email: jane@example.com
    registration_id: "{{ sent.registration.id }}"
    timeout: 600

- name: Enrol many people
  community.onelogin.mfa_registration:
    factor: OneLogin Protect
    batch:
      - jane@example.com
      - john@example.com
  register: enrolled

- name: Wait for all of them; people who failed or already have the factor cost no call
  community.onelogin.mfa_registration_wait:
    batch: "{{ enrolled.results }}"
    timeout: 600
    max_sleep: 20

- name: Wait for hundreds of people, and poll only people who are named in an event
  community.onelogin.mfa_registration_wait:
    batch: "{{ enrolled.results }}"
    timeout: 900
    events: true

- name: Wait for registrations with known ids
  community.onelogin.mfa_registration_wait:
    batch:
      - user_id: 36216766
        registration_id: 36c6cf4c-a315-46ce-81f9-a91a475488cf
      - user_id: 36216767
        registration_id: 500b41d2-4c6d-4fb3-928b-44d8c0afa19b
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
      description: Always empty, because OneLogin does not return it for a registration.
      type: int
      returned: always
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
elapsed:
  description: Seconds waited.
  returned: always
  type: int
  sample: 42
polls:
  description: The number of polls.
  returned: always
  type: int
  sample: 9
events:
  description: How the events of the account were read.
  returned: with O(batch) and O(events)
  type: dict
  contains:
    readings:
      description: How many times events were read.
      type: int
      returned: always
      sample: 60
    events:
      description: How many events were read, each counted once.
      type: int
      returned: always
      sample: 824
    named:
      description: How many polls were made because of an event.
      type: int
      returned: always
      sample: 412
    lag:
      description: The median of the seconds from an event until it was read; null if the first reading returned all events.
      type: float
      returned: always
      sample: 2.1
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
  sample: [{changed: false, failed: false, item: {user_id: 36216766}, registration: {status: accepted}, elapsed: 42, polls: 9}]
summary:
  description: The number of items by status. A failed item counts under the code of its error.
  returned: with O(batch)
  type: dict
  sample: {accepted: 412, rejected: 3, timeout: 5}
api:
  description:
    - The use of the API - the calls, how many of them were retries, the seconds waited for the rate limit, and the remaining calls.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.registration import WAIT as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
