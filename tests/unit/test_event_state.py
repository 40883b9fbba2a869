# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the event source remembers: the file, and which account it belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account
from ansible_collections.community.onelogin.plugins.plugin_utils._events.state import FeedState, StateFile

from tests.unit.harness import EPOCH

ACCOUNT = Account("acme.example", "us", 45)
TEXT = (
    '{"host": "acme.example", "region": "us", "account_id": 45, "since": "2026-01-01T00:00:00+00:00",'
    ' "seen": {"7": "2026-01-01T00:00:00+00:00", "8": null}}'
)


def refusal(caught: pytest.ExceptionInfo[OneLoginError]) -> tuple[str, str, str]:
    """The code, message and hint of an error."""
    return caught.value.code, caught.value.message, caught.value.hint


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new/state.json"
    state = FeedState(ACCOUNT, EPOCH, {7: EPOCH, 8: None})
    file = StateFile(path)
    assert file.read() is None
    file.write(state)
    assert file.read() == state
    assert path.read_text() == TEXT
    assert sorted(its.name for its in path.parent.iterdir()) == ["state.json", "state.json.lock"]
    modes = [its.stat().st_mode & 0o777 for its in (path, path.with_name("state.json.lock"), path.parent)]
    assert modes == [0o600, 0o600, 0o700]
    with pytest.raises(OneLoginError) as caught:
        StateFile(path)
    assert refusal(caught) == (
        "invalid",
        f"Another event source uses the state file {path}.",
        "Give each source a state_file of its own, or stop the other ansible-rulebook.",
    )
    file.close()
    file.close()
    StateFile(path).close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        TEXT.replace('"2026-01-01T00:00:00+00:00", "seen"', '"x", "seen"'),
        TEXT.replace("acme.example", "").replace('"host"', '"hosts"'),
        TEXT.replace('"region"', '"regions"'),
        TEXT.replace('"account_id"', '"account_ids"'),
        TEXT.replace('"7"', '"x"'),
        TEXT.replace('{"7": "2026-01-01T00:00:00+00:00", "8": null}', "[7]"),
    ],
)
def test_a_damaged_state_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    file = StateFile(path)
    with pytest.raises(OneLoginError) as caught:
        file.read()
    file.close()
    assert refusal(caught) == (
        "invalid",
        f"The state file {path} is damaged.",
        "Restore it. If you remove it, the source returns only events after its next start.",
    )


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    hint = "Name a file that you can read and write as state_file."
    (tmp_path / "file").touch()
    with pytest.raises(OneLoginError) as caught:
        StateFile(tmp_path / "file/state.json")
    assert refusal(caught)[::2] == ("invalid", hint)
    assert caught.value.message.startswith(f"The state file {tmp_path / 'file/state.json'} cannot be used: ")
    (tmp_path / "folder").mkdir()
    file = StateFile(tmp_path / "folder")
    attempts: list[Any] = [file.read, lambda: file.write(FeedState(ACCOUNT, EPOCH, {}))]
    for attempt in attempts:
        with pytest.raises(OneLoginError) as caught:
            attempt()
        expected = f"The state file {tmp_path / 'folder'} cannot be used: Is a directory."
        assert refusal(caught) == ("invalid", expected, hint)
    file.close()


@pytest.mark.parametrize(
    ("other", "names"),
    [
        (Account("other.example", "us", 45), None),
        (Account("acme.example", "us", None), None),
        (Account("acme.example", "us", 46), "us/45, and the credential to us/46"),
        (Account("acme.example", "eu", 45), "us/45, and the credential to eu/45"),
        (Account("other.example", "us", None), "acme.example, and the credential to other.example"),
    ],
)
def test_a_state_belongs_to_one_account(other: Account, names: str | None) -> None:
    state = FeedState(ACCOUNT, EPOCH, {})
    if not names:
        state.refuse_other(other)
        return
    with pytest.raises(OneLoginError) as caught:
        state.refuse_other(other)
    message = f"The state file belongs to the account {names}."
    assert refusal(caught) == ("invalid", message, "Give each account a state_file of its own.")
