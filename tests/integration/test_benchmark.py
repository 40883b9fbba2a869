# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark works. How fast things are is no test's matter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmark.cases import CASES
from tests.integration.harness import ROOT

pytestmark = [
    pytest.mark.once("it is about the benchmark, not about what that measures"),
    pytest.mark.usefixtures("own_simulators"),
    pytest.mark.shows("code", "benchmark.json", "a figure may look like one"),
]

COUNTED = ("people enrolled", "acceptances seen", "token calls", "calls refused for the limit")


def test_a_quick_run_measures_every_case(tmp_path: Path) -> None:
    output = tmp_path / "benchmark.json"
    command = [sys.executable, "-m", "tests.benchmark", "--quick", "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(output.read_text(encoding="utf-8"))
    assert found["quick"] is True
    assert found["machine"]["cores"] >= 1
    assert list(found["cases"]) == list(CASES)
    for name, case in found["cases"].items():
        figures = {figure["name"]: figure for figure in case["figures"]}
        assert figures, name
        counted = [figure for figure in figures.values() if figure["name"] in COUNTED]
        assert all(figure["ok"] for figure in counted), counted
        assert all(figure["value"] > 0 for label, figure in figures.items() if label == "time")
