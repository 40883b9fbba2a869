# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From hosts, and the people and factors in their variables, to the items of one batch."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Host, WorkItem

USER_KEYS = ("user_id", "email", "username")
TARGET_KEYS = ("device_id", "factor", "factor_id")
ABOUT = ("name", "phone")
"""What a list says about a person, beside the options of the modules."""

_Options = dict[str, Any]

_NEW_FACTORS = {"mfa_reset": "mfa_reset_new_factors"}
"""The variables with the factors of people, where they are not called ``<role>_factors``."""

_STRICT = ("mfa_offboarding", "mfa_reset")
"""Roles in which an empty list of people never means the hosts."""


class _UnreadableError(Exception):
    """A variable cannot be read; the text says which and why."""


def name_factors_variable(role: str) -> str:
    """Return the variable that has the factors of a person."""
    return _NEW_FACTORS.get(role, f"{role}_factors")


def build_work(hosts: Sequence[Host], role: str, *, targets: bool, only: Sequence[str] | None = None) -> list[WorkItem]:
    """Return the work items of all hosts, in their order.

    People are those of ``<role>_users``, or the one person that the host represents. Lists may be text, as surveys give
    them.

    :param role: the role's name, with which its variables begin.
    :param targets: whether each item has to name a factor or a device.
    :param only: options to keep, so that a list for another role can be used; None for all.
    """
    work: list[WorkItem] = []
    first: dict[tuple[str, ...], str] = {}
    for host in hosts:
        problem, wanted = host["note"]["problem"], list[_Options]()
        if not problem:
            try:
                wanted = list(_read_people(host, role))
            except _UnreadableError as unreadable:
                problem = str(unreadable)
        if problem:
            work.append(_item(host, 0, {}, problem))
        if only is not None:
            kept = (*only, *ABOUT)
            wanted = [{key: value for key, value in options.items() if key in kept} for options in wanted]
        wanted = _drop_repetitions(wanted, same_options=only is None)
        for number, options in enumerate(wanted):
            work.append(_item(host, number, options, _find_problem(options, first.get(_key(options)), role, targets)))
            first.setdefault(_key(options), host["name"])
    return work


def read_list(given: Any, variable: str, from_name: Callable[[str], _Options]) -> list[_Options] | None:
    """Read a list of dictionaries, from a list, names, or the text of either; None if it is not set.

    Surveys and ``-e name=value`` give everything as text: JSON, YAML, or names with commas or line ends between.

    :param from_name: makes the dictionary of a name.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if isinstance(given, str):
        given = _parse(given.strip(), variable)
    if isinstance(given, Mapping):
        given = [given]
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise _UnreadableError(f"{variable} must be a list, or the text of one.")
    return [dict(one) if isinstance(one, Mapping) else from_name(one) for one in given]


def check_max_people(work: Sequence[WorkItem], role: str, others: int, most: int | None) -> None:
    """Fail for a run with more people than allowed.

    A person who is named in two ways counts twice, since no one has been looked up yet.

    :param others: hosts of the play in other batches (``serial``), which belong to the same run.
    :param most: the option ``<role>_max_people``; None for no limit.
    :raises AnsibleActionFail: there are too many.
    """
    if most is None:
        return
    people = len({build_person_key(item["options"]) for item in work if build_person_key(item["options"])}) + others
    if most < 1 or people > most:
        raise AnsibleActionFail(
            f"This run is for {people} people, and {role}_max_people allows {most}. Nothing was done."
            f" If these are the people you mean, set {role}_max_people to at least {max(people, 1)}."
        )


def find_unnamed_ids(work: Sequence[WorkItem]) -> list[int]:
    """Return the ids of people who are listed by id only. Messages have no name for them."""
    ids = {str(item["options"].get("user_id")) for item in work if _is_id_only(item)}
    return sorted(int(user_id) for user_id in ids if user_id.isdigit())


def read_addresses(users: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the addresses of users by their ids, as text; the username of one without an address.

    :param users: their records, as ``user_info`` returns them.
    """
    names = {str(user.get("user_id")): user.get("email") or user.get("username") for user in users}
    return {user_id: str(name) for user_id, name in names.items() if name}


def name_people(work: Sequence[WorkItem], addresses: Mapping[str, str]) -> list[WorkItem]:
    """Return the work items, in which people listed by id only have their addresses."""
    return [
        {**item, "user": addresses.get(str(item["user"]), item["user"])} if _is_id_only(item) else item for item in work
    ]


