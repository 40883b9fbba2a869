# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines at the end of a role: each failure once, by cause and with names, then a table."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import ErrorResult
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row

_NAMED = 50  # people a cause names; the report names all
_EXPLAINED = 3  # messages of a cause that are shown, if they differ: those of several people, and those of one
_CAUSES = 12  # causes that are listed
_TABLE = 20  # lines of a table
_WIDTH = 100  # characters of a line
_NO_ERROR: ErrorResult = {"code": "unavailable", "http_status": None, "message": "", "request_id": None, "hint": ""}
_STATUSES = ("done", "pending", "failed")


def describe_results(rows: Sequence[Row], *, check_mode: bool = False) -> list[str]:
    """Lines with the number of results, the causes of failure, who is still pending, and a table.

    :param check_mode: whether the rows are predictions.
    """
    failed = [row for row in rows if row["failed"]]
    return [
        _headline(rows, check_mode),
        *describe_failures(failed),
        *_describe_pending([row for row in rows if _status(row) == "pending"]),
        *_table(rows),
    ]


def describe_failures(rows: Sequence[Row]) -> list[str]:
    """Lines with the causes of failure, the most frequent first, and the people each concerns."""
    causes: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        error = row["error"] or _NO_ERROR
        causes.setdefault((error["code"], error["hint"]), []).append(row)
    ordered = sorted(causes.items(), key=lambda cause: -len(cause[1]))
    lines: list[str] = []
    for (code, hint), its in ordered[:_CAUSES]:
        lines += ["", *_describe_cause(code, hint, its)]
    if len(ordered) > _CAUSES:
        rest = sum(len(its) for _cause, its in ordered[_CAUSES:])
        lines += ["", f"  And {len(ordered) - _CAUSES} more causes ({rest})."]
    return lines


def _describe_cause(code: str, hint: str, rows: Sequence[Row]) -> list[str]:
    of_message: dict[str, list[Row]] = {}
    for row in rows:
        of_message.setdefault((row["error"] or _NO_ERROR)["message"], []).append(row)
    if len(of_message) == 1:
        return [*wrap(f"{code} ({len(rows)}): {next(iter(of_message))} {hint}", "  "), *_names(rows)]
    return [*wrap(f"{code} ({len(rows)}): {hint}", "  "), *_describe_messages(of_message)]


