# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formats of a report, as the filters return them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.onelogin.plugins.plugin_utils._report.build import build_report
from ansible_collections.community.onelogin.plugins.plugin_utils._report.csv_format import as_csv, trend_as_csv
from ansible_collections.community.onelogin.plugins.plugin_utils._report.html_format import as_html
from ansible_collections.community.onelogin.plugins.plugin_utils._report.junit_format import as_junit
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import Report

Rows = Iterable[Mapping[str, Any]]


def as_json(made: Report) -> str:
    """Return the structure itself."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


_FORMATS: dict[str, tuple[str, Callable[[Report], str]]] = {
    "json": ("json", as_json),
    "csv": ("csv", as_csv),
    "junit": ("xml", as_junit),
    "html": ("html", as_html),
}


def make_files(rows: Rows, stem: str, formats: Iterable[str] | str, **options: Any) -> dict[str, dict[str, str]]:
    """Path and text of the report in several formats, by the name of the format.

    With the format CSV, a history of audits has a separate file, with the name ``trend``.

    :param stem: the paths without their endings.
    :param formats: names, in a list or separated by commas.
    :param options: those of :func:`build_report`.
    :raises AnsibleFilterError: a format does not exist, or the rows are not a list of results.
    """
    wanted = [name.strip() for name in (formats.split(",") if isinstance(formats, str) else formats)]
    if unknown := [name for name in wanted if name not in _FORMATS]:
        raise AnsibleFilterError(f"There is no report format '{unknown[0]}'. The formats are {', '.join(_FORMATS)}.")
    made = _build(rows, options)
    files = {name: {"path": f"{stem}.{_FORMATS[name][0]}", "text": _FORMATS[name][1](made)} for name in wanted}
    if made["history"] and "csv" in wanted:
        files["trend"] = {"path": f"{stem}-trend.csv", "text": trend_as_csv(made["history"])}
    return files


def format_json(rows: Rows, **options: Any) -> str:
    """Return the report as JSON."""
    return as_json(_build(rows, options))


def format_csv(rows: Rows, **options: Any) -> str:
    """Return the report as CSV."""
    return as_csv(_build(rows, options))


def format_junit(rows: Rows, **options: Any) -> str:
    """Return the report as JUnit XML."""
    return as_junit(_build(rows, options))


def format_html(rows: Rows, **options: Any) -> str:
    """Return the report as a page."""
    return as_html(_build(rows, options))


def _build(rows: Any, options: Mapping[str, Any]) -> Report:
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
        raise AnsibleFilterError(
            "A report needs a list of results, such as the variable mfa_onboarding_results; this is something else."
        )
    return build_report(rows, **options)
