# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from textwrap import indent

USER = """\
user_id:
  description:
    - The user's id in OneLogin.
    - One of O(user_id), O(email) and O(username) names the user. If you give several, all have to name the same user.
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

A_FACTOR = "Give one of O(factor) and O(factor_id)."
A_DEVICE = "Give one of O(factor), O(factor_id) and O(device_id)."
ANY = "By default the devices of all factors are listed."


def _factor(chosen: str) -> str:
    """The options that name a factor, with a sentence that says which of them must be given."""
    return f"""\
factor:
  description:
    - The factor's name in the account, or OneLogin's name for its type (C(auth_factor_name)), in any case.
    - The name is looked up in all factors that the user's group can have. If several have it, the item fails as V(ambiguous),
      whichever of them the user has. A name in the account comes before the name of a type.
    - {chosen}
  type: str
factor_id:
  description:
    - The factor's id, in place of O(factor).
    - OneLogin lists no ids of factors that a user has enrolled. Where nobody else of the task tells it either, and the user
      has several, a factor that is enrolled is found by its name only.
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
    - Seconds for which the code is good, from V(120) to V(900). OneLogin takes V(120) if this is not given.
  type: int
custom_message:
  description:
    - The text of the message, for SMS only. The variables C({otp_code}) and C({otp_expiry}) (in minutes) stand in single
      braces, so that Ansible leaves them alone; C(!unsafe) text in OneLogin's own form, with double braces, is taken too.
    - With both filled in, it may have 160 characters.
  type: str
redirect_to:
  description:
    - Where the person's browser is sent from the link of an e-mail.
  type: str
"""

CODE = """\
otp:
  description:
    - The one-time code the person was sent, as text. Put it in quotes, since leading zeros count; a number that may have lost some
      is refused.
    - It is never returned.
  type: raw
return_secrets:
  description:
    - Whether to return what is needed to set up an app or to read out to the person (C(factor_data)). Set C(no_log) on the
      task then.
  type: bool
  default: false
"""

REGISTRATION = """\
display_name:
  description:
    - The name the device gets for the user. By default that of the factor.
  type: str
verified:
  description:
    - Enrol without a check, for SMS, Voice and Email only. The phone number or e-mail address of the user's record is trusted,
      nobody is messaged, and the registration is accepted at once.
  type: bool
  default: false
registration_id:
  description:
    - A registration made earlier. If it is still good it is used, and no other is made.
  type: str
force:
  description:
    - Try to enrol a factor that OneLogin's API is not known to enrol, such as a passkey, a YubiKey, Duo or RSA. Otherwise such an
      item fails before anything is sent.
  type: bool
  default: false
phone:
  description:
    - The phone number that an earlier task has written, or in check mode would have written, with M(community.onelogin.user).
    - Check mode does not report V(no_phone) then. Otherwise the module ignores this option, because OneLogin uses the user's record.
  type: str
require_page:
  description:
    - Make sure that someone can scan the QR code of OneLogin Protect or Authenticator, which OneLogin shows only once.
    - Without O(pages), a new registration of these factors fails before anything is sent.
    - With O(pages), a pending registration that is not in the list is replaced by a new one. The earlier one stays valid until it is
      used. If the user ends with devices of both, the item fails, because someone else may have scanned the lost page.
  type: bool
  default: false
pages:
  description:
    - Ids of the registrations whose QR code is kept, as the module P(community.onelogin.enrolment_sheets#module) returns them in
      RV(community.onelogin.enrolment_sheets#module:pages). The new secrets are returned if O(return_secrets) is true.
  type: list
  elements: str
"""

VERIFICATION = """\
verification_id:
  description:
    - A verification made earlier. If it is still good it is used, and no other is made.
  type: str
"""

STATE_ABSENT = """\
state:
  description:
    - The state the device is to be in.
  type: str
  choices: [absent]
  default: absent
"""

TEMPORARY = """\
expires_in:
  description:
    - Seconds for which the token is good, from V(120) to V(259200). OneLogin takes V(259200) if this is not given.
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
    - The values that the user's record is to have. Only those that differ are sent, and all others stay as they are.
    - An attribute that is null or empty counts as not given, so none can be emptied.
    - Beside O(batch), these are the defaults of the items, one attribute at a time.
  type: dict
  suboptions:
    phone:
      description:
        - The phone number in the form E.164, such as V(+64272001122). Put it in quotes, since YAML reads it as a number.
        - Any other form is refused before anything is sent. The message has the number that was probably meant.
      type: str
    email:
      description:
        - The e-mail address. One that differs only in case is not changed.
        - Name the user by O(user_id) or O(username) then, because a second run does not find the old address.
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
      description: Values of custom attributes, by their short names. Those that are not named stay as they are.
      type: dict
overwrite:
  description:
    - Whether a value that differs is replaced. With V(false), only attributes that are empty are filled.
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
  description: Ids of the users. An empty list matches nobody.
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
    - Only events after this time (ISO 8601; UTC if it says nothing else).
  type: str
until:
  description:
    - Only events before this time (ISO 8601; UTC if it says nothing else).
  type: str
event_types:
  description:
    - Only events of these types, by name or by id, such as V(USER_REMOVED_OTP_DEVICE) or V(24). A name can be in any case.
    - OneLogin lists the names, so an unknown one fails as V(invalid).
  type: list
  elements: str
limit:
  description:
    - The most events to return. Each 1,000 events are one API call, and more where OneLogin's pages are smaller.
  type: int
  default: 1000
"""

OF_ANYONE = """\
user_id:
  description:
    - Only events about the user with this id.
    - Without O(user_id), O(email) and O(username), events about all users and about none are returned. If you give several, all have
      to name the same user.
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
    - The {word}'s id. It has to be given; in check mode it may be empty, for then an earlier task has made none.
  type: str
"""


EXPIRY = """\
expires_at:
  description:
    - When it expires, as returned when it was made. With this, one whose time is out is told from one that was refused.
  type: str
"""


KEY = """\
key:
  description:
    - Any text. The item's result returns it in RV(ignore:item.key), so that you find the result without counting.
  type: str
"""


def _one_or_many(*options: str) -> str:
    """Document an item's options at the top level, and word for word the same options in each item of batch."""
    item = "".join(options)
    return f"""
options:
{indent(item, "  ")}
  batch:
    description:
      - Many items at once, as a list or as JSON text of a list. One item that fails does not stop the others; the task fails at
        the end.
      - An item is a dictionary with the options that a single item has at the top level. Options beside O(batch) are the defaults
        of its items; what names one user cannot be a default.
      - An item can also be text, an e-mail address if it holds an C(@), and otherwise a username.
      - An item can also be a result that another module of this collection returned, as you registered it. C(batch={{ made.results }})
        takes the results of a batch or a loop, and C(batch=["{{ one }}"]) a single one. A result that had failed keeps its error, and
        one with which nothing is left to do is returned unchanged; neither costs an API call.
      - This takes a fraction of the time a C(loop) takes, and returns in RV(ignore:results) what the loop would.
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
      - What to do with the rest of O(batch) when an item has failed.
    type: str
    default: continue
    choices: [continue, stop]
  on_duplicate:
    description:
      - What to do with items of O(batch) that mean the same work, such as one that names a user by e-mail address and one that names
        the same user by id. With V(refuse) the whole batch is refused and nothing is done; with V(fail) the later item fails.
    type: str
    default: refuse
    choices: [refuse, fail]
"""


# Options of one item, which every module takes once at the top level or many times in a batch. Not a class statement, since
# the sanity tests read those without running them.
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