def build_person_key(options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return a key that is equal for items of one person; empty if no one is identified."""
    return tuple((key, fold(str(options[key]))) for key in USER_KEYS if key in options)


class _TextLoader(yaml.BaseLoader):
    """Reads YAML with all scalars as text, except null."""


_TextLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL)\Z"), ["~", "n", "N"])
_TextLoader.add_constructor("tag:yaml.org,2002:null", lambda _loader, _node: None)


def parse_text(text: str) -> Any:
    """Parse JSON or YAML. Numbers stay text: 0012345 is a username, and not the number 5349.

    :raises yaml.YAMLError: it is neither.
    """
    try:
        # YAML takes most of JSON, but no tabs.
        return json.loads(text, parse_int=str, parse_float=str)
    except ValueError:
        return yaml.load(text, _TextLoader)  # noqa: S506 - it makes text, null, lists and dictionaries only


def is_set(value: Any) -> bool:
    """Return whether an option or a variable has a value."""
    return value is not None and value != ""


def _item(host: Host, number: int, options: _Options, problem: str | None) -> WorkItem:
    return {
        "key": f"{host['name']}/{number}",
        "host": host["name"],
        "groups": host["groups"],
        "user": _first(options, ("email", "username", "user_id")),
        "name": _first(options, ("name",)) or host.get("person"),
        "phone": _first(options, ("phone",)),
        "factor": _first(options, ("factor", "factor_id", "device_id")),
        "user_id": None,
        "user_status": host["user_status"],
        "options": {key: value for key, value in options.items() if key not in ABOUT},
        "problem": problem,
    }


def _read_people(host: Host, role: str) -> Iterator[_Options]:
    """Return the options of an item, once for each person and factor. A person without a factor comes once as well."""
    of_host = read_list(host["note"]["factors"], name_factors_variable(role), _factor_from_name) or [{}]
    for user in _read_users(host, role):
        own = {name: value for name, value in user.items() if name != "factors" and is_set(value)}
        if any(name in own for name in TARGET_KEYS):
            yield own
            continue
        # An empty list in a person's entry means no factor, and never those of the host.
        factors = read_list(user.get("factors"), "factors", _factor_from_name)
        for factor in of_host if factors is None else factors or [{}]:
            yield {**own, **{name: value for name, value in factor.items() if is_set(value)}}


def _read_users(host: Host, role: str) -> list[_Options]:
    """Return the people that a host lists, or the person that it represents."""
    note = host["note"]
    users = read_list(note["users"], f"{role}_users", _user_from_name)
    if users == [] or (users is None and note["names_users"] and role in _STRICT):
        raise _UnreadableError(f"{role}_users is set but empty. Add the people, or remove it.")
    if users is not None:
        return users
    return [{key: note[key] for key in (*USER_KEYS, "phone") if is_set(note[key])}]  # type: ignore[literal-required]


def _key(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a key that is equal for duplicates."""
    return tuple(f"{key}={fold(str(options[key]))}" for key in USER_KEYS + TARGET_KEYS if key in options)


def _drop_repetitions(wanted: Sequence[_Options], *, same_options: bool) -> list[_Options]:
    """Return the options of a host without repetitions, such as a person who is listed twice.

    :param same_options: whether only items count as repetitions that have the same options, such as codes; otherwise a
        list for another role may name a person once for each factor.
    """
    kept: dict[Any, _Options] = {}
    for options in wanted:
        others = {key: value for key, value in options.items() if key not in (*USER_KEYS, *TARGET_KEYS, *ABOUT)}
        kept[_key(options), repr(sorted(others.items())) if same_options else None] = options
    return list(kept.values())


def _parse(text: str, variable: str) -> Any:
    if text[0] in "[{" or text.startswith("- "):
        try:
            return parse_text(text)
        except yaml.YAMLError:
            raise _UnreadableError(f"{variable} begins like a list in JSON or YAML, but cannot be parsed.") from None
    return [name.strip() for name in text.replace("\n", ",").split(",") if name.strip()]


def _factor_from_name(name: Any) -> _Options:
    return {"factor_id" if str(name).isdigit() else "factor": name}


def _user_from_name(name: Any) -> _Options:
    return {"email" if "@" in str(name) else "username": name}


def _find_problem(options: Mapping[str, Any], first: str | None, role: str, targets: bool) -> str | None:
    """Why an item is not sent, if so."""
    if not any(key in options for key in USER_KEYS):
        return "The host does not identify a user. Set onelogin_user_id, onelogin_email or onelogin_username."
    if targets and not any(key in options for key in TARGET_KEYS):
        column = " In a people file, the heading of its column is factor." if role == "mfa_onboarding" else ""
        return f"No factor is set. Set {name_factors_variable(role)}, for the host or for its group.{column}"
    if first is not None:
        return f"Host {first} requests the same. Leave one of them out."
    return None


def _is_id_only(item: WorkItem) -> bool:
    return "user_id" in item["options"] and not any(key in item["options"] for key in ("email", "username"))


def _first(options: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    return next((str(options[key]) for key in keys if key in options), None)
