# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: people
short_description: People of a CSV, TSV or XLSX file as hosts
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Makes a host of each person in a file that an HR system, a directory or a spreadsheet exports. So groups, C(--limit)
    and the roles of this collection work on people.
  - Recognises the encoding, the delimiter, a title above the heading row, and the usual headings of Okta, Entra,
    Google Workspace, Workday, BambooHR and OneLogin in any case. Blank rows and totals are skipped.
  - The columns become the variables C(onelogin_email), C(onelogin_username), C(onelogin_user_id), C(onelogin_phone),
    C(onelogin_firstname), C(onelogin_lastname) and C(onelogin_department), and the factors become
    C(mfa_onboarding_factors), a list for the role P(community.onelogin.mfa_onboarding#role). An empty cell makes no
    variable.
  - Other columns become variables whose names are the headings in lower case after C(onelogin_), such as
    C(onelogin_cost_center). If two columns have the same name, the second one ends in C(_2).
  - The rows of one person are merged, so that each row can name another factor.
  - A row that cannot be used is a host with the variable C(onelogin_row_error), which says the file, the line, the
    column, the problem, and what to do. The roles fail this host before they send anything to the person, in check
    mode too. Other hosts are not affected. Such a host has no variable that identifies the user.
  - The hosts have a local connection, because people are not machines. You can change it with O(compose).
  - The name of the plugin's own file must end in C(.people.yml) or C(.people.yaml).
extends_documentation_fragment:
  - ansible.builtin.constructed
requirements:
  - openpyxl >= 3.1.0 (Python library, for XLSX files only)
  - charset-normalizer (Python library, which requests brings, for files that are not in UTF-8)
  - phonenumberslite >= 8.13.0 (Python library, for O(region) only)
notes:
  - Codes of people, in a column C(otp) or in the file O(codes), are never variables, so C(ansible-inventory --list)
    does not show them. They stay in the memory of C(ansible-playbook), where the roles
    P(community.onelogin.mfa_onboarding#role) and P(community.onelogin.mfa_challenge#role) find them. The inventory
    of AWX does not contain them, so use the survey in AWX.
  - Everything else in the file is a variable that anyone who sees the inventory can read.
  - The content of the file is never a template.
  - Do not keep O(file) in a folder that is itself an inventory source, because Ansible would read it as another
    inventory. Otherwise, add its extension to C(ANSIBLE_INVENTORY_IGNORE).
  - Columns such as C(id) or an employee number are never used as C(user_id), which is the id of a user in OneLogin.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [community.onelogin.people]
  file:
    description:
      - The file with the people, or several. A relative path begins at the folder of the plugin's own file.
    type: list
    elements: str
    required: true
  columns:
    description:
      - The headings in the file, by the names of the columns, for headings that are not recognised correctly.
        V(null) ignores a column that would be recognised.
      - The names are V(email), V(username), V(user_id), V(firstname), V(lastname), V(phone), V(department),
        V(factor), V(verified), V(display_name), V(expires_in), V(custom_message), V(redirect_to) and V(otp).
    type: dict
    default: {}
  defaults:
    description:
      - Values for empty cells and missing columns, by the names of the columns, except for those that identify the user
        and the code.
    type: dict
    default: {}
  hostname:
    description:
      - Columns or variables. The first one that is set is the name of the host.
      - If two people have the same name, C(_) and the e-mail address, username or id are added to both.
    type: list
    elements: str
    default: [email, username, user_id]
  codes:
    description:
      - A file with the codes that people received, with a column that identifies the user, a column C(code), and a
        column C(factor) for people with several factors. It is read like O(file), and overrides a column C(otp) there.
      - A code for a person who is not in O(file) is reported and not used.
      - Keep the file where only you can read it, and delete it after the run.
    type: str
  region:
    description:
      - The country of phone numbers without a country code, in two letters, such as V(US).
      - Without it, these numbers stay as they are, with a warning. A role that needs the number rejects it.
    type: str
  delimiter:
    description: The character between cells, or V(tab). By default it is recognised.
    type: str
  encoding:
    description: The encoding of CSV and TSV files, such as V(cp1252). By default it is recognised.
    type: str
  sheet:
    description:
      - The name of the sheet in an XLSX file, or its number from V(1). By default the only visible sheet with people.
    type: str
seealso:
  - plugin: community.onelogin.users
    plugin_type: inventory
"""

EXAMPLES = r"""
# hr.people.yml. With the usual headings, the file is enough.
plugin: community.onelogin.people
file: people.xlsx

# Headings of your own, and what the file does not say,
columns:
  email: Business address
  factor: How
defaults:
  factor: OneLogin SMS
  verified: true
region: US

# in groups by department,
keyed_groups:
  - key: onelogin_department
    prefix: department

# with the codes that people have received. Onboard them with
# ansible-playbook -i hr.people.yml community.onelogin.onboard
codes: codes.csv
"""

from pathlib import Path
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._inventory.base import PersonInventory
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.codes import keep_codes
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.reader import (
    PeopleHosts,
    PeopleOptions,
    read_people,
)

_ENDS = (".people.yml", ".people.yaml")
_OPTIONS = ("columns", "defaults", "hostname", "region", "delimiter", "encoding", "sheet")


class InventoryModule(PersonInventory):
    """People of a file as hosts."""

    NAME = "community.onelogin.people"

    def verify_file(self, path: str) -> bool:
        """Return whether the file is for this plugin, by its name."""
        if not super().verify_file(path):
            return False
        named = path.endswith(_ENDS)
        if not named and self.NAME in Path(path).read_text(encoding="utf-8", errors="replace"):
            message = f"{path}: the name of a file of {self.NAME} must end in .people.yml. Rename the file."
            self.display.error(message, wrap_text=False)  # a wrapped path cannot be copied
        return named

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the people to the inventory."""
        super().parse(inventory, loader, path, cache)
        self.read_options(path)
        people = self._read(path)
        for warning in people.warnings:
            self.display.warning(warning)
        taken = set(people.variables)
        renamed: dict[str, str] = {}

        def rename(name: str, _variables: Any) -> str:
            if name not in renamed:
                other = f"user_{name}"
                while other in taken:
                    other = f"user_{other}"
                taken.add(other)
                renamed[name] = other
            return renamed[name]

        hosts = self.add_hosts(people.variables, rename)
        keep_codes(path, {hosts[name]: code for name, code in people.codes.items()})

    def _read(self, path: str) -> PeopleHosts:
        folder = Path(path).parent
        codes = self.get_option("codes")
        try:
            return read_people(
                [folder / Path(file).expanduser() for file in self.get_option("file")],
                folder / Path(codes).expanduser() if codes else None,
                PeopleOptions(**{name: given for name in _OPTIONS if (given := self.get_option(name)) is not None}),
            )
        except PeopleFileError as error:
            raise self.refuse(f"{path}: {error}") from None
