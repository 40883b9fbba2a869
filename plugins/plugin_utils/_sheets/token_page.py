# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page with a temporary token, which replaces a factor until the person has a new device."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.assets import hash_source, read_asset
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.page import Design, build_environment
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.sheets import Recipient
from jinja2 import Template
from markupsafe import Markup

_HERE = Path(__file__).parent


def build_token_mark(user_id: object, started_at: object) -> Markup:
    """Return the element by which a later run finds that a page belongs to a reset."""
    return Markup('<meta name="onelogin-reset" content="{} {}">').format(user_id, started_at)


def render_token(person: Recipient, token: str, expires_at: str | None, mark: Markup, design: Design) -> str:
    """Return the page, whole: it needs no other file and no network.

    :param expires_at: ISO 8601 text.
    """
    texts, expires = design.texts, parse_timestamp(expires_at)
    style = read_asset(_HERE / "sheet.css")
    values = {
        "app": "",
        "contact": design.contact or texts.by_name["contact_default"],
        "factor": "",
        "name": person.name,
        "organisation": design.organisation,
        "time": texts.format_time(expires.astimezone(design.zone)) if expires else "",
        "user": person.user,
    }
    return _load_template().render(
        **values,
        plain=lambda name: texts.fill(name, values),
        text=lambda name: texts.fill(name, values),
        token=token,
        language=texts.language,
        direction=texts.by_name["direction"],
        named=person.name != person.user,
        mark=mark,
        style=Markup(style),  # noqa: S704 - a file of this collection
        style_hash=Markup(hash_source(style)),  # noqa: S704 - of the file above
    )


@cache
def _load_template() -> Template:
    return build_environment().from_string(read_asset(_HERE / "token.html.j2"))
