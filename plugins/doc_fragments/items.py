# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from textwrap import indent

USER = """\
user_id:
  description:
    - The user's id in OneLogin.
    - One of O(user_id), O(email) and O(username) identifies the user. If you set several, all have to identify the same user.
  type: int
email:
  description:
    - The user's e-mail address, in any case.
  type: str
username:
  description:
    - The user's username, in any case.
  type: str
"""

A_FACTOR = "Set one of O(factor) and O(factor_id)."
A_DEVICE = "Set one of O(factor), O(factor_id) and O(device_id)."
ANY = "By default, the devices of all factors are listed."


def _factor(chosen: str) -> str:
    """Document the options that identify a factor, with a sentence about the ones that you must set."""
    return f"""\
factor:
  description:
    - The factor's name in the account, or OneLogin's name for its type (C(auth_factor_name)), in any case.
    - The name can match any factor that is available to the user's group. If it matches several, the item fails as V(ambiguous),
      whichever of them the user has. A name in the account takes precedence over the name of a type.
    - {chosen}
  type: str
factor_id:
  description:
    - The factor's id, in place of O(factor).
    - OneLogin does not list the ids of factors that a user has enrolled. If the id is not known from another user of the task
      either, and the user has several devices, set O(factor) to find an enrolled factor.
  type: int
"""


DEVICE = """\
device_id:
  description:
    - The device's id, in place of O(factor).
  type: str
"""

MESSAGE = """\
expires_in:
  description:
    - Seconds for which the code is valid, from V(120) to V(900). If you do not set it, OneLogin uses V(120).
  type: int
custom_message:
  description:
    - The text of the message, for SMS only. Write the variables C({otp_code}) and C({otp_expiry}) (in minutes) in single
      braces, so that Ansible does not replace them. C(!unsafe) text with double braces, OneLogin's own form, works too.
    - With both values inserted, it can have up to 160 characters.
  type: str
redirect_to:
  description:
    - The URL to which the link in an e-mail leads the person's browser after the confirmation.
  type: str
"""

CODE = """\
otp:
  description:
    - The one-time code that the person received, as text. Put it in quotes, because leading zeros count. A number that may have lost
      leading zeros is rejected.
    - The code is never returned.
  type: raw
return_secrets:
  description:
    - Whether to return C(factor_data), which has the secret to set up an app, or the code to read out to the person. If you set
      this, also set C(no_log) on the task.
  type: bool
  default: false
"""

REGISTRATION = """\
display_name:
  description:
    - The name of the device that the user sees. By default, the name of the factor.
  type: str
verified:
  description:
    - Enrol without a check, for SMS, Voice and Email only. The phone number or e-mail address of the user's record is trusted,
      no message is sent, and the registration is accepted at once.
  type: bool
  default: false
registration_id:
  description:
    - The id of an earlier registration. If it is still valid, the module uses it and does not make another one.
  type: str
force:
  description:
    - Try to enrol a factor that OneLogin's API is not known to support, such as a passkey, a YubiKey, Duo or RSA. Otherwise, such
      an item fails before anything is sent.
  type: bool
  default: false
phone:
  description:
    - The phone number that an earlier task wrote with M(community.onelogin.user), or would have written in check mode.
    - With it, check mode does not report V(no_phone). It has no other effect, because OneLogin uses the user's record.
  type: str
require_page:
  description:
    - Make sure that someone can scan the QR code of OneLogin Protect or Authenticator, which OneLogin shows only once.
    - Without O(pages), a new registration of these factors fails before anything is sent.
    - With O(pages), a pending registration that is not in the list is replaced by a new one. The earlier one stays valid until it is
      used. If the user has devices of both in the end, the item fails, because someone else may have scanned the lost page.
  type: bool
  default: false
pages:
  description:
    - Ids of the registrations whose QR code is on a page, as the module P(community.onelogin.enrolment_sheets#module) returns them in
      RV(community.onelogin.enrolment_sheets#module:pages). The new secrets are returned if O(return_secrets) is true.
  type: list
  elements: str
"""

VERIFICATION = """\
verification_id:
  description:
    - The id of an earlier verification. If it is still valid, the module uses it and does not make another one.
  type: str
"""

