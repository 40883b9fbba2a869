# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users of the account as people of a role: the query that finds them, and their work items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import parse_text

ALL = "all"
"""As mfa_audit_users, it means all users of the account."""

STATUSES = {
    0: "unactivated",
    1: "active",
    2: "suspended",
    3: "locked",
    4: "password expired",
    5: "awaiting password reset",
    7: "password pending",
    8: "security questions required",
}
"""OneLogin's words for the status of a user (https://developers.onelogin.com/api-docs/2/users/user-resource)."""

_FIELDS = ("id", "email", "username", "firstname", "lastname", "status")


def build_query(filters: Any, group_by: str | None) -> dict[str, Any]:
    """Return the options of ``user_info`` that find all users of the account that match.

    :param filters: options of ``user_info``, or text as a survey gives it.
    :param group_by: the field of a user's record that names the user's group.
    :raises AnsibleActionFail: ``filters`` cannot be read.
    """
    return {**_read_filters(filters), "fields": sorted({*_FIELDS, group_by or "id"})}


def build_user_work(users: Iterable[Mapping[str, Any]], host: str, group_by: str | None) -> list[WorkItem]:
    """Return the work items of users that ``user_info`` has found.

    :param host: the host whose result they count for.
    """
    # A user who moves to another page while the list is read comes twice.
    once = {(user.get("user_id"), None if user.get("user_id") else index): user for index, user in enumerate(users)}
    return [
        {
            "key": str(user_id),
            "host": host,
            "groups": _groups(user.get(group_by or "")),
            "user": user.get("email") or user.get("username") or str(user_id),
            "name": join_names(user),
            "phone": None,
            "factor": None,
            "user_id": user_id,
            "user_status": name_status(user),
            "options": {"user_id": user_id},
            "problem": None if user_id else "OneLogin returned this user without an id.",
        }
        for (user_id, _index), user in once.items()
    ]


def select_people(
    plan: Mapping[str, Any], found: Result, looked: Result, group_by: str | None
) -> tuple[list[WorkItem], Result]:
    """Return the work items of a plan, and the result of the task that worked on them.

    Where the people are all users of the account, the items are those users. Where these could not be listed, there is
    one item with that failure.

    :param found: the result of the search for users; skipped if the people are listed.
    :param looked: the result of the task that worked on the items.
    """
    if not plan["query"]:
        return plan["work"], looked
    host = plan["hosts"][0]["name"]
    (search,) = found.get("results") or [found]
    if search.get("failed") or "users" not in search:
        looked = {"results": [{**search, "item": {"key": host}}]} if found.get("results") else found
        return [_account_item(host)], looked
    return build_user_work(search["users"], host, group_by), looked


def name_status(record: Mapping[str, Any]) -> str | None:
    """Return the status of a user in OneLogin's words."""
    status = record.get("status")
    return STATUSES.get(status, str(status)) if status is not None else None


def join_names(record: Mapping[str, Any]) -> str | None:
    """Return the first and the last name in the record of a user."""
    parts = (record.get("firstname"), record.get("lastname"))
    return " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip()) or None


def _read_filters(given: Any) -> dict[str, Any]:
    """Options of ``user_info``, from a dictionary or its text: JSON, YAML in braces, or ``name=value`` with commas or
    line ends between."""
    if given is None:
        return {}
    if isinstance(given, str):
        given = _parse(given.strip())
    if not isinstance(given, Mapping):
        raise AnsibleActionFail("mfa_audit_filters must be a dictionary or the text of one. Nothing was done.")
    return {name: value for name, value in given.items() if value is not None and value != ""}


def _parse(text: str) -> Any:
    if text.startswith("{"):
        try:
            return parse_text(text)
        except yaml.YAMLError:
            raise AnsibleActionFail(
                "mfa_audit_filters begins like a dictionary in JSON, but cannot be parsed. Nothing was done."
            ) from None
    pairs = [part.partition("=") for part in text.replace("\n", ",").split(",") if part.strip()]
    if not all(equals for _name, equals, _value in pairs):
        raise AnsibleActionFail(
            "mfa_audit_filters has a part that is not name=value, such as email=*@example.com. Nothing was done."
        )
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def _groups(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [str(one) for one in values if one is not None and one != ""]


def _account_item(host: str) -> WorkItem:
    """Return the work item of an account whose users could not be listed."""
    return {
        "key": host,
        "host": host,
        "groups": [],
        "user": None,
        "name": None,
        "phone": None,
        "factor": None,
        "user_id": None,
        "user_status": None,
        "options": {},
        "problem": None,
    }
