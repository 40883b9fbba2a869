# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of README.md, generated from the code: ``python -m simulator.readme`` updates them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from simulator.__main__ import build_parser
from simulator.admin import PATHS
from simulator.app import RESOURCES
from simulator.faults import KINDS
from simulator.people import COLUMNS, CUSTOM
from simulator.switches import SWITCHES
from simulator.tokens import DEFAULT_CREDENTIAL

README = Path(__file__).with_name("README.md")


def _format_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _turn in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


def _list_options() -> str:
    rows = []
    for action in build_parser()._actions:
        name = action.option_strings[-1]
        if isinstance(action, argparse._HelpAction):
            continue
        value = "|".join(action.choices or ()) or action.metavar or action.dest.upper()
        default = "" if action.default in (None, []) else f"`{action.default}`"
        if name == "--credential":
            default = f"`{':'.join(DEFAULT_CREDENTIAL)}`"
        text = (action.help or "").split(";")[0].split(" (default")[0]
        rows.append((f"`{name} {value}`", default, text))
    return _format_table(("Option", "Default", "Meaning"), rows)


def _list_calls() -> str:
    rows = (
        (f"`{r.method} {r.path}`", ", ".join(r.scopes) or "none needed", "yes" if r.is_counted else "no")
        for r in RESOURCES
    )
    return _format_table(("Call", "Scopes", "Counts against the limit"), rows)


def _list_columns() -> str:
    rows = [(f"`{name}`", column.meaning) for name, column in COLUMNS.items()]
    rows.append((f"`{CUSTOM}X`", "the custom attribute X"))
    return _format_table(("Column", "Meaning"), rows)


def _list_admin_paths() -> str:
    rows = ((f"`{method} /_simulator{path}`", meaning) for method, path, _action, meaning in PATHS)
    return _format_table(("Path", "What it does"), rows)


def _list_switches() -> str:
    rows = ((f"`{s.name}`", ", ".join(f"`{c}`" for c in s.choices), s.stands_for) for s in SWITCHES)
    return _format_table(("Switch", "Choices, default first", "Stands for"), rows)


def _list_faults() -> str:
    rows = (
        (f"`{kind}`", ", ".join(f"`{name}`: `{json.dumps(value)}`" for name, value in params.items()), meaning)
        for kind, (params, meaning) in KINDS.items()
    )
    return _format_table(("Fault", "`params` and their defaults", "What happens"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "options": _list_options,
    "calls": _list_calls,
    "columns": _list_columns,
    "admin": _list_admin_paths,
    "switches": _list_switches,
    "faults": _list_faults,
}


def renew_tables(text: str) -> str:
    """Return the README with new tables between the marks.

    :raises ValueError: the marks of a table are missing.
    """
    for name, table in TABLES.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        _old, end, after = rest.partition(f"<!-- end of {name} -->")
        if not (begin and end):
            raise ValueError(f"README.md has no place for the table {name!r}")
        text = f"{before}{begin}\n{table()}\n\n{end}{after}"
    return text


if __name__ == "__main__":
    README.write_text(renew_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
