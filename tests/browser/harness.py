# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, and what its tests do with a page."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.integration.harness import ROOT


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium without network features of its own.

    :raises subprocess.CalledProcessError: Chromium is missing; the command to install it was printed.
    """
    found = subprocess.run([str(ROOT / "scripts/chromium.sh")], check=True, stdout=subprocess.PIPE, text=True)
    quiet = ("background-networking", "component-update", "sync", "default-apps", "extensions", "dev-shm-usage")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.stdout.strip(),
            args=["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)],
        )
        try:
            yield browser
        finally:
            browser.close()


def opened(page: Page, file: Path) -> Page:
    """Open a file in the page."""
    page.goto(file.as_uri())
    return page


def shown(page: Page, column: int = 0) -> list[str]:
    """The visible texts of a column of the table."""
    cells = page.locator("#everyone tbody tr:visible").evaluate_all(
        "(rows, column) => rows.map((row) => row.cells[column].textContent.trim())", column
    )
    return [str(text) for text in cells]


def lines(page: Page) -> list[list[str]]:
    """The visible rows of the table, each with the text of its cells."""
    found: list[list[str]] = page.locator("#everyone tbody tr:visible").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\\s+/g, ' ').trim()))"
    )
    return found
