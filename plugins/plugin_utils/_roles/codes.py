# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codes of people, matched with the items."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import (
    USER_KEYS,
    is_set,
    parse_text,
)


def give_codes(work: Sequence[WorkItem], given: Any, variable: str, elsewhere: Container[str]) -> list[str]:
    """Give each item the code of its person, and return the names that no one has.

    :param given: codes by the name of a host, an e-mail address or a username; or the text of such a dictionary. A code
        can be a dictionary too, of codes by factor. For one person and factor, it can be the code alone. None for no
        codes.
    :param variable: the role's option, for messages.
    :param elsewhere: other names that are not an error: hosts of the inventory, whose codes can be for another run.
    :raises AnsibleActionFail: it is not such a dictionary.
    """
    codes = check_codes(given, variable, work)
    items: dict[str, list[WorkItem]] = {}
    for item in work:
        names = [item["host"], *(str(item["options"][key]) for key in USER_KEYS if key in item["options"])]
        for name in dict.fromkeys(name.casefold() for name in names):
            items.setdefault(name, []).append(item)
    for name, code in codes.items():
        _give(items.get(str(name).casefold(), []), code, variable)
    return [str(name) for name in codes if str(name).casefold() not in items and str(name) not in elsewhere]


def check_codes(given: Any, variable: str, work: Sequence[WorkItem]) -> Mapping[Any, Any]:
    """Return the codes by the names that they are given with; none if none are given.

    :raises AnsibleActionFail: it is not a dictionary, and the run is for several people.
    """
    return _read(_of_only_person(given, work), variable) if is_set(given) else {}


def _of_only_person(given: Any, work: Sequence[WorkItem]) -> Any:
    """Give a code without a name to the person of a run with one item."""
    if isinstance(given, str) and given.strip().isalnum() and len(work) == 1:
        return {work[0]["host"]: given.strip()}
    return given


def _read(given: Any, variable: str) -> Mapping[Any, Any]:
    if isinstance(given, str):
        try:
            given = parse_text(_with_braces(given.strip()))
        except yaml.YAMLError:
            given = None
    if not isinstance(given, Mapping):
        raise AnsibleActionFail(f"{variable} must be a dictionary of names and codes. Nothing was done.")
    return {name: code for name, code in given.items() if is_set(code)}


def _with_braces(text: str) -> str:
    """Codes as people type them at a prompt: name: code, name: code."""
    return f"{{{text}}}" if ":" in text and "\n" not in text and not text.startswith("{") else text


def _give(items: Sequence[WorkItem], code: Any, variable: str) -> None:
    if isinstance(code, Mapping):
        of_factor = {str(factor).casefold(): its for factor, its in code.items() if is_set(its)}
        for item in items:
            if (its := of_factor.get(str(item["factor"]).casefold())) is not None:
                item["options"].setdefault("otp", its)
    elif len(items) == 1:
        items[0]["options"].setdefault("otp", code)
    else:
        for item in items:
            item["problem"] = item["problem"] or (
                f"The code in {variable} can be for several factors. Write it as {{{item['factor']}: code}}."
            )
