# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the history of audits: which are read, and which are refused."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.files import (
    keep_audit,
    prepare_folder,
    read_audits,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history import SHOWN, add_history
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history_lines import describe_history
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.scope import hash_scope
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import AuditedPerson

from tests.unit.test_role_history import ACCOUNT, HOSTS, People, audit, kept

ANONYMOUS = {"host": "acme.onelogin.com", "name": None}


def test_the_latest_audits_of_a_scope_are_read(tmp_path: Path) -> None:
    made = [audit({1: ["SMS"]}, day) for day in range(1, SHOWN + 3)]
    for its in made:
        kept(tmp_path, its)
    kept(tmp_path, audit({1: []}, 27, HOSTS))
    kept(tmp_path, audit({1: []}, 28, account={"host": "other.onelogin.com", "name": "us/2"}))
    (tmp_path / "mfa-audit.json").write_text("A report may be in the same folder.")
    found, problems = read_audits(str(tmp_path), ACCOUNT, 3, lambda its: its["account"]["name"] == "us/1")
    assert (found, problems) == (made[:-4:-1], [])


def test_the_trend_has_at_most_twelve_audits(tmp_path: Path) -> None:
    for day in range(1, 14):
        kept(tmp_path, audit({1: ["SMS"]}, day))
    _audit, history = add_history(audit({1: []}, 20), str(tmp_path), check_mode=True)
    days = [int(point["at"][8:10]) for point in history["trend"]]
    assert days == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 20]


def test_simultaneous_audits_have_separate_files(tmp_path: Path) -> None:
    paths = {kept(tmp_path, audit({1: ["SMS"]})) for _each in range(3)}
    assert (len(paths), {path.stat().st_mode & 0o777 for path in paths}) == (3, {0o600})
    assert len(read_audits(str(tmp_path), ACCOUNT, 9)[0]) == 3


@pytest.mark.parametrize(
    ("people", "check_mode", "kept", "words"),
    [
        ({1: ["SMS"], 2: None}, False, True, None),
        ({1: ["SMS"]}, True, False, "  This audit is not kept in check mode."),
        ({1: None}, False, False, "  This audit is not kept, since no one could be read."),
        # No one matches any more, so all earlier people are gone.
        ({}, False, True, None),
    ],
)
def test_an_audit_is_kept_if_it_could_read_someone(
    tmp_path: Path, people: People, check_mode: bool, kept: bool, words: str | None
) -> None:
    _audit, history = add_history(audit(people), str(tmp_path), check_mode=check_mode)
    assert bool(history["file"]) is kept
    lines = describe_history(history, check_mode=check_mode)
    assert lines == [f"This is the first audit of all users of the account in {tmp_path}.", *([words] if words else [])]


GOOD = audit({1: ["SMS"]})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is damaged: it is not JSON."),
        (json.dumps(GOOD)[:-9], "is damaged: it is not JSON."),
        ("[" * 100_000, "is damaged: it is not JSON."),
        (b"\xff\xfe", "is damaged: it is not JSON."),
        ([], "is not an audit."),
        ({"rows": []}, "is not an audit."),
        ({**GOOD, "version": 2}, "has version 2, which this release does not read."),
        ({**GOOD, "finished": "8000-01-01T00:00:00Z"}, "has the time 8000-01-01T00:00:00Z, which is not in the past."),
        (None, "is not a file."),
    ],
)
def test_an_invalid_file_is_named_and_the_others_are_read(tmp_path: Path, content: Any, reason: str) -> None:
    kept(tmp_path, GOOD)
    bad = kept(tmp_path, audit({1: []}, 2))
    if content is None:
        bad.unlink()
        bad.mkdir()
    elif isinstance(content, bytes):
        bad.write_bytes(content)
    else:
        bad.write_text(content if isinstance(content, str) else json.dumps(content))
    assert read_audits(str(tmp_path), ACCOUNT, 9) == ([GOOD], [f"{bad} {reason}"])


