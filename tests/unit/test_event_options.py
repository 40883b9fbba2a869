# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the event source: where they come from, and what is refused before any request."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.community.onelogin.extensions.eda.plugins.event_source import events as plugin
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.plugin_utils._events import source
from ansible_collections.community.onelogin.plugins.plugin_utils._events.options import SPECS, SourceOptions
from ansible_collections.community.onelogin.plugins.plugin_utils._events.source import run

from tests.unit.harness import EPOCH, Script

pytestmark = pytest.mark.libraries("ansible-core has no part in it")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("ONELOGIN_"):
            monkeypatch.delenv(name)


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    """The options that a source needs."""
    return {
        "base_url": "https://acme.example",
        "client_id": "id",
        "client_secret": "a-long-secret",
        "state_file": str(tmp_path / "state.json"),
    }


CORRECT = "Correct the source in the rulebook. No request was sent."


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"state_file": None}, "state_file is not set. Name a file. The source creates it."),
        ({"interval": 0.5}, f"interval is 0.5; it must be from 1 to 1000000000 seconds. {CORRECT}"),
        ({"interval": "often"}, f"interval is 'often'; it must be a number. {CORRECT}"),
        ({"overlap": -1}, f"overlap is -1.0; it must be from 0 to 1000000000 seconds. {CORRECT}"),
        ({"since": "yesterday"}, f"since is yesterday; it must be a time such as 2026-11-24T09:30:00Z. {CORRECT}"),
        ({"event_type": [22]}, f'Unknown option "event_type". Did you mean "event_types"? {CORRECT}'),
        *(
            ({name: 3}, f'Unknown option "{name}". {CORRECT}')
            for name in ("retries", "journal", "journal_keep_days", "progress")
        ),
        ({"rate_limit_timeout": 3}, f'Unknown option "rate_limit_timeout". Did you mean "request_timeout"? {CORRECT}'),
        (
            {"client_secret": None},
            (
                "No API credential is set: neither access_token nor both client_id and client_secret have a value."
                " Set them, or ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET in the environment."
            ),
        ),
        (
            {"base_url": "http://acme.example"},
            (
                "base_url would send the credential to acme.example in clear text."
                " Use https; plain http is for a simulator on this machine only."
            ),
        ),
        (
            {"ca_path": "/no/such/file"},
            (
                "ca_path is not an existing file or folder: /no/such/file."
                " Correct the input and run again; nothing was changed for this item."
            ),
        ),
        (
            {"event_types": ["a\u200b"]},
            (
                "event_types has an invisible character after 'a': U+200B, ZERO WIDTH SPACE."
                " Remove the character; nothing was done for this item."
            ),
        ),
    ],
)
def test_wrong_options_are_refused_before_any_request(
    script: Script, arguments: dict[str, Any], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(RuntimeError) as refusal:
        asyncio.run(run(asyncio.Queue(), {**arguments, **given}))
    assert str(refusal.value) == message
    assert script.calls == []


def test_without_requests_the_source_says_so(arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "REQUESTS_IMPORT_ERROR", "No module named 'requests'")
    with pytest.raises(RuntimeError) as refusal:
        asyncio.run(run(asyncio.Queue(), arguments))
    assert str(refusal.value) == (
        "The Python of ansible-rulebook lacks the library requests: No module named 'requests'"
    )


def test_options_come_from_the_rulebook_and_the_environment(
    arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    connection = Connection(
        "https://acme.example", "id", "a-long-secret", retries=1, rate_limit_timeout=0.0, request_timeout=30.0
    )
    file = Path(arguments["state_file"])
    assert SourceOptions.parse(arguments) == SourceOptions(connection, (), 30.0, timedelta(minutes=10), file, None)

    (tmp_path / "authority.pem").touch()
    monkeypatch.setenv("ONELOGIN_BASE_URL", "https://acme.example")
    monkeypatch.setenv("ONELOGIN_CLIENT_ID", "id")
    monkeypatch.setenv("ONELOGIN_CLIENT_SECRET", "a-long-secret")
    monkeypatch.setenv("ONELOGIN_VALIDATE_CERTS", "no")
    monkeypatch.setenv("ONELOGIN_RATE_LIMIT_RESERVE", "7")
    monkeypatch.setenv("ONELOGIN_CA_PATH", "")
    given = {
        "state_file": "~/state.json",
        "interval": "5",
        "overlap": 0,
        "since": "2026-01-01T00:00:00Z",
        "event_types": "22, a_name,",
        "feedback": True,
        "eda_feedback_queue": object(),
        "validate_certs": None,
    }
    options = SourceOptions.parse(given)
    other = replace(connection, verify=False, rate_limit_reserve=7)
    types = ("22", "a_name")
    assert options == SourceOptions(other, types, 5.0, timedelta(0), tmp_path / "state.json", EPOCH)
    assert "a-long-secret" not in repr(options)
    verified = SourceOptions.parse({**given, "validate_certs": True, "ca_path": "~/authority.pem"})
    assert verified.connection.verify == str(tmp_path / "authority.pem")


def test_the_documentation_describes_the_options() -> None:
    documented = yaml.safe_load(plugin.DOCUMENTATION)["options"]
    keys = ("type", "elements", "default")
    assert {name: [its.get(key) for key in keys] for name, its in documented.items()} == {
        name: [spec.get(key) or None if key != "default" else spec.get(key) for key in keys]
        for name, spec in SPECS.items()
    }
    assert [name for name, its in documented.items() if its.get("required")] == ["state_file"]
    (example,) = yaml.safe_load(plugin.EXAMPLES)
    assert set(example["sources"][0]["community.onelogin.events"]) <= set(SPECS)
