# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole enrolment sheets: all that is known of each, the refusals of wrong options, and each line of their pages.

After a change of a template, write the text of ``render_sheet(PAGES[name])`` or ``render_tokens()`` to its file, and
read the difference.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import segno
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.assets import hash_source
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.page import Design, render
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.sheets import (
    Obstacle,
    Recipient,
    build_sheets,
    read_registration_id,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.token_page import (
    build_token_mark,
    render_token,
)

from tests.unit.harness import read_table

HERE = Path(__file__).parent
TABLES: dict[str, dict[str, Any]] = read_table("sheets.yml")
SHEETS, OPTIONS = TABLES["sheets"], TABLES["options"]
NOW = datetime(2026, 7, 21, 18, 0, tzinfo=timezone.utc)
URL = "otpauth://totp/OneLogin:jane%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=OneLogin"
FULL = {"title": "A second step", "organisation": "Example & Co.", "contact": "the help desk", "language": "en"}
PAGES: dict[str, dict[str, Any]] = {
    "authenticator": {
        "name": "Jane Doe",
        "options": FULL,
        "registration": {"factor": "Authenticator", "expires_at": "2026-07-21T20:11:54+02:00"},
    },
    "protect": {
        "options": {},
        "registration": {"factor": "OneLogin Protect", "verification_token": "01-1912451"},
    },
    "german": {"name": "Jana", "options": {"language": "de"}, "registration": {"factor": "Authenticator"}},
}


def describe(error: OneLoginError) -> dict[str, str]:
    """Describe all that an error has."""
    return {"code": error.code, "message": error.message, "hint": error.hint}


def build(its: dict[str, Any]) -> Any:
    """Build the sheets of results, or their error."""
    try:
        made = build_sheets(its["results"], NOW, its.get("names"))
    except OneLoginError as error:
        return describe(error)
    assert [read_registration_id(f"<head>{sheet.registration.mark}</head>") or "" for sheet in made] == [
        sheet.registration.id for sheet in made
    ]
    assert not [secret for secret in ("JBSWY3DPEHPK3PXP", "1912451", "144613") if secret in repr(made)]
    return [asdict(sheet) for sheet in made]


def design(**given: Any) -> Design:
    """Build the design from options of the module."""
    options = dict.fromkeys(("title", "organisation", "contact", "texts", "template", "language"))
    return Design.from_options({**options, "timezone": "UTC", **given})  # type: ignore[typeddict-item]


def strip(text: str) -> str:
    """Check the style of a page, and leave it out."""
    (style,) = re.findall("<style>(.*)</style>", text, flags=re.S)
    assert style == (HERE.parents[1] / "plugins/plugin_utils/_sheets/sheet.css").read_text(encoding="utf-8")
    source = hash_source(style)
    assert f"style-src {source};" in text
    return text.replace(style, "").replace(source, "HASH")


def render_sheet(its: dict[str, Any]) -> str:
    """Render the page of a registration, without its code."""
    token = its["registration"].get("verification_token")
    data = {"totp_url": URL, **({"verification_token": token} if token else {})}
    registration = {**its["registration"], "id": "r<1", "user_id": 7, "status": "pending", "factor_data": data}
    (made,) = build_sheets([{"email": "jane@example.com", "name": its.get("name"), "registration": registration}], NOW)
    code = segno.make(URL, error="m", micro=False).svg_inline(border=4, light="white", omitsize=True)
    text = strip(render(made, design(**its["options"])))
    assert code in text
    return text.replace(code, "QR")


@pytest.mark.parametrize("name", SHEETS)
def test_the_sheets_of_results(name: str) -> None:
    assert build(SHEETS[name]) == SHEETS[name]["found"]


def test_a_secret_that_is_too_long_for_a_code_has_no_page() -> None:
    begin = "otpauth://totp/x?secret=AAAA&image="
    urls = [begin + "x" * (1023 - len(begin)) + end for end in ("x", "é")]
    registrations = [
        {"id": "r1", "user_id": number, "status": "pending", "factor": "A", "factor_data": {"totp_url": url}}
        for number, url in enumerate(urls)
    ]
    fits, exceeds = build_sheets([{"registration": registration} for registration in registrations], NOW)
    assert fits.obstacle is None
    assert exceeds.obstacle == Obstacle(
        "The secret is longer than 1024 bytes, which is too long for a code that a phone can read.", "unknown"
    )


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_a_sheet(name: str) -> None:
    assert render_sheet(PAGES[name]) == (HERE / f"sheet_{name}.html").read_text(encoding="utf-8")


def render_tokens() -> str:
    """Render the page of a temporary code with everything, and another with the least."""
    mark = build_token_mark(7, "<2026>")
    return "\n".join(
        strip(render_token(*given))
        for given in (
            (Recipient("jane@example.com", "Jane <Doe>"), "a<b>", "2026-07-21T20:11:54Z", mark, design(**FULL)),
            (Recipient("jane", "jane"), "042137", None, mark, design(language="de", timezone="Asia/Tokyo")),
            (Recipient("jane", "jane"), "042137", "2026-07-21T20:11:54Z", mark, design(timezone="Asia/Tokyo")),
        )
    )


def test_the_page_of_a_temporary_code() -> None:
    assert render_tokens() == (HERE / "sheet_token.html").read_text(encoding="utf-8")


def refuse(folder: Path, its: dict[str, Any]) -> Any:
    """Return the refusal of the options of a page."""
    options = dict(its["options"])
    for name, content in its.get("files", {}).items():
        (folder / name).write_bytes(content.encode(its.get("bytes", "utf-8")))
        options[name] = str(folder / name)
    try:
        design(**options)
    except OneLoginError as error:
        return {name: text.replace(f"{folder}/", "") for name, text in describe(error).items()}
    return None


@pytest.mark.parametrize("name", OPTIONS)
def test_the_refusal_of_options(tmp_path: Path, name: str) -> None:
    assert refuse(tmp_path, OPTIONS[name]) == OPTIONS[name]["found"]
