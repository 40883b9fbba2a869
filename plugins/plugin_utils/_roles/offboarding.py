# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From factors, devices and the word ``all`` to single devices to remove, and back to what came of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.people import TARGET_KEYS, USER_KEYS, Item
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.verdicts import Row, results

EVERYTHING = "all"
"""In the place of a factor it stands for every device of the person."""


def people(made: Iterable[Item]) -> int:
    """How many people are named. One who is named in two ways counts twice, for nobody has been looked up yet."""
    return len({person for item in made for person in [_person(item["options"])] if person})


def looks(made: Iterable[Item]) -> list[dict[str, Any]]:
    """The batch of ``mfa_device_info``: the people all of whose devices are to go."""
    return [_only(item["options"], USER_KEYS) for item in made if _is_looked_at(item)]


def removals(made: Sequence[Item], looked: Mapping[str, Any]) -> list[Item]:
    """One item for each device to remove, as :func:`people` takes them, with ``known``: the row of who has no device
    or could not be looked at, or None.

    :param made: what is asked for.
    :param looked: the result of the batch of :func:`looks`; one that was skipped holds no results.
    """
    done = iter(_paired(made, looked))
    whole = {_person(item["options"]): item["host"] for item in made if _is_looked_at(item)}
    found: list[Item] = []
    for item in made:
        if _is_looked_at(item):
            found += _everything(item, *next(done))
            continue
        taker = whole.get(_person(item["options"]))
        problem = item["problem"] or (taker and _twice(taker))
        options = _only(item["options"], USER_KEYS + TARGET_KEYS)
        found.append({**item, "options": options, "problem": problem, "known": None})
    return found


def removed(made: Sequence[Item], done: Mapping[str, Any], looked: bool = False) -> list[Row]:
    """What came of each device.

    :param made: what :func:`removals` returned.
    :param done: the result of ``mfa_device`` for those that have neither a problem nor are known.
    :param looked: whether the run only looked at what is there.
    """
    rows = iter(results([item for item in made if not item["known"]], done, looked=looked))
    return [_of_device(item["known"] or next(rows)) for item in made]


def _paired(made: Sequence[Item], looked: Mapping[str, Any]) -> Iterator[tuple[Row, Sequence[Mapping[str, Any]]]]:
    """Of each person who was looked at the row that says so, and the devices."""
    asked = [{**item, "factor": None} for item in made if _is_looked_at(item)]
    answers = looked.get("results") or [{}] * len(asked)
    for row, answer in zip(results(asked, looked), answers):
        yield row, answer.get("devices") or []


def _everything(item: Item, row: Row, devices: Sequence[Mapping[str, Any]]) -> list[Item]:
    if row["failed"]:
        return [{**item, "known": row}]
    if not devices:
        return [{**item, "known": {**row, "msg": f"{item['user']}: The user has no device."}}]
    return [
        {
            **item,
            "factor": device["type_display_name"] or device["auth_factor_name"],
            "options": {"user_id": device["user_id"], "device_id": device["device_id"]},
            "known": None,
        }
        for device in devices
    ]


def _of_device(row: Row) -> Row:
    """The row as it is of a device, also where there was none to tell of."""
    device = row.get("device") or {}
    return {
        **{key: value for key, value in row.items() if key != "registration"},
        "factor": device.get("type_display_name") or row["factor"],
        "device": device,
    }


def _is_looked_at(item: Item) -> bool:
    given = _only(item["options"], TARGET_KEYS)
    return not item["problem"] and list(given) == ["factor"] and str(given["factor"]).strip().lower() == EVERYTHING


def _person(options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(value).casefold()) for key, value in _only(options, USER_KEYS).items())


def _only(options: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: options[key] for key in keys if key in options}


def _twice(taker: str) -> str:
    return f"All devices of this person are asked for already, by host {taker}. Leave one of them out."
