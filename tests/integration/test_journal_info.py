# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the journal, and removing entries from it."""

from __future__ import annotations

import functools
import platform
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import BIN, Simulator, environment, task
from tests.integration.journals import SMS, Database

pytestmark = pytest.mark.libraries("it is about SQLAlchemy and the databases")

NO_CREDENTIAL = {"ONELOGIN_BASE_URL": "", "ONELOGIN_CLIENT_ID": "", "ONELOGIN_CLIENT_SECRET": ""}


def test_entries_are_found_without_a_credential_and_pruned_after_they_ended(
    sim: Simulator, playbook: Playbook, database: Database
) -> None:
    journal = {"journal": database.where}
    playbook(
        [
            task("mfa_registration", {**journal, "email": "Mia@example.com", "factor": SMS, "verified": True}),
            task("mfa_registration", {**journal, "username": "nils", "factor": "OneLogin Protect"}),
        ]
    )
    database.age(7 * 86400)
    playbook(
        [
            task("mfa_registration", {**journal, "user_id": 36216766, "factor": SMS}),
            task("mfa_verification", {**journal, "email": "eve@example.com", "factor": SMS}),
        ]
    )
    sim.admin("DELETE", "/log")
    asked: dict[str, dict[str, Any]] = {
        "all": {},
        "by id": {"user_id": 36216766},
        "by e-mail": {"email": "mia@EXAMPLE.com"},
        "by user name": {"username": "nils"},
        "not so named": {"username": "mia"},
        "verifications": {"kind": "verification"},
        "pending registrations": {"kind": "registration", "status": ["pending"]},
        "two states": {"status": ["accepted", "pending"]},
        "unconfirmed": {"status": ["unconfirmed"]},
        "old": {"older_than": 86400},
        "new": {"newer_than": 86400},
    }
    done = playbook(
        [task("mfa_journal_info", {**journal, **o}, name=name) for name, o in asked.items()], env=NO_CREDENTIAL
    )
    assert not any(result["failed"] for result in done.results), done.output
    found = {name: [entry["user"] for entry in done[name]["entries"]] for name in asked}
    mia, nils, kelly, eve = "Mia@example.com", "nils", "36216766", "eve@example.com"
    assert found["all"] == [mia, nils, done["by id"]["entries"][0]["user"], eve]
    kelly = found["all"][2]
    assert found == {
        "all": [mia, nils, kelly, eve],
        "by id": [kelly],
        "by e-mail": [mia],
        "by user name": [nils],
        "not so named": [],
        "verifications": [eve],
        "pending registrations": [nils, kelly],
        "two states": [mia, nils, kelly, eve],
        "unconfirmed": [],
        "old": [mia, nils],
        "new": [kelly, eve],
    }
    assert done["by user name"]["entries"][0]["expires_at"] is None, "no message was sent, so none can expire"
    assert sim.log() == [], "the module calls no API"

    # Nils's registration is old, and still pending.
    playbook([task("mfa_registration", {**journal, "user_id": 36216766, "factor": SMS, "journal_keep_days": 3})])
    assert [row["user_name"] for row in database.rows()] == [nils, kelly, eve]
    database.age(7 * 86400)
    playbook([task("mfa_registration", {**journal, "username": "nils", "factor": SMS, "journal_keep_days": 3})])
    assert [row["user_name"] for row in database.rows()] == [nils, nils], "messages of a week ago have expired"


def test_a_missing_journal_is_reported(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    done = playbook([task("mfa_journal_info", {"journal": str(tmp_path / "mistyped" / "journal.sqlite")})])
    assert done.only["entries"] == []
    assert done.only["msg"].startswith("The journal does not exist.")
    assert not (tmp_path / "mistyped").exists()


def test_the_hint_for_an_entry_from_a_wrong_clock_removes_it(
    sim: Simulator, playbook: Playbook, new_sqlite: Database, tmp_path: Path
) -> None:
    enrol = task("mfa_registration", {"journal": new_sqlite.where, "user_id": 36216766, "factor": SMS})
    first = playbook([enrol]).only
    new_sqlite.age(-7200)
    refused = playbook([enrol]).only["error"]
    assert refused["code"] == "invalid"
    assert f"on {platform.node()}, but the clock of this machine says" in refused["message"]
    command = shlex.split(refused["hint"].partition("remove the entry: ")[2])
    run = functools.partial(
        subprocess.run,
        env=environment(tmp_path, sim.url, **NO_CREDENTIAL),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    for more, changed in (["--check"], True), ([], True), ([], False):
        done = run([str(BIN / command[0]), *command[1:], *more])
        assert f'"changed": {str(changed).lower()}' in done.stdout, done.stdout + done.stderr
        assert ("CHANGED" if changed else "SUCCESS") in done.stdout
    sim.admin("POST", "/clock", {"advance": 121})
    second = playbook([enrol]).only
    assert second["changed"]
    assert second["registration"]["id"] != first["registration"]["id"]


def test_nothing_is_removed_without_a_selection(playbook: Playbook, new_sqlite: Database, sim: Simulator) -> None:
    enrol = {"journal": new_sqlite.where, "user_id": 36216766, "factor": SMS}
    done = playbook([task("mfa_registration", enrol), task("mfa_journal", {"journal": new_sqlite.where}, name="all")])
    assert done["all"]["error"]["message"] == "No entries are selected."
    assert len(new_sqlite.rows()) == len(sim.messages()) == 1
