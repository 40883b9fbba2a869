# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_audit with mfa_audit_incremental: its output about people whose devices it did not read."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from tests.integration.harness import Simulator
from tests.integration.people import Role, host

ALL: dict[str, Any] = {"mfa_audit_users": "all"}


@pytest.fixture
def audit(tmp_path: Path, sim: Simulator) -> Role:
    """Run the playbook as an incremental audit."""
    return Role(tmp_path, sim, "mfa_audit", "audit", mfa_audit_incremental=True)


def test_the_age_of_the_oldest_answer_is_shown_first(audit: Role, sim: Simulator, tmp_path: Path) -> None:
    full = audit({}, **ALL, mfa_audit_incremental=False)
    assert not audit.journal.file.exists(), "a full audit keeps no journal"
    first = audit({}, **ALL)
    assert (first.rc, first.changed) == (0, set())
    assert f"Journal: {audit.journal.file} (new)." in first.output
    assert "Incremental: OneLogin was asked about 9 of 9 people: 9 new. The oldest answer is from " in first.output
    with audit.journal.connected() as connection:  # the answers are two days old, and no one was read in rotation
        two_days_ago = "(SELECT MIN(asked_at) FROM onelogin_journal_known) - 172800"  # one moment, not two seconds
        connection.execute(sqlalchemy.text(f"UPDATE onelogin_journal_known SET asked_at = {two_days_ago}"))
    before = len(sim.log())
    options: dict[str, Any] = {
        "mfa_audit_full_days": 365,
        "mfa_audit_report": str(tmp_path / "reports"),
        "mfa_audit_history": "kept",
    }
    second = audit({}, **ALL, **options)
    assert (second.rc, second.changed) == (0, set())
    paths = [row["path"].rpartition("/")[2] for row in sim.log()[before:] if row["path"].startswith("/api/")]
    assert paths.count("devices") == second.facts["mfa_audit_coverage"]["incremental"]["asked"] <= 1
    figures = full.facts["mfa_audit_coverage"]
    for run in (first, second):
        assert {name: run.facts["mfa_audit_coverage"][name] for name in figures} == figures
    assert [(row["user"], row["factor"]) for row in second.results] == [
        (row["user"], row["factor"]) for row in full.results
    ]
    end = second.output[second.output.rindex("MFA audit: ") :]
    assert "The oldest answer is from 20" in end
    assert "(2 days old)" in " ".join(end.split())
    assert "A change without an event shows within 365 days." in " ".join(end.split())
    assert end.index("Incremental: ") < end.index("3 of 9 people")
    oldest = second.facts["mfa_audit_coverage"]["incremental"]["oldest"]
    report = json.loads((tmp_path / "reports/mfa-audit.json").read_text())
    assert report["incremental"] == {"people": 9, "asked": paths.count("devices"), "full_days": 365, "oldest": oldest}
    with (tmp_path / "reports/mfa-audit.csv").open(encoding="utf-8", newline="") as file:
        assert min(row["asked_at"] for row in csv.DictReader(file)) == oldest
    page = (tmp_path / "reports/mfa-audit.html").read_text()
    assert page.index('id="incremental"') < page.index('id="since-title"')
    assert page.count(f'data-sort="{oldest}"') >= 8


def test_hosts_are_read_once_and_settings_are_checked_first(audit: Role, sim: Simulator) -> None:
    hosts = {"a": host("nora"), "b": host("mia")}
    for arguments, asked in ((["--check"], 2), ([], 2), ([], 0)):
        run = audit(hosts, *arguments)
        assert (run.rc, run.changed, run.facts["mfa_audit_coverage"]["incremental"]["asked"]) == (0, set(), asked)
    before = len(sim.log())
    for options, message in (
        ({"mfa_audit_journal": "none"}, "mfa_audit_journal is none, but an incremental audit needs the journal"),
        ({"mfa_audit_full_days": 0}, "mfa_audit_full_days is 0; it must be from 1 to 365"),
    ):
        refused = audit(hosts, **options)
        assert (refused.rc != 0, message in " ".join(refused.output.split())) == (True, True)
    assert len(sim.log()) == before
