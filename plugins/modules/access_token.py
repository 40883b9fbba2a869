#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_token
short_description: Get or revoke an access token
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Gets an access token for the API credential, so that the tasks of a play can share it. OneLogin returns the same token until it
    expires, after ten hours.
  - Revokes a token with O(state=absent). This affects every process that uses the same credential.
  - The token is a secret, so set C(no_log) on the task.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
options:
  state:
    description:
      - V(present) gets the token of the credential.
      - V(absent) revokes the token in O(access_token). This also needs the credential.
    type: str
    choices: [present, absent]
    default: present
attributes:
  diff_mode:
    support: none
    details: The token is a secret.
"""

EXAMPLES = r"""
- name: Get a token
  community.onelogin.access_token:
  no_log: true
  register: token

- name: Use it
  community.onelogin.user_info:
    access_token: "{{ token }}"
    email: jane@example.com

- name: Revoke it
  community.onelogin.access_token:
    access_token: "{{ token }}"
    state: absent
"""

RETURN = r"""
access_token:
  description: The token. Empty with O(state=absent).
  returned: success
  type: dict
  contains:
    access_token:
      description: The token itself, a secret.
      type: str
      returned: always
    token_type:
      description: Its type.
      type: str
      returned: always
      sample: bearer
    account_id:
      description: The account's id.
      type: int
      returned: always
      sample: 555555
    created_at:
      description: When it was created.
      type: str
      returned: always
      sample: "2026-11-11T03:36:18.714Z"
    expires_in:
      description: Seconds for which it was valid when it was created.
      type: int
      returned: always
      sample: 36000
    expires_at:
      description: When it expires.
      type: str
      returned: always
      sample: "2026-11-11T13:36:18Z"
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
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.access_token import OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
