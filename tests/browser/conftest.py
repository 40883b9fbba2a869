# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the browser and a report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import chromium
from tests.integration.reports import rows, written
from tests.integration.watch import nothing_secret_shows

__all__ = ["nothing_secret_shows"]


@dataclass(frozen=True)
class Reports:
    """The page and the JSON of one report."""

    page: Path
    content: dict[str, Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Reports of the role for many people."""
    folder = tmp_path_factory.mktemp("reports")
    run = written(
        folder,
        rows(),
        mfa_report_title="Onboarding of <March>",
        mfa_report_started="2026-03-02T08:59:00Z",
        mfa_report_finished="2026-03-02T09:05:00Z",
    )
    assert run.rc == 0, run.output
    found = folder / "onelogin-reports"
    content = json.loads((found / "onboarding-of-march.json").read_text(encoding="utf-8"))
    return Reports(found / "onboarding-of-march.html", content)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new tab; at the end it must have had no console output, no requests and no dialogs."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    noise: list[str] = []
    tab.on("console", lambda message: noise.append(message.text))
    tab.on("pageerror", lambda error: noise.append(str(error)))
    tab.on("dialog", lambda dialog: noise.append(dialog.message))
    context.on("request", lambda request: None if request.is_navigation_request() else noise.append(request.url))
    yield tab
    context.close()
    assert noise == []
