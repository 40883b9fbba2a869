# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In a pipeline, the exit status, the JUnit file, the other reports and the output agree."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.integration.harness import environment, recap, run_playbook
from tests.integration.test_role_onboarding import SMS, Start

GOOD = [f"person{number:05d}" for number in range(1, 6)]
NOWHERE = "http://127.0.0.1:9"
CASES: dict[str, tuple[list[str], list[str], dict[str, str]]] = {
    "all good": (GOOD, [], {}),
    "some failed": ([*GOOD, "nobody", "noone"], ["nobody", "noone"], {}),
    "all failed": (["nobody", "noone"], ["nobody", "noone"], {}),
    "wrong credential": (GOOD, GOOD, {"ONELOGIN_CLIENT_SECRET": "wrong-secret"}),
    "OneLogin is down": (GOOD, GOOD, {"ONELOGIN_BASE_URL": NOWHERE}),
}


def _inventory(folder: Path, names: list[str]) -> str:
    hosts: dict[str, Any] = {name: {"onelogin_email": f"{name}@example.com"} for name in names}
    people = {"hosts": hosts, "vars": {"mfa_onboarding_factors": [SMS]}}
    (folder / "inventory.json").write_text(json.dumps({"all": {"children": {"people": people}}}))
    return str(folder / "inventory.json")


@pytest.mark.parametrize("case", CASES)
def test_exit_status_reports_and_output_agree(start: Start, tmp_path: Path, case: str) -> None:
    names, failing, env = CASES[case]
    sim = start("--count", "5")
    run = run_playbook(
        tmp_path,
        "- import_playbook: community.onelogin.onboard",
        environment(tmp_path, sim.url, **env),
        *("-i", _inventory(tmp_path, names), "-e", f"mfa_onboarding_report={tmp_path}/reports"),
    )
    assert (run.rc == 0) == (not failing), run.output
    changed, failed = recap(run.output)
    assert failed == set(failing)
    assert changed == set(names) - failed
    counts = f"{len(names) - len(failing)} of {len(names)} done, {len(changed)} changed, {len(failing)} failed."
    assert counts in run.output

    paths = {path.suffix: path for path in (tmp_path / "reports").iterdir()}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths.values())
    suite = ET.parse(paths[".xml"]).getroot()
    cases = list(suite.iter("testcase"))
    bad = [one for one in cases if one.find("failure") is not None or one.find("error") is not None]
    assert (len(cases), len(bad)) == (len(names), len(failing))
    rows = json.loads(paths[".json"].read_text())["rows"]
    assert {row["host"] for row in rows if row["outcome"] == "failed"} == failed
    with paths[".csv"].open(newline="") as file:
        assert sum(row["outcome"] == "failed" for row in csv.DictReader(file)) == len(failing)
    assert "person00001" in paths[".html"].read_text() or case == "all failed"
