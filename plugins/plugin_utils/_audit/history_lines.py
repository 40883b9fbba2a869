# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines with the history of audits, for people to read."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.closing import list_names, wrap
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Change, History, TrendPoint

_NAMED = 10  # people of each kind; the report names all


def describe_history(history: History, *, check_mode: bool) -> list[str]:
    """Return lines with the people who lost or gained MFA, then the other changes, then the trend."""
    lines = [_headline(history)]
    for heading, changes in (
        ("Lost MFA", history["lost"]),
        ("Gained MFA", history["gained"]),
        ("Other factors than before", history["changed"]),
        (_describe_new(history["new"]), history["new"]),
        ("No longer among them", history["gone"]),
        ("Could not be read, so neither lost nor gained", history["unknown"] if history["since"] else []),
    ):
        if changes:
            names = [change["user"] for change in changes]
            lines += [f"  {heading} ({len(changes)}):", *list_names(names, most=_NAMED)]
    if len(history["trend"]) > 1:
        lines += ["  Trend:", *_table(history["trend"])]
    for problem in history["unreadable"]:
        lines += wrap(f"Left out: {problem}", "  ")
    if not history["file"]:
        lines.append(f"  This audit is not kept{' in check mode' if check_mode else ', since no one could be read'}.")
    return lines


def describe_unreadable(problems: Sequence[str]) -> list[str]:
    """Warnings about earlier audits that cannot be read."""
    return [f"An earlier audit is left out: {problem} Restore it, or move it away." for problem in problems]


def _headline(history: History) -> str:
    if not history["since"]:
        return f"This is the first audit of {history['scope']} in {history['folder']}."
    since = format_local_time(history["since"], dated=True)
    lost, gained = len(history["lost"]), len(history["gained"])
    return f"{lost} lost MFA and {gained} gained it since the last audit of {history['scope']}, {since}."


def _describe_new(new: Sequence[Change]) -> str:
    covered = sum(bool(change["now"]) for change in new)
    return f"New, {covered} of them with MFA"


def _table(trend: Sequence[TrendPoint]) -> list[str]:
    cells = [
        (
            format_local_time(point["at"], dated=True),
            f"{point['covered']} of {point['people']}",
            "" if point["percentage"] is None else f"{point['percentage']:g} %",
            "" if point["lost"] is None else f"{point['lost']} lost, {point['gained']} gained",
        )
        for point in trend
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    return [
        f"      {at:<{widths[0]}}  {share:>{widths[1]}}  {percentage:>{widths[2]}}  {changes}".rstrip()
        for at, share, percentage, changes in cells
    ]