PERSON = GOOD["people"][0]


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("account", "scope", "started", "finished", "people")),
        {"account": {"host": None, "name": None}},
        {"account": {"host": "acme.example", "name": 1}},
        {"account": {"host": "acme.example"}},
        {"scope": {"kind": "account"}},
        {"scope": {"kind": "account", "selection": "all"}},
        {"lost": "1"},
        {"lost": True},
        {"gained": 1.5},
        *(
            {"people": [{**PERSON, **person}]}
            for person in (
                {"user_id": True},
                {"user_id": "1"},
                {"user": None},
                {"name": 7},
                {"groups": None},
                {"groups": "sales"},
                {"groups": [None]},
                {"factors": "SMS"},
                {"factors": [7]},
                {"asked_at": 0},
            )
        ),
        *({"people": [{key: its for key, its in PERSON.items() if key != name}]} for name in PERSON),
        *({name: ...} for name in ("account", "scope", "started", "finished", "lost", "gained", "people")),
    ],
    ids=str,
)
def test_a_file_with_a_missing_or_wrong_value_is_not_read(tmp_path: Path, changes: dict[str, Any]) -> None:
    bad = kept(tmp_path, GOOD)
    bad.write_text(json.dumps({name: its for name, its in {**GOOD, **changes}.items() if its is not ...}))
    reason = f"{bad} is an audit with missing or wrong values."
    assert read_audits(str(tmp_path), ACCOUNT, 9) == ([], [reason])


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    person: AuditedPerson = {
        "user_id": 7,
        "user": "ann",
        "name": "Ann",
        "groups": ["x", "y"],
        "factors": ["SMS"],
        "asked_at": "2026-03-01T08:30:00Z",
    }
    unread: AuditedPerson = {
        "user_id": None,
        "user": "bob",
        "name": None,
        "groups": [],
        "factors": None,
        "asked_at": None,
    }
    its = audit({}, lost=2, gained=0, started="2026-03-01T08:00:00Z", account=ANONYMOUS)
    its["people"] = [person, unread]
    path = kept(tmp_path, its)
    assert read_audits(str(tmp_path), ACCOUNT, 9) == ([its], [])
    assert json.loads(path.read_text()) == its
    assert re.fullmatch(f"audit-20260301T090000.000000Z-{hash_scope(ACCOUNT)}-[0-9a-f]{{8}}.json", path.name)


@pytest.mark.parametrize(("minutes", "readable"), [(-1, True), (4, True), (6, False)])
def test_clocks_may_differ_by_five_minutes(tmp_path: Path, minutes: int, readable: bool) -> None:
    finished = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    kept(tmp_path, audit({1: []}, finished=finished.strftime("%Y-%m-%dT%H:%M:%S.%fZ")))
    found, problems = read_audits(str(tmp_path), ACCOUNT, 9)
    assert (bool(found), bool(problems)) == (readable, not readable)


def test_names_from_a_file_are_plain_text(tmp_path: Path) -> None:
    its = audit({1: ["S\u202eMS"]})
    its["people"][0] |= {"user": "a\x1b[31mb", "name": "\u202e", "groups": ["sa\u202eles"]}
    kept(tmp_path, its)
    ((found,), _problems) = read_audits(str(tmp_path), ACCOUNT, 1)
    plain = {"user": "a[31mb", "name": None, "groups": ["sales"], "factors": ["SMS"]}
    assert found["people"] == [{**its["people"][0], **plain}]


def test_the_folder_is_created_for_its_owner_only_and_not_in_check_mode(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "audits"
    prepare_folder(str(folder), check_mode=True)
    assert (folder.exists(), read_audits(str(folder), ACCOUNT, 1)) == (False, ([], []))
    prepare_folder(str(folder), check_mode=False)
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "check_mode", "reason"),
    [
        ("file", True, "Not a directory"),
        ("file", False, "File exists"),
        ("dangling", True, "No such file or directory"),
    ],
)
def test_an_unusable_folder_is_refused(tmp_path: Path, name: str, check_mode: bool, reason: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to(tmp_path / "missing")
    with pytest.raises(AnsibleActionFail) as refused:
        prepare_folder(f"{tmp_path}/{name}", check_mode=check_mode)
    assert refused.value.message == (
        f"mfa_audit_history is {tmp_path}/{name}, and no audit can be kept there: {reason}."
        " Set a folder that you can write to. Nothing was done."
    )


def test_an_audit_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = f"{tmp_path}/file/audit.json"
    with pytest.raises(AnsibleActionFail) as refused:
        keep_audit(path, GOOD)
    assert refused.value.message == f"The audit cannot be kept in {path}: File exists. Run again to keep it."
