# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The estimated cost of a task, before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, WorkItem

_CALL = 0.5  # seconds that a call is estimated to take
_HOUR = 3600


def describe_plan(work: Sequence[WorkItem], limit: Result, concurrency: int, wait: float = 0.0) -> list[str]:
    """Lines with the people, the API calls needed and remaining, and the expected end.

    :param limit: the result of ``rate_limit_info``.
    :param concurrency: number of calls at the same time.
    :param wait: longest time in seconds to wait for people.
    """
    good = [item for item in work if not item["problem"]]
    people = len({str(item["user"]).casefold() for item in good})
    least, most = len(good), 2 * len(good)
    bad = len(work) - len(good)
    lines = [
        f"{_count(people, 'person', 'people')}, {_count(len(good), 'item', 'items')}"
        + (f", {bad} that cannot be done." if bad else ".")
    ]
    known = limit.get("rate_limit")
    if not known:
        return [*lines, f"{least} to {most} API calls; the remaining API calls could not be read."]
    left, hourly = int(known["remaining"]), max(1, int(known["limit"]))
    waits = wait > 0 and not all(item["options"].get("verified") for item in good)
    polls = ", plus polling while people confirm" if waits else ""
    lines.append(
        f"{least} to {most} API calls{polls}; {left} of {hourly} remain until {format_local_time(known['resets_at'])}."
    )
    seconds = most * _CALL / max(1, concurrency)
    if most > left:
        seconds = max(seconds, int(known["reset"]) + (most - left - 1) // hourly * _HOUR)
    end = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    waiting = f", and up to {wait:g} s later if people keep it waiting" if waits else ""
    return [*lines, f"Expected end: {format_local_time(end)}{waiting}."]


def announce_pages(sheets: Result, wait: float) -> str:
    """Return a line that says where the pages are, before the role waits for people who scan them.

    :param sheets: the result of ``enrolment_sheets``.
    :param wait: longest time in seconds to wait for people.
    """
    pages = sheets["sheets"]
    new = sum(page["changed"] for page in pages)
    folder = str(pages[0]["path"]).rpartition("/")[0]
    waits = f" The role now waits for up to {wait:g} s." if wait else ""
    return f"Pages: {len(pages)} in {folder}, {new} of them new. Give each person the page with their name.{waits}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
