# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the screenshot of a report for the README, with the people of the demo."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from examples.demo.run import PEOPLE, REPORTS, Rehearsal, as_seed, read_hosts, simulated

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "report.png"
WIDTH = 1200
SHOWN = 4  # rows of the table that are visible


def create_report(folder: Path) -> Path:
    """Onboard the people of the demo and return the path of the report."""
    with simulated(as_seed(read_hosts(PEOPLE, folder), folder)) as simulator:
        Rehearsal(simulator, PEOPLE, folder).run()
    (page,) = (ROOT / REPORTS).glob("*.html")
    return page


def main() -> None:
    """Take the screenshot."""
    chromium = subprocess.run([ROOT / "scripts" / "chromium.sh"], check=True, stdout=subprocess.PIPE, text=True)
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # Playwright changes the terminal so that Ansible cannot use it, so the report comes first.
        made = create_report(Path(folder).resolve())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.stdout.strip(), args=["--no-sandbox"])
            page = browser.new_page(
                viewport={"width": WIDTH, "height": 900}, color_scheme="light", device_scale_factor=1.25
            )
            page.goto(made.as_uri())
            last = page.locator("#everyone tbody tr").nth(SHOWN - 1).bounding_box()
            height = last["y"] + last["height"] if last else 900
            page.screenshot(path=PICTURE, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
            browser.close()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
