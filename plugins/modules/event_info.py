#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: event_info
short_description: List events
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Returns the events of the account's log that match all options, oldest first. If more than O(limit) match, it returns the newest.
    If none match, the list is empty, and the module does not fail.
  - OneLogin can list an event some time after it happened. Do not conclude that something did not happen because its event is missing.
  - The types of events are read once a task, however many items O(batch) has.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
  - community.onelogin.items.event_query
seealso:
  - module: community.onelogin.mfa_registration_wait
  - module: community.onelogin.mfa_verification_wait
"""

EXAMPLES = r"""
- name: List the devices that were added or removed since yesterday
  community.onelogin.event_info:
    since: "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(now().timestamp() - 86400, utc=true) }}"
    event_types: [USER_ADDED_OTP_DEVICE, USER_REMOVED_OTP_DEVICE]
  register: changed_devices

- name: List the last 20 events of one person
  community.onelogin.event_info:
    email: jane@example.com
    limit: 20

- name: List the events of several people in one night
  community.onelogin.event_info:
    since: "2026-11-24T18:00:00Z"
    until: "2026-11-25T06:00:00Z"
    batch:
      - jane@example.com
      - john@example.com
"""

RETURN = r"""
events:
  description: The events, oldest first. Names and notes are cut at 500 characters.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The event's id.
      type: int
      returned: always
      sample: 904257546
    event_type_id:
      description: The id of its type.
      type: int
      returned: always
      sample: 22
    event_type:
      description: The name of its type; null if OneLogin does not list it.
      type: str
      returned: always
      sample: USER_ADDED_OTP_DEVICE
    created_at:
      description: When it was written, on OneLogin's clock.
      type: str
      returned: always
      sample: "2026-11-24T09:30:00.714Z"
    user_id:
      description: The id of the user that it is about.
      type: int
      returned: always
      sample: 36216766
    user_name:
      description: The name of this user when it was written.
      type: str
      returned: always
      sample: Jane Doe
    otp_device_id:
      description: The id of the device that it names.
      type: str
      returned: always
      sample: "3920371"
    otp_device_name:
      description: The name of this device.
      type: str
      returned: always
      sample: OneLogin SMS
    actor_user_id:
      description: The id of the user who did it.
      type: int
      returned: always
      sample: 36216767
    actor_user_name:
      description: The name of this user.
      type: str
      returned: always
      sample: John Doe
    actor_system:
      description: The system that did it.
      type: str
      returned: always
      sample: API
    client_id:
      description: The id of the API client that did it.
      type: int
      returned: always
    ipaddr:
      description: The address from which it was done.
      type: str
      returned: always
      sample: 192.0.2.7
    notes:
      description: Further details.
      type: str
      returned: always
    error_description:
      description: What went wrong.
      type: str
      returned: always
    app_id:
      description: The id of the app that it is about.
      type: int
      returned: always
    app_name:
      description: The name of this app.
      type: str
      returned: always
    group_id:
      description: The id of the group that it is about.
      type: int
      returned: always
    group_name:
      description: The name of this group.
      type: str
      returned: always
    role_id:
      description: The id of the role that it is about.
      type: int
      returned: always
    role_name:
      description: The name of this role.
      type: str
      returned: always
    policy_id:
      description: The id of the policy that it is about.
      type: int
      returned: always
    policy_name:
      description: The name of this policy.
      type: str
      returned: always
truncated:
  description: Whether there are older events that match, beyond O(limit).
  returned: success
  type: bool
  sample: false
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
  sample: [{changed: false, failed: false, item: {email: jane@example.com}, events: [{id: 904257546}], truncated: false}]
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
from ansible_collections.community.onelogin.plugins.module_utils._operations.event import INFO as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
