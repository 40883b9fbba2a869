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
  - Writes a page for each pending registration of OneLogin Protect or Authenticator. It has the QR code, the steps in plain
    words, the time until which the code is valid, a link for people who read the page on the phone itself, and the key for
    people who cannot scan.
  - The page fits on one sheet of paper. Give it to its person only.
  - Each page is a file with mode 0600 in a folder that only you can read. It needs no network. The secret is in no other file,
    result or output of this task.
  - The module runs on the controller, as the user who runs Ansible, whatever the task's host, connection and C(become) are.
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
      - The folder for the pages, on the controller. If it does not exist, it is created with mode 0700.
      - A folder that others can read, or that belongs to another user, is rejected.
      - With an empty list of O(registrations), only the folder, the texts and the template are checked. Do this before you make
        registrations, because OneLogin returns a secret only once.
    type: path
    required: true
  registrations:
    description:
      - The C(results) of M(community.onelogin.mfa_registration), of a batch or a loop with O(ignore:return_secrets=true).
      - To the result for one person, add C(user), C(email) or C(username). Otherwise the page shows the id of the user.
      - C(name) is the name with which the page greets the person. See O(names).
      - A person who is enrolled already, failed, or has a registration of another factor gets no page, and is listed in RV(without).
    type: list
    elements: dict
    required: true
  title:
    description: The heading of all pages. By default, it names the factor.
    type: str
  organisation:
    description: The name of your organization, for the top and the first sentence of the page.
    type: str
  contact:
    description:
      - The people who help, such as C(the help desk, extension 4711). With an authenticator app, the person gives them the code.
      - By default, the person who handed over the page.
    type: str
  names:
    description:
      - Names of people, by the C(key) of their item, their e-mail address, username or id. A person without a name is not
        greeted by name.
    type: dict
  language:
    description:
      - The language of the pages, V(en) for English, V(de) for German, or that of the file in O(texts), such as V(fr) or V(pt-BR).
    type: str
    default: en
  texts:
    description:
      - A YAML file with the texts of the pages, for another language or for other words. It is a dictionary of texts by name.
      - For V(en) and V(de) it may have some of the texts. For another language it must have all of them. Copy
        C(plugins/plugin_utils/_sheets/languages/en.yml) of the collection and translate it.
    type: path
  template:
    description:
      - A Jinja2 template in place of the page of the collection, for your own layout. The values are escaped for HTML.
      - C(mark), C(qr), C(url), C(link) and C(key) are the registration - an element for the head by which a later run finds the
        page, the QR code as SVG, its content, the same if it is a link for the phone, and the key for typing. The template must
        show C(mark) and C(qr).
      - C(name), C(user), C(factor), C(app), C(organisation), C(contact), C(title), C(time), C(expires), C(steps), C(language),
        C(direction), C(named), C(protect), C(style) and C(style_hash) are as in C(plugins/plugin_utils/_sheets/sheet.html.j2),
        and C(text(name)) is a text by its name.
      - The template must contain a content security policy. It must not load anything from the network, because the page is
        secret.
    type: path
  timezone:
    description: The time zone of the times on the page, such as V(Europe/Berlin). By default, that of the controller.
    type: str
notes:
  - Set C(no_log) on the task that returns the secrets. This task needs none.
  - OneLogin returns a secret once. A later run finds the registration pending, and leaves its page as it is.
  - Delete the folder when everyone is enrolled. Anyone who has a page can sign in as its person.
  - The link on the page is the C(otpauth) URL that OneLogin returns, the same as in the QR code. A phone opens it in the app
    that is registered for such links, or that the person has chosen. OneLogin documents no other link for OneLogin Protect,
    so if another app opens, the person types the key.
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
    names:
      jane@example.com: Jane Doe
      john@example.com: John Doe
  run_once: true

- name: Wait until they have scanned it
  community.onelogin.mfa_registration_wait:
    batch: "{{ enrolled.results }}"
    timeout: 900

- name: Write the pages in German
  community.onelogin.enrolment_sheets:
    folder: ~/sheets
    registrations: "{{ enrolled.results }}"
    language: de
    timezone: Europe/Berlin
    contact: Helpdesk, Durchwahl 4711

- name: Write the pages in French, with your own layout
  community.onelogin.enrolment_sheets:
    folder: ~/sheets
    registrations: "{{ enrolled.results }}"
    language: fr
    texts: sheets/fr.yml
    template: sheets/page.html.j2

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
  description: The pages, in the order of the registrations. Pages that existed already are among them.
  returned: success
  type: list
  elements: dict
  contains:
    user:
      description: The e-mail address, username or id of the person.
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
      description: The time until which the page is valid, if OneLogin says so.
      type: str
      returned: always
      sample: "2026-07-21T18:11:54Z"
    changed:
      description: Whether it was written now, or would be in check mode.
      type: bool
      returned: always
without:
  description: The people without a page.
  returned: success
  type: list
  elements: dict
  contains:
    user:
      description: The e-mail address, username or id of the person.
      type: str
      returned: always
      sample: john@example.com
    factor:
      description: The factor.
      type: str
      returned: always
      sample: OneLogin Protect
    reason:
      description: Why the person has no page.
      type: str
      returned: always
      sample: The factor is enrolled already.
    needed:
      description: Whether the person needs a page to go on.
      type: bool
      returned: always
      sample: false
pages:
  description: Ids of all registrations with a page in the folder, for the option O(community.onelogin.mfa_registration#module:pages).
  returned: success
  type: list
  elements: str
  sample: [36c6cf4c-a315-46ce-81f9-a91a475488cf]
error:
  description: Why the module failed, as M(community.onelogin.mfa_registration) returns it.
  returned: when failed
  type: dict
  sample:
    code: invalid
    http_status: null
    message: Other users can read the folder /srv/sheets (mode 0755), but its files are secret.
    request_id: null
    hint: "Set a folder that does not exist yet, or make this one private: chmod 0700 /srv/sheets"
"""

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = {
    "folder": {"type": "path", "required": True},
    "registrations": {"type": "list", "elements": "dict", "required": True, "no_log": True},
    "title": {"type": "str"},
    "organisation": {"type": "str"},
    "contact": {"type": "str"},
    "names": {"type": "dict"},
    "language": {"type": "str", "default": "en"},
    "texts": {"type": "path"},
    "template": {"type": "path"},
    "timezone": {"type": "str"},
}


def main() -> None:
    """Refuse to run as a module, which would copy the secrets to the host."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    module.fail_json(msg="enrolment_sheets runs on the controller only, as an action of the collection's name.")


if __name__ == "__main__":
    main()
