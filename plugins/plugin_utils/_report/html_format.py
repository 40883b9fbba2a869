# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as one HTML page that needs no network and no other file.

Its content security policy names the page's own script and style by their hashes, and forbids everything else.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from ansible_collections.community.onelogin.plugins.plugin_utils._pages.assets import hash_source, read_asset
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.text import break_long_words
from ansible_collections.community.onelogin.plugins.plugin_utils._report.build import NO_FACTOR, NO_GROUP
from ansible_collections.community.onelogin.plugins.plugin_utils._report.rows import OUTCOMES
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import NamedOutcomes, Report
from ansible_collections.community.onelogin.plugins.plugin_utils._report.words import find_words
from jinja2 import Environment, Template
from markupsafe import Markup

_HERE = Path(__file__).parent
_AWAITED = {"otp": "awaits a code", "user": "awaits the person"}
_CHANGES = {"lost": "lost MFA", "gained": "gained MFA", "changed": "other factors", "new": "new"}
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")


def as_html(report: Report) -> str:
    """Return the page."""
    words = find_words(report["role"])
    return _load_template().render(
        report=report,
        words=words,
        outcomes={name: getattr(words, name) for name in reversed(OUTCOMES)},
        awaited=_AWAITED,
        labels=dict(Counter(row["label"] for row in report["rows"]).most_common()),
        order={name: number for number, name in enumerate(OUTCOMES)},
        present={row["outcome"] for row in report["rows"]},
        no_factor=NO_FACTOR,
        no_group=NO_GROUP,
        factor_numbers=_number_entries(report["factors"]),
        group_numbers=_number_entries(report["groups"]),
        changes=_label_changes(report),
    )


@cache
def _load_template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"soft": break_long_words, "timed": _mark_times, "clock": _format_time, "span": _format_span}
    for name in ("css", "js"):
        text = read_asset(_HERE / f"page.{name}")
        environment.globals[name] = Markup(text)  # noqa: S704 - a file of the collection
        environment.globals[f"{name}_hash"] = hash_source(text)
    return environment.from_string(read_asset(_HERE / "page.html.j2"))


def _number_entries(named: list[NamedOutcomes]) -> dict[str, int]:
    """Return the number by which the page refers to each factor or group, from 1."""
    return {entry["name"]: number for number, entry in enumerate(named, 1)}


def _label_changes(report: Report) -> dict[str, str]:
    """Return the words for what changed since the last audit, for changes that a row has."""
    present = {row["since_last"] for row in report["rows"]}
    return {kind: label for kind, label in _CHANGES.items() if kind in present}


def _mark_times(text: str) -> Markup:
    """Return a sentence with its times marked, so that the page can show them in the reader's zone."""
    parts = _TIME.split(text)
    return Markup("").join(
        Markup('<time class="full" datetime="{0}">{1} UTC</time>').format(part, _format_time(part))
        if index % 2
        else break_long_words(part)
        for index, part in enumerate(parts)
    )


def _format_time(time: str) -> str:
    """Return a time as people read it."""
    return time.replace("T", " ").rstrip("Z")


def _format_span(seconds: int) -> str:
    """Return a round number of seconds in its largest unit."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}{'s' * (seconds > size)}"
    return f"{seconds} second{'s' * (seconds > 1)}"
