# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose devices are removed: all devices of a person, or those that an item names."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import TARGET_KEYS, person_key

ALL = "all"
"""In the place of a factor it stands for every device of the person."""


def split_work(work: Sequence[WorkItem]) -> tuple[list[WorkItem], list[WorkItem]]:
    """The items that mean all devices of a person, and those that name one.

    An item that names a device of somebody all of whose devices are removed has a problem.
    """
    whole = [item for item in work if _is_whole(item)]
    single = [item for item in work if not _is_whole(item)]
    takers = {person_key(item["options"]): item["host"] for item in whole}
    for item in whole:
        item["factor"] = None
    for item in single:
        taker = takers.get(person_key(item["options"]))
        if taker and not item["problem"]:
            item["problem"] = f"Host {taker} asks for all devices of this person already. Leave one of them out."
    return whole, single


def _is_whole(item: WorkItem) -> bool:
    given = {key: item["options"][key] for key in TARGET_KEYS if key in item["options"]}
    return not item["problem"] and list(given) == ["factor"] and str(given["factor"]).strip().lower() == ALL
