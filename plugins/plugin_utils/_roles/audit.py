# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is audited, and what they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.community.onelogin.plugins.module_utils._api.users import id_of
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.people import USER_KEYS, Item
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.verdicts import Row, results

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
"""OneLogin's words for the status of a user."""

_FIELDS = ("id", "email", "username", "status")


def query(
    made: Sequence[Item], hosts: Sequence[Mapping[str, Any]], filters: Any, group_by: str
) -> list[dict[str, Any]]:
    """The batch of ``user_info`` that finds everybody; empty where people are named.

    One host that names nobody, and has no list of people, stands for all users that match. Of several hosts, one that
    names nobody is a mistake.

    :param made: the items of all hosts.
    :param hosts: what they were made of.
    :param filters: options of ``user_info``, or text as a survey gives it.
    :param group_by: the field of a user's record that says which group the user is in, if any does.
    :raises AnsibleFilterError: text that cannot be read.
    """
    if len(hosts) != 1 or len(made) != 1 or made[0]["user"] is not None or hosts[0].get("users"):
        return []
    return [{**_filters(filters), "fields": sorted({*_FIELDS, group_by} - {"", None})}]


def people(
    made: Sequence[Item],
    found: Mapping[str, Any],
    group_by: str | None,
    records: Mapping[str, Mapping[str, Any] | None],
) -> list[Item]:
    """One item for each person to look at, with ``user_status``, and ``known``: the row of who cannot be looked at.

    :param made: the items of all hosts; of those with factors of their own each person comes once.
    :param found: the result of the batch of :func:`query`; one that was skipped holds no results.
    :param group_by: as for :func:`query`.
    :param records: of each host the user's record, where the inventory has it.
    """
    if not found.get("skipped"):
        return _found(made[0], found, group_by)
    once: dict[tuple[Any, ...], Item] = {}
    for item in made:
        options = {key: item["options"][key] for key in USER_KEYS if key in item["options"]}
        status = _status(records.get(item["host"]) or {})
        person = {**item, "factor": None, "options": options, "user_status": status, "known": None}
        once.setdefault((item["host"], item["problem"], *options.items()), person)
    return list(once.values())


def audited(made: Sequence[Item], looked: Mapping[str, Any]) -> list[Row]:
    """A row for each device (``enrolled``), and one for each person who has none (``none``).

    :param made: what :func:`people` returned.
    :param looked: the result of ``mfa_device_info`` for those that have neither a problem nor are known.
    """
    asked = [item for item in made if not item["known"]]
    rows = iter(results(asked, looked))
    answers = iter(looked.get("results") or ())
    found: list[Row] = []
    for item in made:
        row = item["known"] or next(rows)
        answer: Mapping[str, Any] = {} if item["known"] or item["problem"] else next(answers, {})
        # Of those who were found, one may have been removed since.
        if not (item.get("found") and row["failed"] and row["status"] == "unknown_user"):
            found += _of_person(item, row, answer.get("devices") or ())
    return found


def _filters(given: Any) -> dict[str, Any]:
    """Options of ``user_info``, from a dict or from its text: JSON, YAML in braces, or ``name=value`` with commas or
    line ends between."""
    if isinstance(given, str):
        given = _parsed(given.strip())
    if not isinstance(given, Mapping):
        raise AnsibleFilterError("mfa_audit_filters is neither a dictionary nor the text of one.")
    return {name: value for name, value in given.items() if value is not None and value != ""}


def _parsed(text: str) -> Any:
    if text.startswith("{"):
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            raise AnsibleFilterError("mfa_audit_filters begins like a dictionary in JSON, and is none.") from None
    pairs = [part.partition("=") for part in text.replace("\n", ",").split(",") if part.strip()]
    if not all(equals for _name, equals, _value in pairs):
        raise AnsibleFilterError("mfa_audit_filters has a part that is not name=value, such as email=*@example.com.")
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def _found(item: Item, found: Mapping[str, Any], group_by: str | None) -> list[Item]:
    (row,) = results([{**item, "problem": None}], found)
    if row["failed"]:
        return [{**item, "known": row, "user_status": None}]
    # One who moves to another page meanwhile comes twice.
    users = {_identified(user): user for user in found["results"][0]["users"]}
    return [
        {
            **item,
            "groups": _groups(user.get(group_by)),
            "user": user.get("email") or user.get("username") or str(user_id),
            "options": {"user_id": user_id},
            "problem": problem,
            "user_status": _status(user),
            "known": None,
            "found": True,
        }
        for (user_id, problem), user in users.items()
    ]


def _identified(user: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """The user's id, or what is wrong with it."""
    try:
        return id_of(user), None
    except OneLoginError as error:
        return None, error.message


def _groups(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [str(one) for one in values if one is not None and one != ""]


def _status(record: Mapping[str, Any]) -> str | None:
    status = record.get("status")
    return STATUSES.get(status, str(status)) if status is not None else None


def _of_person(item: Item, row: Row, devices: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    row = {key: value for key, value in row.items() if key != "registration"}
    row |= {"user_id": _user_id(item["options"].get("user_id")), "user_status": item["user_status"], "device": {}}
    row["groups"] = [group for group in row["groups"] if group not in ("all", "ungrouped")]
    if row["failed"]:
        yield row
        return
    none = True
    for device in devices:
        none = False
        factor = device["type_display_name"] or device["auth_factor_name"]
        yield {
            **row,
            "user_id": device["user_id"],
            "factor": factor,
            "status": "enrolled",
            "msg": f"{item['user']}, {factor}: A device is enrolled.",
            "device": dict(device),
        }
    if none:
        yield {**row, "status": "none", "msg": f"{item['user']}: No device is enrolled."}


def _user_id(value: Any) -> int | None:
    return int(value) if str(value).isdigit() else None
