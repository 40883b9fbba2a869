#!/usr/bin/python
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enrolment_sheets
short_description: Write a page for each person who has an app to set up
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Writes a page for each pending registration of OneLogin Protect or Authenticator - the QR code, the steps in plain words,
    until when it is good, and the key for those who cannot scan. It prints on one sheet of paper, and is to be handed to that
    person only.
  - Each page is a file with mode 0600 in a folder that only you can look into. It needs no network. Nothing else that this task
    writes, returns or shows holds the secret.
  - It runs on the controller, as the user who runs Ansible, whatever the task's host, connection and C(become).
requirements:
  - python >= 3.9
  - segno >= 1.5.2 (Python library, on the controller)
attributes:
  action:
    description: Whether an action plugin does the work.
    support: full
  async:
    description: Whether C(async) can be used.
    support: none
  check_mode:
    description: Whether it predicts in check mode what it would change, and changes nothing.
    support: full
  diff_mode:
    description: Whether it shows in diff mode what changes, or in check mode would change.
    support: none
    details: The pages are secret.
  idempotent:
    description: Whether a second run with the same arguments changes nothing.
    support: full
options:
  folder:
    description:
      - Where the pages go, on the controller. It is made, with mode 0700, where there is none.
      - One that others can look into, or that belongs to somebody else, is refused.
      - An empty list of O(registrations) makes or checks the folder only. Do so before you ask for secrets that are told once.
    type: path
    required: true
  registrations:
    description:
      - What M(community.onelogin.mfa_registration) returned in C(results), for a batch or a loop with O(ignore:return_secrets=true).
      - To what it returned for one person, add who that is, as C(user), C(email) or C(username); else the page is under the user's
        id.
      - C(name) is how the person is addressed on the page, by default the same.
      - Whoever is enrolled already, has failed, or has a registration of another kind gets no page, and is listed in
        RV(without).
    type: list
    elements: dict
    required: true
  title:
    description: The heading of every page. By default it names the factor.
    type: str
  organisation:
    description: Who asks for it, above the heading.
    type: str
  contact:
    description: Whom to ask, and whom to tell the code of an authenticator app, such as C(the help desk, extension 4711).
    type: str
notes:
  - Set C(no_log) on the task that asks for the secrets. This one needs none.
  - OneLogin tells a secret once. A later run finds the registration pending, and leaves its page as it is.
  - Delete the folder when everybody is enrolled. Who has a page can answer for that person.
seealso:
  - module: community.onelogin.mfa_registration
"""

EXAMPLES = r"""
- name: Enrol in OneLogin Protect
  community.onelogin.mfa_registration:
    batch:
      - {email: jane@example.com, factor: OneLogin Protect, return_secrets: true}
      - {email: john@example.com, factor: OneLogin Protect, return_secrets: true}
  register: enrolled
  no_log: true

- name: Write their pages
  community.onelogin.enrolment_sheets:
    folder: ~/sheets
    registrations: "{{ enrolled.results }}"
    organisation: Example Company
    contact: the help desk, extension 4711
  run_once: true

- name: Enrol one person
  community.onelogin.mfa_registration:
    email: jane@example.com
    factor: Authenticator
    return_secrets: true
  register: authenticator
  no_log: true

- name: Write her page
  community.onelogin.enrolment_sheets:
    folder: ~/sheets
    registrations:
      - "{{ authenticator | combine({'email': 'jane@example.com', 'name': 'Jane Doe'}) }}"
"""

RETURN = r"""
sheets:
  description: The pages, in the order of the registrations. Those that were there already are among them.
  returned: success
  type: list
  elements: dict
  contains:
    user:
      description: Whose it is.
      type: str
      returned: always
      sample: jane@example.com
    factor:
      description: The factor.
      type: str
      returned: always
      sample: OneLogin Protect
    path:
      description: The file.
      type: str
      returned: always
      sample: /home/admin/sheets/jane@example.com-onelogin-protect-5f0c1d2e.html
    expires_at:
      description: Until when the page is good, where OneLogin says so.
      type: str
      returned: always
      sample: "2026-07-21T18:11:54Z"
    changed:
      description: Whether it was written now, or would be in check mode.
      type: bool
      returned: always
without:
  description: Those who get no page.
  returned: success
  type: list
  elements: dict
  contains:
    user:
      description: Whom it is about.
      type: str
      returned: always
      sample: john@example.com
    factor:
      description: The factor.
      type: str
      returned: always
      sample: OneLogin Protect
    reason:
      description: Why there is none.
      type: str
      returned: always
      sample: The factor is enrolled already.
error:
  description: Why it failed, as M(community.onelogin.mfa_registration) returns it.
  returned: when failed
  type: dict
  sample: {code: invalid, message: Others can look into the folder /srv/sheets (mode 0755), and what goes there is secret.}
"""

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = {
    "folder": {"type": "path", "required": True},
    "registrations": {"type": "list", "elements": "dict", "required": True, "no_log": True},
    "title": {"type": "str"},
    "organisation": {"type": "str"},
    "contact": {"type": "str"},
}


def main() -> None:
    """Refuse: to get here, the secrets would have been copied to the host."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    module.fail_json(msg="enrolment_sheets runs on the controller only, as an action of the collection's name.")


if __name__ == "__main__":
    main()
