# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The structure of a report. Each format is made from it alone, so that all formats agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._report.history import (
    build_history,
    build_incremental,
    map_kinds,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._report.rows import (
    OUTCOMES,
    build_row,
    format_time,
    read_name,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._report.timeline import build_timeline
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import (
    Cause,
    Failure,
    NamedOutcomes,
    Outcomes,
    People,
    Report,
    ReportError,
    ReportRow,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._report.words import find_words

TITLE = "OneLogin MFA"
NO_FACTOR = "no factor"
NO_GROUP = "no group"

_IDS = ("registration_id", "verification_id", "device_id", "user_id")
_ELLIPSIS = "\u2026"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def build_report(
    rows: Iterable[Mapping[str, Any]],
    title: str = TITLE,
    started: datetime | str | None = None,
    finished: datetime | str | None = None,
    done: Collection[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    role: str | None = None,
    check_mode: bool = False,
    history: Mapping[str, Any] | None = None,
    incremental: Mapping[str, Any] | None = None,
) -> Report:
    """Return the structure.

    :param rows: the results of a role, one for each person and factor.
    :param started: when the work began, if that is known.
    :param finished: when it ended; by default now.
    :param done: the statuses that count as done; by default those of the role.
    :param groups: the hosts of each group of the inventory, for rows that name no groups.
    :param role: the role whose words the report uses; by default general ones.
    :param check_mode: whether nothing was done.
    :param history: what changed since the last audit, and the trend, as the role ``mfa_audit`` returns it.
    :param incremental: what an incremental audit asked about, as the role ``mfa_audit`` returns it.
    """
    words, of_host = find_words(role), _map_groups(groups or {})
    shown = [build_row(row, words, words.done_statuses if done is None else done, of_host) for row in rows]
    shown.sort(key=lambda row: OUTCOMES.index(row["outcome"]))
    audits = build_history(history)
    kinds = map_kinds(audits)
    for row in shown:
        row["since_last"] = kinds.get(row["user_id"] or "")
    return {
        "title": read_name(title) or TITLE,
        "role": role,
        "check_mode": check_mode and bool(words.changed),
        "generated": format_time(finished) or format_time(datetime.now(timezone.utc)),
        "started": format_time(started),
        "incremental": build_incremental(incremental),
        "history": audits,
        "totals": {**_count_outcomes(shown), **_count_people(shown), "changed": sum(row["changed"] for row in shown)},
        "statuses": dict(Counter(row["status"] for row in shown).most_common()),
        "factors": _count_people_by_factor(shown) if words.counts_people else _count_by_factor(shown),
        "groups": _count_by_group(shown, count_people=words.counts_people),
        "causes": _number_causes(shown),
        "timeline": build_timeline(row["accepted_at"] for row in shown),
        "rows": shown,
    }


def _build_cause_key(row: ReportRow) -> tuple[str, str] | None:
    """Return a key for the cause of a failure; None for a row that did not fail.

    A hint may contain an id or a time of its row, which do not make another cause.
    """
    error = row["error"]
    if not error:
        return None
    hint = error["hint"]
    for name in _IDS:
        identifier: str | None = row[name]  # type: ignore[literal-required]
        if identifier:
            hint = re.sub(rf"(?<!\w){re.escape(identifier)}(?!\w)", _ELLIPSIS, hint)
    label = row["label"] if error["code"] == row["status"] else error["code"].replace("_", " ")
    return label, _TIME.sub(_ELLIPSIS, hint)


def _number_causes(rows: Sequence[ReportRow]) -> list[Cause]:
    """Return the failures by code and hint, the most frequent first. Each row gets the number of its cause."""
    found: dict[tuple[str, str] | None, list[tuple[ReportRow, ReportError]]] = {}
    for row in rows:
        if row["error"]:
            found.setdefault(_build_cause_key(row), []).append((row, row["error"]))
    causes: list[Cause] = []
    for key, its in sorted(found.items(), key=lambda cause: -len(cause[1])):
        label, hint = key or ("", "")
        hints = {error["hint"] for _row, error in its}
        causes.append(
            {
                "code": its[0][1]["code"],
                "label": label,
                "rows": len(its),
                "hint": hints.pop() if len(hints) == 1 else hint,
                "failures": [_build_failure(row, error) for row, error in its],
            }
        )
        for row, _error in its:
            row["cause"] = len(causes)
    return causes


def _build_failure(row: ReportRow, error: ReportError) -> Failure:
    return {
        "who": row["who"],
        "name": row["name"],
        "user": row["user"],
        "factor": row["factor"],
        "message": error["message"],
    }


def _map_groups(groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group, hosts in groups.items():
        for host in hosts:
            found.setdefault(host, []).append(group)
    return found


def _count(outcomes: Iterable[str]) -> Outcomes:
    counts = Counter(outcomes)
    return {
        "rows": sum(counts.values()),
        "done": counts["done"],
        "open": counts["open"],
        "failed": counts["failed"],
    }


def _count_outcomes(rows: Iterable[ReportRow]) -> Outcomes:
    return _count(row["outcome"] for row in rows)


def _count_worst_outcomes(rows: Iterable[ReportRow]) -> Outcomes:
    """Count the people by outcome; the worst outcome of each person counts."""
    worst: dict[str, str] = {}
    for row in rows:
        who = row["who"].casefold()
        worst[who] = min(worst.get(who, OUTCOMES[-1]), row["outcome"], key=OUTCOMES.index)
    return _count(worst.values())


def _count_people(rows: Iterable[ReportRow]) -> People:
    counts = _count_worst_outcomes(rows)
    return {
        "people": counts["rows"],
        "people_done": counts["done"],
        "people_open": counts["open"],
        "people_failed": counts["failed"],
    }


def _sort_by_name(named: Iterable[tuple[str, ReportRow]]) -> dict[str, list[ReportRow]]:
    found: dict[str, list[ReportRow]] = {}
    for name, row in named:
        found.setdefault(name, []).append(row)
    return {name: found[name] for name in sorted(found, key=str.casefold)}


def _count_by_factor(rows: Iterable[ReportRow]) -> list[NamedOutcomes]:
    named = _sort_by_name((row["factor"] or NO_FACTOR, row) for row in rows)
    return [{"name": name, **_count_outcomes(its)} for name, its in named.items()]


def _count_people_by_factor(rows: Sequence[ReportRow]) -> list[NamedOutcomes]:
    """Return how many of all people have each factor."""
    people = _count_worst_outcomes(rows)["rows"]
    named = _sort_by_name((row["factor"], row) for row in rows if row["factor"] and row["outcome"] == "done")
    return [
        {"name": name, "rows": people, "done": _count_worst_outcomes(its)["rows"], "open": 0, "failed": 0}
        for name, its in named.items()
    ]


def _count_by_group(rows: Sequence[ReportRow], *, count_people: bool) -> list[NamedOutcomes]:
    """Return the outcomes of each group; a person in several groups counts in each. Empty if no one is in a group."""
    if not any(row["groups"] for row in rows):
        return []
    named = _sort_by_name((group, row) for row in rows for group in row["groups"] or [NO_GROUP])
    count = _count_worst_outcomes if count_people else _count_outcomes
    return [{"name": name, **count(its)} for name, its in named.items()]
