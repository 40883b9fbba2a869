# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bulk call will take, before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.people import Item

_CALL = 0.5  # seconds a call is taken to last
_HOUR = 3600


def plan(made: Sequence[Item], limited: Mapping[str, Any], concurrency: int = 8, wait: float = 0.0) -> list[str]:
    """Lines that tell what is to come: people, calls needed and left, and when it is expected to end.

    :param made: the items.
    :param limited: the result of ``rate_limit_info``.
    :param concurrency: how many calls are made at the same time.
    :param wait: seconds that will be waited for people, at most.
    """
    good = [item for item in made if not item["problem"]]
    people = {str(item["user"]).casefold() for item in good}
    least, most = len(good), 2 * len(good)
    bad = len(made) - len(good)
    lines = [
        f"{_count(len(people), 'person', 'people')}, {_count(len(good), 'thing', 'things')} to do"
        + (f", {bad} that cannot be tried." if bad else ".")
    ]
    limit = limited.get("rate_limit")
    if not limit:
        return [*lines, f"About {least} to {most} calls; how many are left this hour could not be read."]
    left, hourly = int(limit["remaining"]), max(1, int(limit["limit"]))
    waits = bool(float(wait)) and not all(item["options"].get("verified") for item in good)
    looks = ", and some to wait" if waits else ""
    lines.append(
        f"About {least} to {most} calls{looks}; {left} of {hourly} are left this hour, until {limit['resets_at']}."
    )
    seconds = most * _CALL / max(1, int(concurrency))
    if most > left:
        seconds = max(seconds, int(limit["reset"]) + (most - left - 1) // hourly * _HOUR)
    end = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    waiting = f", and up to {float(wait):g} s later if people keep it waiting" if waits else ""
    return [*lines, f"Expected to end by {end:%Y-%m-%dT%H:%M:%SZ}{waiting}."]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