STATE_ABSENT = """\
state:
  description:
    - The wanted state of the device.
  type: str
  choices: [absent]
  default: absent
"""

TEMPORARY = """\
expires_in:
  description:
    - Seconds for which the token is valid, from V(120) to V(259200). If you do not set it, OneLogin uses V(259200).
  type: int
reusable:
  description:
    - Whether the token can be used more than once.
  type: bool
  default: false
"""

ATTRIBUTES = """\
attributes:
  description:
    - The wanted values of the user's record. Only values that differ are sent, and all other attributes stay as they are.
    - An attribute that is null or empty is ignored, so you cannot empty an attribute.
    - With O(batch), each attribute is a default for the items that do not set it.
  type: dict
  suboptions:
    phone:
      description:
        - The phone number in the form E.164, such as V(+64272001122). Put it in quotes, since YAML reads it as a number.
        - Any other form is rejected before anything is sent. The message suggests the number in the right form.
      type: str
    email:
      description:
        - The e-mail address. One that differs only in case is not changed.
        - To change it, identify the user by O(user_id) or O(username), because a second run does not find the old address.
      type: str
    group:
      description: The name of the user's group, in any case. The groups are read once a task.
      type: str
    group_id:
      description: The id of the user's group, in place of O(attributes.group).
      type: int
    title:
      description: The job title.
      type: str
    department:
      description: The department.
      type: str
    company:
      description: The company.
      type: str
    external_id:
      description: The id in another directory.
      type: str
    custom_attributes:
      description: Values of custom attributes, by their short names. All other custom attributes stay as they are.
      type: dict
overwrite:
  description:
    - Whether to replace a value that differs. With V(false), the module only fills empty attributes.
  type: bool
  default: true
group_from:
  description:
    - Names of groups that the user may leave for the group in O(attributes). A user in any other group stays there, and
      RV(ignore:stays_in) names the group. With an empty list, only users without a group get one.
    - By default, the user may leave any group.
  type: list
  elements: str
"""

GROUP_QUERY = """\
name:
  description: The group's name, in any case; C(*) stands for any text.
  type: str
group_id:
  description: The group's id.
  type: int
"""

POLICY_QUERY = """\
name:
  description: The policy's name, in any case; C(*) stands for any text.
  type: str
policy_id:
  description: The policy's id.
  type: int
"""

QUERY = """\
email:
  description: E-mail address; C(*) stands for any text.
  type: str
username:
  description: Username; C(*) stands for any text.
  type: str
firstname:
  description: First name; C(*) stands for any text.
  type: str
lastname:
  description: Last name; C(*) stands for any text.
  type: str
samaccountname:
  description: Name in Active Directory; C(*) stands for any text.
  type: str
external_id:
  description: Id in another directory; C(*) stands for any text.
  type: str
directory_id:
  description: Id of the OneLogin directory the user comes from.
  type: int
app_id:
  description: Id of an app the user has.
  type: int
group_id:
  description: Id of the user's OneLogin group.
  type: int
created_since:
  description: Created at this time or later (ISO 8601).
  type: str
created_until:
  description: Created at this time or earlier (ISO 8601).
  type: str
updated_since:
  description: Changed at this time or later (ISO 8601).
  type: str
updated_until:
  description: Changed at this time or earlier (ISO 8601).
  type: str
last_login_since:
  description: Last logged in at this time or later (ISO 8601).
  type: str
last_login_until:
  description: Last logged in at this time or earlier (ISO 8601).
  type: str
user_ids:
  description: Ids of the users. An empty list matches no one.
  type: list
  elements: int
custom_attributes:
  description: Values of custom attributes, by their short names.
  type: dict
fields:
  description: Fields to return. By default OneLogin returns all but C(custom_attributes), C(role_ids) and C(manager_user_id).
  type: list
  elements: str
"""


EVENT_QUERY = """\
since:
  description:
    - Only events after this time (ISO 8601; UTC unless it has a time zone).
  type: str
until:
  description:
    - Only events before this time (ISO 8601; UTC unless it has a time zone).
  type: str
event_types:
  description:
    - Only events of these types, by name or by id, such as V(USER_REMOVED_OTP_DEVICE) or V(24). A name can be in any case.
    - OneLogin lists the names. With an unknown name, the module fails as V(invalid).
  type: list
  elements: str
limit:
  description:
    - The maximum number of events to return. Each 1,000 events take one API call, or more if OneLogin's pages are smaller.
  type: int
  default: 1000
"""

