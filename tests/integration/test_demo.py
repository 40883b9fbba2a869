# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo`` does what it prints, with its example people and with other people."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.integration.harness import ROOT
from tests.integration.watch import keeping, watch

pytestmark = [
    pytest.mark.once("it runs on the ansible-core of .venv"),
    pytest.mark.usefixtures("own_simulators"),
    pytest.mark.shows("code", "*/codes.csv", "the codes that people received, for the second run"),
]


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = keeping(folder, str(ROOT / "examples/demo/run.py"), *arguments)
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=170, cwd=ROOT)
    for report in (ROOT / ".cache/demo").glob("mfa-onboarding.*"):
        watch.hear(f"the report {report.name}", report.read_bytes())
    return done


def test_the_demo_does_what_it_prints(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    failures, second = done.stdout.split("Second run", 1)
    failures = failures.partition("MFA onboarding: ")[2].partition("Pending, ")[0]
    assert re.findall(r"^      ([\w.]+)@example\.com", failures, re.MULTILINE) == [
        "nikolai.petrov",
        "ben.goldberg",
        "marek.dvorak",
    ]
    assert (
        "36 people were done after the first run. The second run changed 0 of them, with 0 requests and 0 messages."
        in second
    )
    assert "MFA onboarding: 38 of 41 done, 2 changed, 3 failed." in second
    assert "Of the other 4 it changed 2, with 0 messages." in second


def test_the_demo_accepts_other_people_and_reports_invalid_rows(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    header = "OneLogin ID;Mobile;E-Mail;Username;Factor;Verified"
    row = "77;+12025550101;;;OneLogin SMS;true"
    codes = ";+12025550102;jo@example.com;jo;SMS;"
    mine.write_text(f"{header}\n{row}\n;;al@example.com;;OneLogin SMS;perhaps\n{codes}\n")
    done = demo(tmp_path, "--people", str(mine))
    assert done.returncode == 0, done.stderr
    assert "mine.csv line 3, column Verified: 'perhaps' is neither true nor false." in " ".join(done.stdout.split())
    assert "1 people were done after the first run. The second run changed 0 of them" in done.stdout
    second = done.stdout.split("Second run", 1)[1]
    assert "MFA onboarding: 2 of 3 done, 1 changed, 1 failed." in second
    mine.write_text(f"{header}\n;;;;OneLogin SMS;perhaps\n")
    done = demo(tmp_path, "--people", str(mine))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "demo: No row can be used. mine.csv line 2, column Verified: 'perhaps' is neither true"
    )
    mine.write_text("name\nJo\n")
    done = demo(tmp_path, "--people", str(mine))
    assert (done.returncode, done.stdout) == (2, "")
    assert "mine.csv has no heading row that names users." in done.stderr
