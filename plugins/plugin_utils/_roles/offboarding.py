# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose devices are removed: all of a person's, or those that an item names; and of how many people at most."""

from __future__ import annotations

from collections.abc import Sequence

from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import TARGET_KEYS, USER_KEYS

ALL = "all"
"""In the place of a factor it stands for every device of the person."""


def split_work(work: Sequence[WorkItem]) -> tuple[list[WorkItem], list[WorkItem]]:
    """The items that mean all devices of a person, and those that name one.

    An item that names a device of somebody all of whose devices are removed has a problem.
    """
    whole = [item for item in work if _is_whole(item)]
    single = [item for item in work if not _is_whole(item)]
    takers = {_person(item): item["host"] for item in whole}
    for item in whole:
        item["factor"] = None
    for item in single:
        taker = takers.get(_person(item))
        if taker and not item["problem"]:
            item["problem"] = f"Host {taker} asks for all devices of this person already. Leave one of them out."
    return whole, single


def check_max_people(work: Sequence[WorkItem], others: int, most: int) -> None:
    """Refuse a run that would touch more people than it may.

    A person who is named in two ways counts twice, since no one has been looked up yet.

    :param others: hosts of the play in other batches (``serial``), which the same run touches.
    :param most: the option ``mfa_offboarding_max_people``.
    :raises AnsibleActionFail: there are too many.
    """
    people = len({_person(item) for item in work if _person(item)}) + others
    if most < 1 or people > most:
        raise AnsibleActionFail(
            f"{people} people would lose devices, and mfa_offboarding_max_people allows {most} in one run. Nothing was"
            " removed. If these are the people you mean, set mfa_offboarding_max_people to at least"
            f" {max(people, 1)}."
        )


def _is_whole(item: WorkItem) -> bool:
    given = {key: item["options"][key] for key in TARGET_KEYS if key in item["options"]}
    return not item["problem"] and list(given) == ["factor"] and str(given["factor"]).strip().lower() == ALL


def _person(item: WorkItem) -> tuple[tuple[str, str], ...]:
    options = item["options"]
    return tuple((key, str(options[key]).casefold()) for key in USER_KEYS if key in options)
