#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_journal_info
short_description: List what the journal knows
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Returns the entries of the journal, which is the record of what was sent to whom (see O(journal)).
  - Neither OneLogin is asked nor is a credential needed. If neither O(subdomain) nor O(base_url) is set, the entries of all
    accounts are returned.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes.info
options:
  user_id:
    description: Only entries of this user.
    type: int
  email:
    description: Only entries of the user that tasks named by this e-mail address.
    type: str
  username:
    description: Only entries of the user that tasks named by this username.
    type: str
  kind:
    description: Only entries of this kind.
    type: str
    choices: [registration, verification]
  status:
    description:
      - Only entries of these states. V(claimed) is under way, V(pending) was sent and waits for the person, V(unconfirmed) may
        have been sent; V(accepted), V(rejected) and other words of OneLogin's are ends.
    type: list
    elements: str
  older_than:
    description: Only entries whose message was sent more than so many seconds ago.
    type: float
  newer_than:
    description: Only entries whose message was sent less than so many seconds ago.
    type: float
seealso:
  - module: community.onelogin.mfa_registration
  - module: community.onelogin.mfa_verification
"""

EXAMPLES = r"""
- name: See who may or may not have got a message
  community.onelogin.mfa_journal_info:
    journal: onelogin-journal.sqlite
    status: [unconfirmed]
  register: open_questions

- name: See who has not answered for an hour
  community.onelogin.mfa_journal_info:
    journal: postgresql://onelogin@db.example.com/onelogin
    status: [pending]
    older_than: 3600
"""

RETURN = r"""
entries:
  description: The entries, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    account:
      description: Host of the account.
      type: str
      returned: always
      sample: acme.onelogin.com
    kind:
      description: V(registration) or V(verification).
      type: str
      returned: always
      sample: registration
    user_id:
      description: The user's id.
      type: int
      returned: always
      sample: 36216766
    user:
      description: How the task named the user.
      type: str
      returned: always
      sample: jane@example.com
    factor:
      description: OneLogin's own name for the factor.
      type: str
      returned: always
      sample: SMS
    id:
      description: Id of the registration or verification, where it is known.
      type: str
      returned: always
      sample: 36c6cf4c-a315-46ce-81f9-a91a475488cf
    device_id:
      description: The device, where it is known.
      type: str
      returned: always
      sample: "3920371"
    status:
      description: Its state, as far as the journal was told.
      type: str
      returned: always
      sample: pending
    requested_at:
      description: When it was sent.
      type: str
      returned: always
      sample: "2026-11-22T02:00:00Z"
    expires_at:
      description: When its message is no longer good.
      type: str
      returned: always
      sample: "2026-11-22T02:02:00Z"
    updated_at:
      description: When the entry last changed.
      type: str
      returned: always
      sample: "2026-11-22T02:01:12Z"
    age:
      description: Seconds since it was sent.
      type: int
      returned: always
      sample: 72
    run:
      description: The run that sent it.
      type: str
      returned: always
      sample: 183723aaea6e7c15
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
        - One of V(invalid), V(unauthorized), V(forbidden), V(not_found), V(unknown_user), V(unknown_factor), V(ambiguous),
          V(rate_limited), V(unavailable), V(timeout), V(rejected), V(expired), V(otp_rejected), V(unconfirmed), V(bad_response).
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
from ansible_collections.community.onelogin.plugins.module_utils._operations.journal import INFO as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