OF_ANYONE = """\
user_id:
  description:
    - Only events about the user with this id.
    - Without O(user_id), O(email) and O(username), all events are returned, also those that are not about a user. If you set several,
      all have to identify the same user.
  type: int
email:
  description:
    - Only events about the user with this e-mail address, in any case.
  type: str
username:
  description:
    - Only events about the user with this username, in any case.
  type: str
"""


def _awaited(word: str) -> str:
    return f"""\
{word}_id:
  description:
    - The {word}'s id, which is required. In check mode it can be empty, because an earlier task made no {word}.
  type: str
"""


EXPIRY = """\
expires_at:
  description:
    - When it expires, as the module that made it returned. With this, the result distinguishes V(expired) from V(rejected).
  type: str
"""


KEY = """\
key:
  description:
    - Any text. The item's result has it in RV(ignore:item.key), so that you can match results with items.
  type: str
"""


def _one_or_many(*options: str) -> str:
    """Document an item's options at the top level, and the same options for each item of batch."""
    item = "".join(options)
    return f"""
options:
{indent(item, "  ")}
  batch:
    description:
      - Many items at once, as a list or as JSON text of a list. An item that fails does not stop the others; the task fails at the end.
      - An item is a dictionary with the options that a single item has at the top level. The options at the top level are then the
        defaults of the items, except for the options that identify a user.
      - An item can also be text, which is an e-mail address if it contains an C(@), and a username otherwise.
      - An item can also be a registered result of another module of this collection. Use C(batch={{ made.results }}) for the
        results of a batch or a loop, and C(batch=["{{ one }}"]) for a single result. A failed result keeps its error. A result that
        needs no further work is returned unchanged. Neither costs an API call.
      - A batch takes a fraction of the time of a C(loop), and returns the same results in RV(ignore:results).
    type: raw
    suboptions:
{indent(item + KEY, "      ")}
  concurrency:
    description:
      - How many items of O(batch) are worked on at the same time, from V(1) to V(64).
    type: int
    default: 8
  on_error:
    description:
      - What to do with the rest of O(batch) after an item has failed.
    type: str
    default: continue
    choices: [continue, stop]
  on_duplicate:
    description:
      - What to do with items of O(batch) that are duplicates, such as one with the e-mail address of a user and one with the id of the
        same user. With V(refuse), the whole batch is rejected and nothing is done. With V(fail), only the later item fails.
    type: str
    default: refuse
    choices: [refuse, fail]
"""


# The options of one item, which a module has at the top level and in each item of a batch. This is not a class statement,
# because the sanity tests read class statements without running them.
ModuleDocFragment = type(
    "ModuleDocFragment",
    (),
    {
        "USER": _one_or_many(USER),
        "FACTOR_OF_USER": _one_or_many(USER, _factor(ANY)),
        "DEVICE": _one_or_many(USER, _factor(A_DEVICE), DEVICE, STATE_ABSENT),
        "REGISTRATION": _one_or_many(USER, _factor(A_FACTOR), REGISTRATION, MESSAGE, CODE),
        "REGISTRATION_INFO": _one_or_many(USER, _awaited("registration")),
        "REGISTRATION_WAIT": _one_or_many(USER, _awaited("registration"), EXPIRY),
        "VERIFICATION": _one_or_many(USER, _factor(A_DEVICE), DEVICE, VERIFICATION, MESSAGE, CODE),
        "VERIFICATION_INFO": _one_or_many(USER, _awaited("verification")),
        "VERIFICATION_WAIT": _one_or_many(USER, _awaited("verification"), EXPIRY),
        "TOKEN": _one_or_many(USER, TEMPORARY),
        "USER_ATTRIBUTES": _one_or_many(USER, ATTRIBUTES),
        "EVENT_QUERY": _one_or_many(OF_ANYONE, EVENT_QUERY),
        "QUERY": _one_or_many(QUERY),
        "GROUP_QUERY": _one_or_many(GROUP_QUERY),
        "POLICY_QUERY": _one_or_many(POLICY_QUERY),
    },
)
