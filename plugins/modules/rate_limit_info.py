#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rate_limit_info
short_description: Get the remaining API calls of the hour
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Returns the rate limit of the account, which all its API clients share, and the API calls that remain until it restarts.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
"""

EXAMPLES = r"""
- name: Get the remaining API calls
  community.onelogin.rate_limit_info:
  register: limit

- name: Stop early if too few calls remain
  ansible.builtin.assert:
    that: limit.rate_limit.remaining > 1000
    fail_msg: "Only {{ limit.rate_limit.remaining }} calls remain until {{ limit.rate_limit.resets_at }}."
"""

RETURN = r"""
rate_limit:
  description: The limit.
  returned: success
  type: dict
  contains:
    limit:
      description: Calls an hour.
      type: int
      returned: always
      sample: 5000
    remaining:
      description: Remaining calls of this hour.
      type: int
      returned: always
      sample: 4988
    reset:
      description: Seconds until the limit restarts.
      type: int
      returned: always
      sample: 832
    resets_at:
      description: When the limit restarts.
      type: str
      returned: always
      sample: "2026-11-11T04:00:00Z"
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
from ansible_collections.community.onelogin.plugins.module_utils._operations.rate_limit import INFO as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