def _describe_messages(of_message: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return a few messages with their people, first those that people share, and the other people."""
    shared = {message: its for message, its in of_message.items() if len(its) > 1}
    shown = sorted(shared, key=lambda message: -len(shared[message]))[:_EXPLAINED]
    single = [message for message in of_message if message not in shared]
    explained = single if len(single) <= _EXPLAINED else []
    lines: list[str] = []
    for message in shown:
        lines += [*wrap(f"{message} ({len(shared[message])})", "      "), *_names(shared[message], "          ")]
    for message in explained:
        (row,) = of_message[message]
        lines += wrap(f"{row['user'] or row['host']}: {message}", "      ")
    rest = [row for message, its in of_message.items() if message not in (*shown, *explained) for row in its]
    return [*lines, *_names(rest)]


def describe_steps(steps: Iterable[Result], journal: str | None, *, is_slice: bool = False) -> list[str]:
    """Lines about the run as a whole: calls that were repeated, a journal that the run has created, and a slice.

    :param steps: the results of the role's tasks.
    :param journal: the journal, if the run has created it.
    :param is_slice: whether the run is one slice of a job.
    """
    repeated = sum((step.get("api") or {}).get("retries", 0) for step in steps)
    calls = (
        "1 API call was repeated after a fault."
        if repeated == 1
        else f"{repeated} API calls were repeated after faults."
    )
    lines = [calls] if repeated else []
    if journal:
        lines.append(f"Journal: {journal} (new). Keep it, so that later runs send no message twice.")
    if is_slice:
        lines.append("This is one slice of a sliced job. The figures are those of its own people.")
    return lines


def describe_missing_pages(sheets: Result) -> list[str]:
    """Lines with the people who should have a page and have none.

    :param sheets: the result of ``enrolment_sheets``.
    """
    reasons: dict[str, list[str]] = {}
    for one in sheets.get("without") or ():
        if one["needed"]:
            reasons.setdefault(str(one["reason"]), []).append(str(one["user"]))
    return [
        line
        for reason, names in reasons.items()
        for line in ("", *wrap(f"No page ({len(names)}): {reason}", "  "), *list_names(names))
    ]


def describe_escalation(names: Sequence[str]) -> list[str]:
    """Lines with the people who got all reminders and still lack MFA."""
    if not names:
        return []
    heading = f"escalate ({len(names)}): These people got the maximum of reminders and still lack MFA. Talk to them."
    return ["", *wrap(heading, "  "), *list_names(names)]


def _headline(rows: Sequence[Row], check_mode: bool) -> str:
    changed = sum(row["changed"] for row in rows)
    of = Counter(_status(row) for row in rows)
    if check_mode:
        return f"Check mode: {changed} of {len(rows)} would change, {of['failed']} would fail."
    pending = f", {of['pending']} pending" if of["pending"] else ""
    return f"{of['done']} of {len(rows)} done{pending}, {changed} changed, {of['failed']} failed."


def _describe_pending(rows: Sequence[Row]) -> list[str]:
    lines: list[str] = []
    for awaits, heading in (
        ("otp", "Pending, run again with the code that the person has received"),
        ("user", "Pending until the person confirms"),
    ):
        its = [row for row in rows if row["awaits"] == awaits]
        if its:
            until = _latest_expiry(its) if awaits == "otp" else ""
            lines += ["", *wrap(f"{heading} ({len(its)}){until}:", "  "), *_names(its)]
    return lines


def _latest_expiry(rows: Iterable[Row]) -> str:
    """When the first code expires."""
    times = [row.get("registration", row.get("verification", {})).get("expires_at") for row in rows]
    known = sorted(str(time) for time in times if time)
    return f", before {format_local_time(known[0])}" if known else ""


def _names(rows: Sequence[Row], indent: str = "      ") -> list[str]:
    return list_names([str(row["user"] or row["host"]) for row in rows], indent)


def list_names(given: Iterable[str], indent: str = "      ", most: int = _NAMED) -> list[str]:
    """Lines with names.

    :param most: how many to name.
    """
    names = list(dict.fromkeys(given))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return wrap(", ".join(names[:most]) + more, indent)


def wrap(text: str, indent: str) -> list[str]:
    """Lines of a width that people can read."""
    # Not within a name: people copy them.
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _status(row: Row) -> str:
    if row["failed"]:
        return "failed"
    return "pending" if row["awaits"] else "done"


def _table(rows: Sequence[Row]) -> list[str]:
    """Numbers by group and factor if the groups divide the people and the table stays short, otherwise by factor."""
    by_group = _count(rows, lambda row: (" ".join(row["groups"]), _factor(row)))
    if len(by_group) <= _TABLE and all(len(row["groups"]) == 1 and "ungrouped" not in row["groups"] for row in rows):
        return _lines(("group", "factor"), by_group)
    by_factor = _count(rows, lambda row: (_factor(row),))
    return _lines(("factor",), by_factor) if len(by_factor) <= _TABLE else []


def _factor(row: Row) -> str:
    return str(row["factor"] or "-")


def _count(rows: Iterable[Row], key: Callable[[Row], tuple[str, ...]]) -> dict[tuple[str, ...], Counter[str]]:
    counts: dict[tuple[str, ...], Counter[str]] = {}
    for row in rows:
        counts.setdefault(key(row), Counter())[_status(row)] += 1
    return dict(sorted(counts.items()))


def _lines(headings: Sequence[str], counts: dict[tuple[str, ...], Counter[str]]) -> list[str]:
    if not counts:
        return []
    statuses = [status for status in _STATUSES if any(status in count for count in counts.values())]
    body = [[*key, *(str(count[status] or "") for status in statuses)] for key, count in counts.items()]
    table = [[*headings, *statuses], *body]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    return [
        "",
        *(
            "  "
            + "  ".join(
                cell.ljust(width) if column < len(headings) else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths))
            ).rstrip()
            for line in table
        ),
    ]
