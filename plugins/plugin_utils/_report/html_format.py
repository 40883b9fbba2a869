# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as one HTML page that needs nothing else: no network, no file beside it.

Its content security policy names the page's own script and style by their hashes, and forbids everything else.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path

from ansible_collections.community.onelogin.plugins.plugin_utils._report.rows import OUTCOMES
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import Report
from jinja2 import Environment, Template
from markupsafe import Markup

_HERE = Path(__file__).parent
_AWAITED = {"otp": "a code", "user": "the person"}


def as_html(report: Report) -> str:
    """The page."""
    return _template().render(report=report, outcomes=tuple(reversed(OUTCOMES)), awaited=_AWAITED)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"words": _words, "clock": _clock, "span": _span}
    for name in ("css", "js"):
        text = (_HERE / f"page.{name}").read_text(encoding="utf-8")
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        environment.globals[name] = Markup(text)  # noqa: S704 - a file of the collection
        environment.globals[f"{name}_hash"] = f"'sha256-{digest}'"
    return environment.from_string((_HERE / "page.html.j2").read_text(encoding="utf-8"))


def _words(name: str) -> str:
    """The name of a status as words."""
    return name.replace("_", " ")


def _clock(time: str) -> str:
    """A time as people read it; what follows the date is kept together."""
    return time.replace("T", " ").rstrip("Z")


def _span(seconds: int) -> str:
    """A round number of seconds in its largest unit."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}{'s' * (seconds > size)}"
    return f"{seconds} second{'s' * (seconds > 1)}"
