# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a role: the variables of each about its person, and the hosts that take part."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.settings import find_misspelt
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.tags import select_steps
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Host, HostNote
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.users import join_names, name_status
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import is_set, name_factors_variable

NOTE = "__mfa_people_host"
"""The variable in which the roles register the note of a host."""

ROW_ERROR = "onelogin_row_error"
"""The variable with which the inventory plugin people says why a host cannot be used."""

_VARIABLES = {"user_id": "onelogin_user_id", "email": "onelogin_email", "username": "onelogin_username"}


def take_note(role: str, variables: Mapping[str, Any], templar: Any) -> HostNote:
    """Return the note of one host.

    It takes the variables as they are: a template in a task costs each of a thousand hosts some milliseconds.
    """
    steps = select_steps(variables["ansible_run_tags"], variables["ansible_skip_tags"], None)
    note: dict[str, Any] = {"id": os.urandom(8).hex(), "works": steps.work, "problem": None}
    note["names_users"] = f"{role}_users" in variables
    names = {**_VARIABLES, "users": f"{role}_users", "factors": name_factors_variable(role), "phone": "onelogin_phone"}
    # A question that is left empty may arrive as an empty list.
    if variables.get(f"{role}_survey_factors") not in (None, "", []):
        names["factors"] = f"{role}_survey_factors"
    if is_set(variables.get(ROW_ERROR)):
        note["problem"] = str(variables[ROW_ERROR])
    for key, name in names.items():
        value = variables.get(name)
        try:
            note[key] = value if value is None or isinstance(value, int) else templar.template(value)
        except AnsibleError as error:
            # Not raised: the task is hidden since its result may hold codes, and the host's result is not.
            note[key], note["problem"] = None, f"The variable {name} cannot be evaluated: {error.message}"
    return note  # type: ignore[return-value]


def read_hosts(role: str, variables: Mapping[str, Any]) -> list[Host]:
    """Return the hosts that take part: those of the batch with a note of this call.

    :param variables: those of the task, with the variables of the play and of the role.
    :raises AnsibleActionFail: a variable is a misspelt option of the role.
    """
    groups = _groups_of_hosts(variables["groups"])
    earlier = (variables.get("__mfa_people_done") or {}).get("hosts") or {}
    used = {result["note"] for result in earlier.values()}
    hosts: list[Host] = []
    for name in variables["ansible_play_batch"]:
        its = variables["hostvars"].raw_get(name)
        note = its.get(NOTE)
        if not note or "id" not in note or note["id"] in used:
            continue
        refuse_misspelt(f"Host {name}", role, its)
        record = its.get("onelogin_user")
        status = name_status(record) if isinstance(record, Mapping) else None
        hosts.append(
            {
                "name": name,
                "person": _find_name(its),
                "groups": groups.get(name, []),
                "note": note,
                "user_status": status,
            }
        )
    refuse_misspelt("The play", role, variables)
    return hosts


def _find_name(variables: Mapping[str, Any]) -> str | None:
    """Return the name of a host's person, from variables that are not templates."""
    own = {key: variables.get(f"onelogin_{key}") for key in ("firstname", "lastname")}
    record = variables.get("onelogin_user")
    name = join_names(own) or (join_names(record) if isinstance(record, Mapping) else None)
    return None if name and ("{{" in name or "{%" in name) else name


def refuse_misspelt(owner: str, role: str, variables: Iterable[str]) -> None:
    """Refuse variables that are nearly an option of the role.

    :param owner: whose variables they are, for the message.
    :raises AnsibleActionFail: there is one.
    """
    if misspelt := find_misspelt(role, variables):
        named = ", ".join(f"{wrong} (did you mean {right}?)" for wrong, right in sorted(misspelt.items()))
        raise AnsibleActionFail(f"{owner} has variables that {role} does not know: {named}. Nothing was done.")


def _groups_of_hosts(groups: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in sorted(groups):
        if group != "all":
            for host in groups[group]:
                found.setdefault(host, []).append(group)
    return found
