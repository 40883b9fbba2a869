#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mfa_journal
short_description: Remove entries of the journal
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Removes entries of the journal, which is the record of the requests that tasks have sent (see O(journal)).
  - An open entry blocks another message to its user. If you remove it, the next run can send one. Ask the person first, or wait
    until the message has expired.
  - The module refuses to remove an open entry of a run that is alive, and then removes nothing.
  - The journal also records the factor of each device. The module does not remove this.
  - The module does not call the OneLogin API and needs no credential.
  - If you set O(subdomain) or O(base_url), it removes only entries of the accounts that runs have used on this host.
extends_documentation_fragment:
  - community.onelogin.connection
  - community.onelogin.attributes
  - community.onelogin.journal
options:
  state:
    description: V(absent) removes the selected entries. At least one of the options that select entries is required.
    type: str
    choices: [absent]
    default: absent
seealso:
  - module: community.onelogin.mfa_journal_info
"""

EXAMPLES = r"""
- name: Remove an entry that a machine with a wrong clock has written
  community.onelogin.mfa_journal:
    journal: onelogin-journal.sqlite
    user_id: 36216766
    kind: registration
    state: absent

- name: Remove all entries that are older than a year
  community.onelogin.mfa_journal:
    journal: postgresql://onelogin@db.example.com/onelogin
    older_than: 31536000
    state: absent
"""

RETURN = r"""
entries:
  description: The entries, oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    account:
      description: A host of the account.
      type: str
      returned: always
      sample: acme.onelogin.com
    kind:
      description: V(registration), V(reminder), V(reset) or V(verification).
      type: str
      returned: always
      sample: registration
    user_id:
      description: Id of the user.
      type: int
      returned: always
      sample: 36216766
    user:
      description: The name by which the task identified the user.
      type: str
      returned: always
      sample: jane@example.com
    factor:
      description: OneLogin's own name for the factor.
      type: str
      returned: always
      sample: SMS
    id:
      description: Id of the registration or verification, if it is known.
      type: str
      returned: always
      sample: 36c6cf4c-a315-46ce-81f9-a91a475488cf
    device_id:
      description: Id of the device, if it is known.
      type: str
      returned: always
      sample: "3920371"
    status:
      description: The last status that a run has recorded.
      type: str
      returned: always
      sample: pending
    requested_at:
      description: When the request was sent.
      type: str
      returned: always
      sample: "2026-11-22T02:00:00Z"
    expires_at:
      description: When the message expires.
      type: str
      returned: always
      sample: "2026-11-22T02:02:00Z"
    updated_at:
      description: When the entry last changed.
      type: str
      returned: always
      sample: "2026-11-22T02:01:12Z"
    age:
      description: Seconds since the request was sent.
      type: int
      returned: always
      sample: 72
    run:
      description: Name of the run that sent the request.
      type: str
      returned: always
      sample: 183723aaea6e7c15
    machine:
      description: Name of the machine on which that run worked.
      type: str
      returned: always
      sample: ci-runner-3
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
from ansible_collections.community.onelogin.plugins.module_utils._operations.journal import ABSENT as OPERATION


def main() -> None:
    """Run the operation."""
    run_module(OPERATION)


if __name__ == "__main__":
    main()
