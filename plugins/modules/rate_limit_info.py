#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rate_limit_info
short_description: Ask how many calls of the hour are left
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Returns where the account stands with its hourly limit of calls, which all its API clients share.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
"""

EXAMPLES = r"""
- name: See what is left
  community.onelogin.rate_limit_info:
  register: limit

- name: Stop early if it is too little
  ansible.builtin.assert:
    that: limit.rate_limit.remaining > 1000
    fail_msg: "Only {{ limit.rate_limit.remaining }} calls are left until {{ limit.rate_limit.resets_at }}."
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
      description: Calls left of them.
      type: int
      returned: always
      sample: 4988
    reset:
      description: Seconds until the limit restarts.
      type: int
      returned: always
      sample: 832
    resets_at:
      description: When that is.
      type: str
      returned: always
      sample: "2026-11-11T04:00:00Z"
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
"""

from ansible_collections.community.onelogin.plugins.module_utils._ansible.module import run_module
from ansible_collections.community.onelogin.plugins.module_utils._operations.rate_limit import INFO as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
