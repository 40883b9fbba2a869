# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From people to hosts: their names and variables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from itertools import chain, count
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._inventory.host_names import (
    RESERVED,
    clean_host_name,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.people import Person
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.rows import Place

Variables = dict[str, Any]

ROW_ERROR = "onelogin_row_error"
"""The variable of a host whose row cannot be used. The roles fail the host with its text before they send anything."""
OWN_VARIABLES = (
    *("onelogin_email", "onelogin_username", "onelogin_user_id", "onelogin_phone", "onelogin_firstname"),
    *("onelogin_lastname", "onelogin_department", "onelogin_user", ROW_ERROR),
)
"""Variables that mean something to the roles, so that no unknown column may have their names."""

_HARMLESS = ("onelogin_firstname", "onelogin_lastname", "onelogin_department")
_SHOWN = 10


def build_variables(person: Person) -> Variables:
    """Return the variables of the person's host.

    If nothing can be done for the person, none of them identifies the user, so that no task uses the host as a person.
    """
    known = {f"onelogin_{name}": value for name, value in person.values.items()}
    if person.problems:
        kept = {name: known[name] for name in _HARMLESS if name in known}
        return {**person.others, **kept, ROW_ERROR: " ".join(person.problems)}
    # False is what the modules take without the option.
    factors = [{name: value for name, value in factor.items() if value is not False} for factor in person.factors]
    return {**person.others, **known, **({"mfa_onboarding_factors": factors} if factors else {})}


def name_hosts(people: Sequence[Person], hostname: Sequence[str]) -> list[str]:
    """Return the name of each person's host, all of them different.

    :param hostname: names of our columns or of variables; the first one that is set is the name of the host.
    """
    wanted = [clean_host_name(_choose_name(person, hostname)) for person in people]
    shared = Counter([*RESERVED, *(name for person, name in zip(people, wanted) if not person.problems)])
    names = [
        name if person.problems or shared[name] == 1 else _lengthen_name(person, name)
        for person, name in zip(people, wanted)
    ]
    used = {name for person, name in zip(people, names) if not person.problems} | set(RESERVED)
    for index, person in enumerate(people):
        if person.problems:
            # It never takes the name of a person without a problem.
            names[index] = _find_free_name([names[index], _name_line(person.rows[0].place)], used)
            used.add(names[index])
    return names


def _choose_name(person: Person, hostname: Sequence[str]) -> str:
    values = {**person.others, **person.values}
    found = (values.get(name, values.get(re.sub("^onelogin_", "", name))) for name in hostname)
    name = next((str(value) for value in found if value not in (None, "")), None)
    return name or _find_user_name(person) or _name_line(person.rows[0].place)


def _find_user_name(person: Person) -> str:
    return next((str(value) for value in person.user.values()), "")


def _lengthen_name(person: Person, name: str) -> str:
    user = clean_host_name(_find_user_name(person))
    return f"user_{name}" if user == name else f"{name}_{user}"


def _find_free_name(candidates: Sequence[str], used: Container[str]) -> str:
    numbered = (f"{candidates[-1]}_{number}" for number in count(2))
    return next(name for name in chain(candidates, numbered) if name not in used)


def _name_line(place: Place) -> str:
    return re.sub(r"\s", "_", clean_host_name(f"{place.file}_line_{place.line}"))


def describe_bad_rows(people: Sequence[Person]) -> str | None:
    """Return a sentence on the rows that cannot be used; their reasons are in the results of their hosts."""
    bad = [str(person.rows[-1].place) for person in people if person.problems]
    if not bad:
        return None
    more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    rows = "row" if len(bad) == 1 else "rows"
    return (
        f"{len(bad)} {rows} cannot be used: {', '.join(bad[:_SHOWN])}{more}. The host of each has the reason in"
        f" {ROW_ERROR}, and fails with it in the roles."
    )
