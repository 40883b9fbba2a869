#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_device
short_description: Remove a device from a user
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Removes one of a user's MFA devices, for example a lost phone. One that is not there is no error.
  - A factor that neither the user's devices nor the factors OneLogin offers the user tell is refused as V(unknown_factor), for a
    misspelt one would otherwise pass for removed. Where the user's policy does not offer the factor any more, name the device by
    O(device_id), so that a second run finds it gone.
  - A device comes to be by M(community.onelogin.mfa_registration).
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
  - community.onelogin.items.device
seealso:
  - module: community.onelogin.mfa_device_info
"""

EXAMPLES = r"""
- name: Remove a lost phone
  community.onelogin.mfa_device:
    email: jane@example.com
    factor: OneLogin Protect
    state: absent

- name: Remove a device by its id
  community.onelogin.mfa_device:
    user_id: 36216766
    device_id: "3920371"
    state: absent
"""

RETURN = r"""
device:
  description: The device that is removed, or empty if there was none.
  returned: success
  type: dict
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
      description: Its name for the user.
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
  sample: [{changed: true, failed: false, item: {email: jane@example.com, factor: SMS}, device: {device_id: "3920371"}}]
summary:
  description: How many items came to each status; of the failed ones the code of the error counts.
  returned: with O(batch)
  type: dict
  sample: {absent: 20}
api:
  description:
    - What it took - calls of the API, repeated ones among them, seconds slept for the hourly limit, and calls left of it.
    - C(host) is the host that was called. C(account) is the region and the id of the account; null if the access token does not show it.
  returned: with O(batch)
  type: dict
  sample: {host: acme.onelogin.com, account: us/45032, calls: 402, retries: 0, waited: 0.0, remaining: 4598}
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.device import REMOVE as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
