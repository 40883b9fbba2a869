# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enrolment sheets in a real browser; an independent decoder reads their QR codes."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

import pytest
import zxingcpp
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.page import Design, render
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.sheets import build_sheets
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.harness import opened
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, Simulator, environment, play, run_playbook, task

FACTORS = ("OneLogin Protect", "Authenticator")
# The name and the organization can be long, and still have to fit.
PERSON = "a.very.long.name.that.no.one.should.have.to.type@a-department.of-a-company.example.com"
NOW = datetime(2026, 7, 21, 18, 0, tzinfo=timezone.utc)
WORDS = {"title": "Your second step", "organisation": "Example Company", "contact": "the help desk, extension 4711"}


@dataclass(frozen=True)
class Written:
    """A sheet, and the expected content of its QR code."""

    file: Path
    url: str


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Written]]:
    """The sheets that a playbook wrote for registrations with the simulator, by factor."""
    folder = tmp_path_factory.mktemp("sheets")
    (folder / "people.csv").write_text(f"email\n{PERSON}\n", encoding="utf-8")
    simulator = Simulator("--credential", f"{CLIENT_ID}:{CLIENT_SECRET}", "--people", str(folder / "people.csv"))
    batch = [{"email": PERSON, "factor": factor, "return_secrets": True} for factor in FACTORS]
    options = {"folder": str(folder / "private"), "registrations": "{{ made.results }}", **WORDS}
    tasks = [task("mfa_registration", {"batch": batch}, register="made"), task("enrolment_sheets", options)]
    made, written = run_playbook(folder, play(tasks), environment(folder, simulator.url)).results
    yield {
        factor: Written(Path(sheet["path"]), result["registration"]["factor_data"]["totp_url"])
        for factor, sheet, result in zip(FACTORS, written["sheets"], made["results"], strict=True)
    }
    simulator.stop()


@pytest.fixture(params=FACTORS)
def sheet(request: pytest.FixtureRequest, sheets: dict[str, Written]) -> Written:
    """The sheet of each factor."""
    return sheets[request.param]


def read(page: Page) -> list[str]:
    """Decode the QR codes in a screenshot of the page."""
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
        return [found.text for found in zxingcpp.read_barcodes(picture)]


def until(page: Page, condition: str) -> None:
    """Wait for a condition. Playwright's own function evaluates text in the page, which the page forbids."""
    for _look in range(500):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"Timed out: {condition}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_qr_code_contains_the_url_from_onelogin(
    page: Page, sheet: Written, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, sheet.file)
    assert read(page) == [sheet.url]
    with Image.open(io.BytesIO(page.locator("svg").screenshot())) as code:
        assert code.convert("RGB").getpixel((code.width // 2, 3)) == (255, 255, 255), "cameras need a white margin"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (back == "rgb(18, 22, 28)") == (scheme == "dark")


def test_a_screen_reader_gets_a_description_of_the_qr_code(page: Page, sheets: dict[str, Written]) -> None:
    for factor, app in zip(FACTORS, ("OneLogin Protect", "an authenticator app"), strict=True):
        opened(page, sheets[factor].file)
        code = page.get_by_role("img")
        assert code.count() == 1
        name = f"QR code for {app}. If you cannot scan it, type the key given below."
        assert code.get_attribute("aria-label") == name
        assert page.get_by_role("region", name="If you cannot scan the code").locator("code").inner_text()
        assert page.get_by_role("heading", level=1).inner_text() == WORDS["title"]


def test_the_key_for_typing_is_the_secret_in_the_qr_code(page: Page, sheets: dict[str, Written]) -> None:
    opened(page, sheets["Authenticator"].file)
    key = page.locator("#key").inner_text().replace(" ", "")
    assert len(key) == 32
    assert f"secret={key}&" in sheets["Authenticator"].url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_accessibility_problems(
    page: Page, sheet: Written, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, sheet.file)
    found = Axe().run(page)
    assert found.response["passes"], "axe checked nothing"
    assert found.violations_count == 0, found.generate_report()


def test_the_keyboard_reaches_the_link_and_is_not_trapped(page: Page, sheet: Written) -> None:
    page.set_viewport_size({"width": 360, "height": 500})
    opened(page, sheet.file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "open"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("End")
    until(page, "scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 1")


def test_the_link_has_the_url_of_the_qr_code_and_is_not_printed(page: Page, sheet: Written) -> None:
    opened(page, sheet.file)
    link = page.get_by_role("link", name="Open in the app")
    assert link.get_attribute("href") == sheet.url
    assert page.get_by_role("region", name="If you read this page on your phone").get_by_role("link").count() == 1
    box = link.bounding_box()
    assert box
    assert box["height"] >= 40, "large enough for a thumb"
    page.emulate_media(media="print")
    assert not link.is_visible()


def of_language(folder: Path, language: str, name: str) -> Path:
    """Render a page in a language for a person with this name."""
    registration = {
        "id": "r1",
        "user_id": 1,
        "factor": "Authenticator",
        "status": "pending",
        "expires_at": "2026-07-21T18:11:54Z",
        "factor_data": {"totp_url": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=OneLogin"},
    }
    options = dict.fromkeys(("texts", "template", "title"))
    design = Design.from_options(
        {**options, **WORDS, "title": None, "language": language, "timezone": "Europe/Berlin"}  # type: ignore[typeddict-item]
    )
    (sheet,) = build_sheets([{"item": {"email": PERSON}, "name": name, "registration": registration}], NOW)
    assert sheet.obstacle is None
    file = folder / "sheet.html"
    file.write_text(render(sheet, design), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "name", ["Maximiliane Freifrau von und zu Oberhuber-Lüdenscheidt", "محمد عبد الله", "<b>&amp;"]
)
def test_a_german_page_for_any_name(page: Page, tmp_path: Path, name: str) -> None:
    opened(page, of_language(tmp_path, "de", name))
    assert page.locator(".hello").inner_text() == f"Guten Tag {name},"
    assert (
        page.locator(".expiry")
        .inner_text()
        .startswith("Bitte erledigen Sie das bis zum 21. Juli 2026, 20:11 Uhr (MESZ).")
    )
    assert page.locator("html").get_attribute("lang") == "de"
    assert Axe().run(page).violations_count == 0
    for width in (320, 375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox") == 1, "the texts are longer than the English ones"


def test_the_page_cannot_use_the_network(browser: Browser, sheet: Written) -> None:
    context = browser.new_context()
    tab = opened(context.new_page(), sheet.file)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        tab.evaluate(
            """(url) => {
                window.refused = [];
                addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
                const add = (name, what) => document.body.append(Object.assign(document.createElement(name), what));
                add("img", { src: url });
                add("script", { textContent: "window.ran = true" });
                add("style", { textContent: "body { color: red }" });
                fetch(url).catch(() => {});
            }""",
            f"http://127.0.0.1:{server.getsockname()[1]}/",
        )
        until(tab, "refused.length >= 4")
        assert sorted(tab.evaluate("refused")) == ["connect-src", "img-src", "script-src-elem", "style-src-elem"]
        assert tab.evaluate("window.ran") is None
        with pytest.raises(BlockingIOError):
            server.accept()
    context.close()


def test_the_page_prints_on_one_sheet_dark_on_white(page: Page, sheet: Written) -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, sheet.file)
    printed = page.pdf(prefer_css_page_size=True)
    (width, height), *more = re.findall(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]", printed)
    assert not more, "more than one page"
    assert (round(float(width)), round(float(height))) == (595, 842), "A4, in points"
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 688, "height": 1021})  # the area of A4 between its margins
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert read(page) == [sheet.url]
