# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML page of a report, in a real browser."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._report.formats import format_html
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Reports
from tests.browser.harness import lines, opened, shown
from tests.integration.reports import MARKUP, REFUSED, row, rows


def numbers(page: Page, table: str) -> list[dict[str, Any]]:
    """Read the table below some bars in the form of the JSON report."""
    found = page.locator(f"#{table} tbody tr").evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.innerText))")
    names = ("name", "done", "open", "failed")
    return [dict(zip(names, [line[0].strip(), *map(int, line[1:])], strict=True)) for line in found]


def test_the_page_agrees_with_the_json(page: Page, reports: Reports) -> None:
    opened(page, reports.page)
    content = reports.content
    for name in ("done", "open", "failed", "people", "changed"):
        assert page.locator(f"#count-{name}").inner_text() == str(content["totals"][name])
    assert page.locator("h1").inner_text() == content["title"] == "Onboarding of <March>"
    assert shown(page) == [
        " ".join(dict.fromkeys(filter(None, (each["who"], each["name"], each["host"])))) for each in content["rows"]
    ]
    assert shown(page, 5) == [each["text"] for each in content["rows"]]
    for table in ("factor", "group"):
        assert numbers(page, table) == [
            {name: entry[name] for name in ("name", "done", "open", "failed")} for entry in content[f"{table}s"]
        ]
    bars = page.locator("#timeline rect").evaluate_all("all => all.map(bar => +bar.getAttribute('height'))")
    assert bars == [step["accepted"] for step in content["timeline"]["steps"]]
    assert sum(bars) == content["totals"]["done"] - 2


def test_failures_come_first_with_cause_and_hint(page: Page, reports: Reports) -> None:
    opened(page, reports.page)
    causes = page.locator("#failures > li")
    assert causes.count() == len(reports.content["causes"]) == 2
    rejected = causes.first.inner_text()
    assert [word for word in ("rejected", "2", "It was refused.", "Ask.", "zoe", "yan") if word not in rejected] == []
    assert lines(page)[0] == [
        "zoe@example.com Zoë Müller zoe",
        "OneLogin SMS",
        "sales",
        "rejected after 2 s",
        "",
        "It was refused. Ask.",
    ]
    failed = page.locator("#everyone tbody tr").evaluate_all("rows => rows.map(row => row.dataset.outcome)")
    assert failed[:5] == ["failed", "failed", "failed", "open", "done"]


def test_the_page_cannot_use_the_network(browser: Browser, reports: Reports) -> None:
    tab = opened(browser.new_page(), reports.page)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        tab.evaluate(
            """(url) => {
                window.refused = [];
                addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
                const add = (name, with_) => document.body.append(Object.assign(document.createElement(name), with_));
                add("img", { src: url });
                add("script", { textContent: "window.ran = true" });
                fetch(url).catch(() => {});
            }""",
            f"http://127.0.0.1:{server.getsockname()[1]}/",
        )
        tab.wait_for_function("refused.length === 3")
        assert sorted(tab.evaluate("refused")) == ["connect-src", "img-src", "script-src-elem"]
        assert tab.evaluate("window.ran") is None
        with pytest.raises(BlockingIOError):
            server.accept()
    tab.close()


def test_markup_in_names_is_text(page: Page, reports: Reports) -> None:
    opened(page, reports.page)
    assert page.locator("#everyone tbody th", has_text=MARKUP).count() == 1
    assert page.locator("script").count() == 1
    assert page.locator("b").count() == 0


@pytest.mark.parametrize(("name", "column"), [("Person", 0), ("Factor", 1), ("Accepted", 4)])
def test_a_click_sorts_and_another_reverses_the_order(page: Page, reports: Reports, name: str, column: int) -> None:
    opened(page, reports.page)
    before = shown(page, column)
    header, button = page.locator("#everyone thead th").nth(column), page.get_by_role("button", name=name)
    assert header.get_attribute("aria-sort") == "none"
    button.click()
    up = shown(page, column)
    assert header.get_attribute("aria-sort") == "ascending"
    assert sorted(up) == sorted(before)
    button.click()
    down = shown(page, column)
    assert header.get_attribute("aria-sort") == "descending"
    assert page.locator("[aria-sort]:not([aria-sort=none])").count() == 1
    full = [text for text in up if text]
    assert up == full + [""] * (len(up) - len(full)), "empty cells come last"
    assert [text for text in down if text] == (list(reversed(full)))
    assert down[len(full) :] == up[len(full) :]


