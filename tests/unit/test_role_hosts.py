# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notes of hosts as a whole, and the files and folders that the settings of a role name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.hosts import NOTE, take_note
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.settings import (
    find_new_journal,
    read_settings,
    refuse_folder_of_job,
)

from tests.unit.test_role_settings import RUN, Templar, hosts_of


def note(role: str, **variables: Any) -> dict[str, Any]:
    """Take the note of a host, without its random id."""
    found: dict[str, Any] = {**take_note(role, {**RUN, **variables}, Templar())}
    assert re.fullmatch("[0-9a-f]{16}", found.pop("id"))
    return found


BLANK = {
    "works": True,
    "problem": None,
    "names_users": False,
    "user_id": None,
    "email": None,
    "username": None,
    "users": None,
    "factors": None,
    "phone": None,
}


@pytest.mark.parametrize(
    ("role", "variables", "expected"),
    [
        ("mfa_audit", {"mfa_onboarding_users": ["x"], "onelogin_name": "x"}, {}),
        (
            "mfa_onboarding",
            {
                "onelogin_user_id": 7,
                "onelogin_email": "ann@example.com",
                "onelogin_username": "ann",
                "onelogin_phone": "+12025550101",
                "mfa_onboarding_users": ["b"],
                "mfa_onboarding_factors": ["SMS"],
            },
            {
                "user_id": 7,
                "email": "ann@example.com",
                "username": "ann",
                "phone": "+12025550101",
                "users": ["b"],
                "names_users": True,
                "factors": ["SMS"],
            },
        ),
        ("mfa_reset", {"mfa_reset_new_factors": ["SMS"], "mfa_reset_factors": ["all"]}, {"factors": ["SMS"]}),
        ("mfa_audit", {"mfa_audit_users": None}, {"names_users": True}),
        ("mfa_audit", {"onelogin_row_error": "Row 2: No."}, {"problem": "Row 2: No."}),
        ("mfa_audit", {"onelogin_row_error": ""}, {}),
        ("mfa_audit", {"ansible_run_tags": ["mfa_plan"]}, {"works": False}),
        ("mfa_audit", {"ansible_skip_tags": ["all"]}, {"works": False}),
    ],
)
def test_the_whole_note_of_a_host(role: str, variables: dict[str, Any], expected: dict[str, Any]) -> None:
    assert note(role, **variables) == {**BLANK, **expected}


def test_each_note_has_another_id() -> None:
    """A later call of a role must not use the notes of an earlier one."""
    assert take_note("mfa_audit", RUN, Templar())["id"] != take_note("mfa_audit", RUN, Templar())["id"]


def test_a_host_takes_part_once_in_each_call_of_a_role() -> None:
    hosts: dict[str, dict[str, Any]] = {name: {NOTE: {"id": f"n-{name}"}} for name in "abc"}
    done = {"hosts": {"a": {"note": "n-a"}, "b": {"note": "earlier"}}}
    assert [host["name"] for host in hosts_of({"__mfa_people_done": done}, **hosts)] == ["b", "c"]
    for nothing in (None, {}, {"hosts": None}):
        assert len(hosts_of({"__mfa_people_done": nothing}, **hosts)) == 3


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"onelogin_firstname": "Ann", "onelogin_lastname": "Lee", "onelogin_user": {"firstname": "X"}}, "Ann Lee"),
        ({"onelogin_user": {"firstname": "Ann", "lastname": "Lee"}}, "Ann Lee"),
        ({"onelogin_lastname": "{% if x %}"}, None),
        ({"onelogin_user": ["Ann"]}, None),
        ({}, None),
    ],
)
def test_the_name_of_the_person_of_a_host(variables: dict[str, Any], name: str | None) -> None:
    (host,) = hosts_of(a={NOTE: {"id": "n"}, **variables})
    assert host == {"name": "a", "person": name, "groups": ["sales"], "note": {"id": "n"}, "user_status": None}


# Files and folders


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        (None, None),
        ("", None),
        ("none", None),
        ("postgresql://db/journal", None),
        ("old.sqlite", None),
        ("new.sqlite", "HERE/new.sqlite"),
        ("~/new.sqlite", "HERE/new.sqlite"),
        ("$PLACE/new.sqlite", "HERE/new.sqlite"),
    ],
)
def test_a_journal_is_new_if_its_file_does_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str | None, expected: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PLACE", str(tmp_path))
    (tmp_path / "old.sqlite").write_text("")
    assert find_new_journal(journal) == (expected and expected.replace("HERE", str(tmp_path)))


@pytest.mark.parametrize("given", ["$PLACE/audits", "~/audits", "audits"])
def test_the_folder_of_a_history_gets_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PLACE", str(tmp_path))
    assert read_settings("mfa_audit", {"mfa_audit_history": given}, None)["history"] == f"{tmp_path}/audits"


def test_the_journal_is_in_the_current_folder_without_an_inventory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONELOGIN_JOURNAL", raising=False)
    monkeypatch.chdir(tmp_path)
    assert read_settings("mfa_audit", {}, None)["journal"] == f"{tmp_path}/.onelogin-journal.sqlite"


@pytest.mark.parametrize(
    ("role", "option", "files"), [("mfa_reset", "sheets", "pages"), ("mfa_audit", "history", "audits")]
)
def test_files_are_not_kept_in_the_folder_of_an_awx_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str, option: str, files: str
) -> None:
    job = tmp_path / "job"
    folder = f"{tmp_path}/other/../job/kept"
    monkeypatch.delenv("AWX_PRIVATE_DATA_DIR", raising=False)
    refuse_folder_of_job(role, {option: folder})
    monkeypatch.setenv("AWX_PRIVATE_DATA_DIR", str(job))
    refuse_folder_of_job(role, {option: f"{tmp_path}/jobs"})
    refuse_folder_of_job(role, {option: None})
    with pytest.raises(AnsibleActionFail) as refused:
        refuse_folder_of_job(role, {option: folder})
    assert refused.value.message == (
        f"{role}_{option} is {folder}, in the folder of this AWX job. AWX deletes it when the job ends,"
        f" and the {files} with it. Set a folder that the execution environment mounts. Nothing was done."
    )


def test_a_required_option_says_what_it_is_for() -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        read_settings("mfa_reset", {"mfa_reset_challenge": ""}, None)
    assert refused.value.message == (
        "mfa_reset_challenge is not set. The factor with which the person confirms first, such as OneLogin SMS, or none"
        " if you have another proof of the person's identity. Nothing was done."
    )
