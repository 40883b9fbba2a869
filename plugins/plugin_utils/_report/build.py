# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One structure of what came of everybody. Each format is made of it and of nothing else, so that all agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._report.rows import (
    DONE,
    OUTCOMES,
    plain,
    public,
    shown_time,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._report.timeline import timeline
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import (
    Cause,
    NamedOutcomes,
    Outcomes,
    Report,
    ReportError,
    ReportRow,
)

TITLE = "OneLogin MFA"
NO_FACTOR = "no factor"
NO_GROUP = "no group"


def report(
    rows: Iterable[Mapping[str, Any]],
    title: str = TITLE,
    started: datetime | str | None = None,
    finished: datetime | str | None = None,
    done: Collection[str] = DONE,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """The structure.

    :param rows: the results a role leaves, one a person and factor.
    :param started: when the work began, if that is known.
    :param finished: when it ended; now, if that is not said.
    :param done: the statuses that count as done.
    :param groups: the hosts of each group of the inventory, for rows that name no groups.
    """
    of_host = _by_host(groups or {})
    shown = sorted((public(row, done, of_host) for row in rows), key=lambda row: OUTCOMES.index(row["outcome"]))
    return {
        "title": plain(title) or TITLE,
        "generated": shown_time(finished) or shown_time(datetime.now(timezone.utc)),
        "started": shown_time(started),
        "totals": {
            **_outcomes(shown),
            "people": len({row["who"].casefold() for row in shown}),
            "changed": sum(row["changed"] for row in shown),
        },
        "statuses": dict(Counter(row["status"] for row in shown).most_common()),
        "factors": _counted((row["factor"] or NO_FACTOR, row) for row in shown),
        "groups": _by_group(shown),
        "causes": _causes(shown),
        "timeline": timeline(row["accepted_at"] for row in shown),
        "rows": shown,
    }


def _by_host(groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group, hosts in groups.items():
        for host in hosts:
            found.setdefault(host, []).append(group)
    return found


def _outcomes(rows: Iterable[ReportRow]) -> Outcomes:
    counts = Counter(row["outcome"] for row in rows)
    return {
        "rows": sum(counts.values()),
        "done": counts["done"],
        "open": counts["open"],
        "failed": counts["failed"],
    }


def _counted(named: Iterable[tuple[str, ReportRow]]) -> list[NamedOutcomes]:
    """The outcomes of each name."""
    found: dict[str, list[ReportRow]] = {}
    for name, row in named:
        found.setdefault(name, []).append(row)
    return [{"name": name, **_outcomes(found[name])} for name in sorted(found, key=str.casefold)]


def _by_group(rows: Sequence[ReportRow]) -> list[NamedOutcomes]:
    """The outcomes of each group; who is in several counts in each. Empty where nobody is in a group."""
    if not any(row["groups"] for row in rows):
        return []
    return _counted((group, row) for row in rows for group in row["groups"] or [NO_GROUP])


def _causes(rows: Iterable[ReportRow]) -> list[Cause]:
    """The failures by the code of the error, the most frequent first."""
    found: dict[str, list[tuple[ReportRow, ReportError]]] = {}
    for row in rows:
        if row["error"]:
            found.setdefault(row["error"]["code"], []).append((row, row["error"]))
    return [
        {
            "code": code,
            "rows": len(its),
            "hints": list(dict.fromkeys(error["hint"] for _row, error in its if error["hint"])),
            "failures": [
                {"who": row["who"], "factor": row["factor"], "message": error["message"]} for row, error in its
            ],
        }
        for code, its in sorted(found.items(), key=lambda cause: -len(cause[1]))
    ]