def test_numbers_in_names_sort_as_numbers(page: Page, reports: Reports) -> None:
    opened(page, reports.page)
    page.get_by_role("button", name="Person").click()
    people = [text.split("@")[0] for text in shown(page) if text.startswith("person")]
    assert people == [f"person{number}" for number in range(len(people))]


def test_the_keyboard_sorts_and_filters(page: Page, reports: Reports) -> None:
    opened(page, reports.page)
    page.locator("#find").focus()
    page.keyboard.type("sms")
    assert 0 < len(shown(page)) < len(reports.content["rows"])
    assert set(shown(page, 1)) == {"OneLogin SMS"}
    page.keyboard.press("Tab")
    page.keyboard.type("fail")
    assert shown(page)[0].startswith("zoe@")
    assert page.locator("#shown").inner_text() == f"1 of {len(reports.content['rows'])} shown"
    for label in ("by-factor", "by-group", "by-cause"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == label
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Show all"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Person"
    page.keyboard.press("Enter")
    assert page.locator("[aria-sort=ascending]").inner_text() == "Person"
    page.keyboard.press("Space")
    assert page.locator("[aria-sort=descending]").count() == 1


def test_filters_show_the_number_of_rows(page: Page, reports: Reports) -> None:
    opened(page, reports.page)
    every, totals = len(reports.content["rows"]), reports.content["totals"]
    count = page.locator("#shown")
    assert count.inner_text() == f"{every} of {every} shown"
    for outcome in ("failed", "open", "done"):
        page.locator("#status").select_option(f"outcome {outcome}")
        assert len(shown(page)) == totals[outcome]
        assert count.inner_text() == f"{totals[outcome]} of {every} shown"
    for status, number in reports.content["statuses"].items():
        page.locator("#status").select_option(f"label {status}")
        assert len(shown(page)) == number
    page.locator("#status").select_option("")
    for name in ("factor", "group"):
        for index, entry in enumerate(reports.content[f"{name}s"], 1):
            page.locator(f"#by-{name}").select_option(str(index))
            assert len(shown(page)) == entry["rows"], entry["name"]
        page.locator(f"#by-{name}").select_option("")
    page.locator("#find").fill("PROTECT engineering person")
    wanted = [
        each["who"]
        for each in reports.content["rows"]
        if each["factor"] == "OneLogin Protect" and "engineering" in each["groups"]
    ]
    assert [text.split()[0] for text in shown(page)] == wanted
    page.locator("#find").fill("no such person")
    assert shown(page) == []
    assert page.get_by_text("No row matches.").is_visible()
    page.get_by_role("button", name="Show all").click()
    until(page, f"document.querySelector('#shown').textContent === '{every} of {every} shown'")
    assert len(shown(page)) == every
    assert not page.get_by_text("No row matches.").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_accessibility_problems(
    page: Page, reports: Reports, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, reports.page)
    page.get_by_role("button", name="Person").click()
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    found = Axe().run(page)
    assert found.response["passes"], "axe checked nothing"
    assert found.violations_count == 0, found.generate_report()
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (back == "rgb(18, 22, 26)") == (scheme == "dark")


@pytest.mark.parametrize("width", [360, 800, 1060, 1280])
def test_the_page_never_scrolls_sideways(page: Page, reports: Reports, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, reports.page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(".status:visible").evaluate_all(
        """all => all.filter((each) =>
            each.getBoundingClientRect().right > each.closest(".card").getBoundingClientRect().right).length"""
    )
    assert cut == 0


def test_the_printed_page_is_complete_and_dark_on_white(page: Page, tmp_path: Path) -> None:
    failed = [{**each, "user": f"p{number}"} for number, each in enumerate(rows()[:1] * 9)]
    file = tmp_path / "report.html"
    file.write_text(format_html(failed), encoding="utf-8")
    page.emulate_media(media="print", color_scheme="dark")
    opened(page, file)
    assert not page.locator("#filters").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_text("p8", exact=True).first.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("p8", exact=True).first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.get_by_text("p8", exact=True).first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_the_page_shows_everything(browser: Browser, reports: Reports) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = opened(context.new_page(), reports.page)
    assert tab.locator("#everyone tbody tr:visible").count() == len(reports.content["rows"])
    assert not tab.locator("#filters").is_visible()
    assert tab.locator("button:visible").count() == 0, "no button that does nothing"
    tab.locator("#count-open a").click()
    assert tab.evaluate("location.hash") == "#first-open"
    assert "09:05:00 UTC" in tab.locator(".meta").inner_text()
    context.close()


def count_link(page: Page, *where: str) -> str:
    """Follow the count at a selector, and return it."""
    link = page.locator(" ".join(where))
    text = link.inner_text()
    link.click()
    return text


def test_a_count_links_to_its_rows(page: Page, reports: Reports) -> None:
    opened(page, reports.page)
    for outcome in ("failed", "open", "done"):
        assert count_link(page, f"#count-{outcome} a") == str(len(shown(page)))
        assert page.evaluate("document.activeElement.id") == "everyone-title"
    page.locator("#find").fill("nothing")
    row_of_sales = page.locator("#group tbody tr", has_text="sales")
    row_of_sales.locator("td a").first.click()
    assert {(line[2], line[3]) for line in lines(page)} == {("sales", "accepted")}, "the earlier filter is reset"
    assert count_link(page, "#failures > li:first-child h3 a") == "2"
    assert [line[0].split("@")[0] for line in lines(page)] == ["zoe", "yan"]


def test_the_failed_addresses_can_be_copied(browser: Browser, reports: Reports) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = opened(context.new_page(), reports.page)
    wanted = {
        "Copy the failed addresses": "zoe@example.com\nyan@example.com\nnobody@example.com",
        "Copy the addresses with the cause rejected": "zoe@example.com\nyan@example.com",
    }
    for name, text in wanted.items():
        tab.get_by_role("button", name=name).click()
        until(tab, f"document.querySelector('#copied').textContent.startsWith('{len(text.split())} addresses copied')")
        assert tab.evaluate("navigator.clipboard.readText()") == text
    tab.locator("#find").fill("no such person")
    tab.get_by_role("button", name="Copy the addresses shown").click()
    until(tab, "document.querySelector('#copied').textContent === 'There is no address to copy.'")
    # Without the clipboard API, as on a page that was loaded over HTTP.
    tab.locator("#find").fill("zoe@")
    tab.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    tab.get_by_role("button", name="Copy the addresses shown").click()
    until(tab, "document.querySelector('#copied').textContent === '1 address copied.'")
    assert tab.locator("textarea").count() == 0
    context.close()


@contextmanager
def of_zone(browser: Browser, zone: str, file: Path) -> Iterator[Page]:
    """Open the page in a browser with this time zone."""
    context = browser.new_context(timezone_id=zone)
    yield opened(context.new_page(), file)
    context.close()


@pytest.mark.parametrize(
    ("zone", "head", "accepted", "until_when"),
    [
        (
            "Europe/Berlin",
            "2026-03-02 09:59:00 to 10:05:00 Europe/Berlin (CET)",
            ["10:00:00", "10:30:00"],
            "before 2026-03-02 14:00:38 CET.",
        ),
        ("UTC", "2026-03-02 08:59:00 to 09:05:00 UTC", ["09:00:00", "09:30:00"], "before 2026-03-02 13:00:38 UTC."),
        (
            "America/New_York",
            "2026-03-02 03:59:00 to 04:05:00 America/New_York (GMT-5)",
            ["04:00:00", "04:30:00"],
            "before 2026-03-02 08:00:38 GMT-5.",
        ),
        (
            "Australia/Adelaide",
            "2026-03-02 19:29:00 to 19:35:00 Australia/Adelaide (GMT+10:30)",
            ["19:30:00", "20:00:00"],
            "before 2026-03-02 23:30:38 GMT+10:30.",
        ),
    ],
)
def test_times_are_in_the_zone_of_the_reader(
    browser: Browser, tmp_path: Path, zone: str, head: str, accepted: list[str], until_when: str
) -> None:
    results = [row("ann", accepted_at="2026-03-02T09:00:00Z"), row("bob", accepted_at="2026-03-02T09:30:00Z")]
    results.append(row("cy", status="pending", text="Run again before 2026-03-02T13:00:38Z."))
    file = tmp_path / "report.html"
    file.write_text(format_html(results, started="2026-03-02T08:59:00Z", finished="2026-03-02T09:05:00Z"))
    with of_zone(browser, zone, file) as tab:
        assert tab.locator(".meta").inner_text() == head
        assert [line[3] for line in lines(tab)] == ["", *accepted]
        assert lines(tab)[0][4] == f"Run again {until_when}"
        assert f"Times are in the zone {head.split(' ', 4)[4]}." in tab.locator("footer").inner_text()


def test_words_are_not_broken_in_a_narrow_column(page: Page, tmp_path: Path) -> None:
    """Each word that fits into a column is on one line, at any width."""
    results = [
        row("maximiliane.oberhuber", factor="Authenticator app", groups=["administration", "engineering"]),
        row(
            "b" * 60, status="not_in_policy", failed=True, error={**REFUSED, "code": "not_in_policy"}, groups=["g" * 70]
        ),
        row("c", status="rejected", failed=True, error=REFUSED, elapsed=180, registration={}, factor="f" * 80),
    ]
    file = tmp_path / "report.html"
    file.write_text(format_html(results, role="mfa_onboarding"), encoding="utf-8")
    for width in (360, 375, 700, 900, 1024, 1137, 1200, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        opened(page, file)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        broken = page.evaluate(
            """() => {
                const found = [];
                const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walker.nextNode()) {
                    const node = walker.currentNode;
                    if (node.parentElement.closest("script, style, option, #factor, #group")) continue;
                    for (const { 0: word, index } of node.data.matchAll(/[^\\s-]+/g)) {
                        const range = document.createRange();
                        range.setStart(node, index);
                        range.setEnd(node, index + word.length);
                        const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
                        if (lines.size > 1) found.push(word);
                    }
                }
                return found;
            }"""
        )
        assert broken == [], width


def test_names_in_any_script_are_shown_correctly(page: Page, tmp_path: Path) -> None:
    """A right-to-left name does not change the order of the text beside it."""
    override = "\u202e"
    results = [row("m", name="محمد عبد الله", user="m@example.com", groups=["מכירות"]), row(f"a{override}b{override}c")]
    file = tmp_path / "report.html"
    file.write_text(format_html(results), encoding="utf-8")
    opened(page, file)
    assert lines(page)[0][:3] == ["m@example.com محمد عبد الله m", "OneLogin Protect", "מכירות"]
    assert lines(page)[1][0] == "abc@example.com abc"
    assert page.locator("#everyone bdi", has_text="محمد").evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
    assert override not in page.content()


def until(page: Page, condition: str) -> None:
    """Wait for a condition. Playwright's own function evaluates text in the page, which the page forbids."""
    for _look in range(250):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"Timed out: {condition}")


def test_empty_parts_are_left_out(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(format_html([row("ann")]), encoding="utf-8")
    opened(page, file)
    for absent in ("#failures", "#group", "#timeline"):
        assert page.locator(absent).count() == 0
    assert page.locator("#everyone thead th").count() == 4
    file.write_text(format_html([]), encoding="utf-8")
    opened(page, file)
    assert "0 of 0 done" in page.locator("main").inner_text()
    assert page.locator("table").count() == 0


def test_five_thousand_people_can_be_searched_and_sorted(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(format_html(rows(5000)), encoding="utf-8")
    opened(page, file)
    page.get_by_role("button", name="Person").click()
    page.locator("#find").fill("person777@")
    assert [text.split()[0] for text in shown(page)] == ["person777@example.com"]
    assert page.locator("#shown").inner_text() == "1 of 5,000 shown"


def audited(people: int = 20) -> str:
    """Render the page of an audit with a history of twelve audits: eight people lost MFA, and one gained it."""

    def result(number: int, status: str) -> dict[str, Any]:
        who = f"p{number}"
        factor = "OneLogin SMS" if status == "enrolled" else None
        return {**row(who, factor=factor, status=status, changed=False), "registration": None, "user_id": number}

    def change(number: int, before: list[str] | None, now: list[str] | None) -> dict[str, Any]:
        return {"user_id": number, "user": f"p{number}@example.com", "name": MARKUP, "before": before, "now": now}

    lost, sms = range(8), ["OneLogin SMS"]
    history = {
        "scope": "all users of the account",
        "since": "2026-03-02T09:00:00Z",
        "lost": [change(number, sms, []) for number in lost],
        "gained": [change(8, [], sms)],
        "new": [change(9, None, sms)],
        "gone": [change(99, sms, None)],
        "trend": [
            {
                "at": f"2026-03-{day:02}T09:00:00Z",
                "people": people,
                "covered": day,
                "unknown": 0,
                "percentage": day * 5.0,
                "lost": None if day == 1 else 0,
                "gained": None if day == 1 else 1,
            }
            for day in range(1, 13)
        ],
        "unreadable": [
            "/srv/audits/audit-20260302T090000.000000Z-0123456789ab-01234567.json is damaged: it is not JSON."
        ],
    }
    results = [result(number, "none" if number in lost else "enrolled") for number in range(people)]
    return format_html(results, title="MFA audit", role="mfa_audit", history=history)


def test_an_audit_begins_with_people_who_lost_mfa_and_the_trend(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "audit.html"
    file.write_text(audited(), encoding="utf-8")
    opened(page, file)
    titles = page.locator("main > .card > h2").all_inner_texts()
    assert titles[:3] == ["Since the last audit", "People who have MFA, by audit", "12 of 20 people have MFA"]
    assert page.locator("#lost h3").inner_text() == "8 lost MFA"
    assert page.locator("#lost li:visible").count() == 5
    page.locator("#lost summary").click()
    assert page.locator("#lost li:visible").count() == 8
    assert page.locator("#gone summary").inner_text() == "1 no longer among them"
    heights = page.locator("#trend rect.have").evaluate_all("all => all.map(one => +one.getAttribute('height'))")
    assert heights == [day * 5 for day in range(1, 13)]
    assert page.locator("#trend time").first.inner_text() == "03-01"
    assert count_link(page, "#lost h3 a") == str(len(shown(page)))
    assert [text.split("@")[0] for text in shown(page)] == [f"p{number}" for number in range(8)]
    assert page.get_by_role("button", name="Copy the addresses of those who lost MFA").is_visible()
    assert page.get_by_role("button", name="Copy the addresses of those who gained MFA").count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 700), ("light", 1280)])
def test_the_history_fits_and_is_accessible(
    page: Page, tmp_path: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    file = tmp_path / "audit.html"
    file.write_text(audited(), encoding="utf-8")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, file)
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator("#trend li:visible :is(span, time)").evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth).length"
    )
    assert cut == 0, "a figure is wider than its column"
    assert page.locator("#trend li:visible").count() == (6 if width < 640 else 12)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_printed_history_is_complete(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "audit.html"
    file.write_text(audited(), encoding="utf-8")
    page.emulate_media(media="print")
    opened(page, file)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#lost li:visible").count() == 8
    assert page.locator("#gone summary").is_visible()
    assert page.locator("table.figures tr:visible").count() == 13
    assert not page.locator(".action").first.is_visible()
