# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The devices to remove: all devices of a person, or those that an item identifies."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import TARGET_KEYS, build_person_key

ALL = "all"
"""In place of a factor, it means every device of the person."""


def split_work(work: Sequence[WorkItem]) -> tuple[list[WorkItem], list[WorkItem]]:
    """Split the items into those for all devices of a person, and those for one device.

    An item for one device has a problem if another item removes all devices of the person.
    """
    whole = [item for item in work if _is_whole(item)]
    single = [item for item in work if not _is_whole(item)]
    takers = {build_person_key(item["options"]): item["host"] for item in whole}
    for item in whole:
        item["factor"] = None
    for item in single:
        taker = takers.get(build_person_key(item["options"]))
        if taker and not item["problem"]:
            item["problem"] = f"Host {taker} already removes all devices of this person. Leave one of them out."
    return whole, single


def _is_whole(item: WorkItem) -> bool:
    given = {key: item["options"][key] for key in TARGET_KEYS if key in item["options"]}
    return not item["problem"] and list(given) == ["factor"] and str(given["factor"]).strip().lower() == ALL
