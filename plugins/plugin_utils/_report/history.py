# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of audits in a report: named fields of plain text, as for the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._report.rows import format_time, read_name
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import (
    ReportChange,
    ReportHistory,
    ReportIncremental,
    ReportPoint,
)

KINDS = ("lost", "gained", "changed", "new", "gone", "unknown")
"""The kinds of change, the most important first."""


def build_history(given: Any) -> ReportHistory | None:
    """Return the history as it may be shown; None if there is none.

    :param given: that of the role ``mfa_audit``.
    """
    if not isinstance(given, Mapping):
        return None
    # An audit without a time cannot be shown among the others.
    trend = [point for point in map(_build_point, _select_mappings(given.get("trend"))) if point["at"]]
    if not trend:
        return None
    lost, gained, changed, new, gone, unknown = (
        [_build_change(its) for its in _select_mappings(given.get(kind))] for kind in KINDS
    )
    return {
        "scope": read_name(given.get("scope")) or "",
        "since": format_time(given.get("since")),
        "lost": lost,
        "gained": gained,
        "changed": changed,
        "new": new,
        "gone": gone,
        "unknown": unknown,
        "trend": trend,
        "unreadable": [text for text in map(read_name, _read_list(given.get("unreadable"))) if text],
    }


def build_incremental(given: Any) -> ReportIncremental | None:
    """Return the numbers of an incremental audit, as they may be shown; None for a full audit.

    :param given: that of the role ``mfa_audit``.
    """
    if not isinstance(given, Mapping) or _read_number(given.get("asked")) is None:
        return None
    return {
        "people": _read_number(given.get("people")) or 0,
        "asked": _read_number(given["asked"]) or 0,
        "full_days": _read_number(given.get("full_days")) or 0,
        "oldest": format_time(given.get("oldest")),
    }


def map_kinds(history: ReportHistory | None) -> dict[str, str]:
    """Return the kind of change of each person, by the id of the user."""
    if not history or not history["since"]:
        return {}
    return {
        change["user_id"]: kind
        for kind in reversed(KINDS)
        for change in history[kind]  # type: ignore[literal-required]
        if change["user_id"]
    }


def _build_change(given: Mapping[str, Any]) -> ReportChange:
    user = read_name(given.get("user")) or "no one"
    name = read_name(given.get("name"))
    return {
        "user_id": read_name(given.get("user_id")),
        "user": user,
        "name": None if name and name.casefold() == user.casefold() else name,
        "groups": _read_names(given.get("groups")),
        "before": None if given.get("before") is None else _read_names(given["before"]),
        "now": None if given.get("now") is None else _read_names(given["now"]),
        "since": format_time(given.get("since")),
    }


def _build_point(given: Mapping[str, Any]) -> ReportPoint:
    percentage = given.get("percentage")
    return {
        "at": format_time(given.get("at")),
        "people": _read_number(given.get("people")) or 0,
        "covered": _read_number(given.get("covered")) or 0,
        "unknown": _read_number(given.get("unknown")) or 0,
        "percentage": float(percentage) if isinstance(percentage, (int, float)) else None,
        "lost": _read_number(given.get("lost")),
        "gained": _read_number(given.get("gained")),
    }


def _read_number(value: Any) -> int | None:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _read_names(value: Any) -> list[str]:
    return [name for name in map(read_name, _read_list(value)) if name]


def _read_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _select_mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in _read_list(value) if isinstance(each, Mapping))
