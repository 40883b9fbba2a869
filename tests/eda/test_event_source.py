# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source in ansible-rulebook: no event is lost or handled twice, whatever happens to it or to OneLogin."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.eda.harness import Administrator, Rulebook
from tests.integration.harness import Simulator

SLOW = """\
- name: Handle an event
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Write down when it begins and when it ends
      ansible.builtin.shell: >-
        echo begin {{ ansible_eda.event.id }} >> {{ log }}; sleep 4; echo end {{ ansible_eda.event.id }} >> {{ log }}
"""


def _rules(action: object, **source: object) -> str:
    """A rulebook that does something for every event."""
    given = {
        "event_types": ["TEMP_OTP_TOKEN_GENERATED"],
        "interval": "{{ onelogin_interval }}",
        "state_file": "{{ onelogin_state_file }}",
        **source,
    }
    return yaml.safe_dump(
        [
            {
                "name": "Test",
                "hosts": "all",
                "sources": [{"name": "onelogin", "community.onelogin.events": given}],
                "rules": [{"name": "Each", "condition": "event.id > 0", "action": action}],
            }
        ]
    )


def _slow(folder: Path) -> str:
    (folder / "slow.yml").write_text(SLOW)
    action = {"run_playbook": {"name": "slow.yml", "copy_files": False, "extra_vars": {"log": str(folder / "handled")}}}
    return _rules(action, feedback=True)


def _handled(folder: Path, word: str = "end") -> Counter[str]:
    file = folder / "handled"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return Counter(line.split()[1] for line in lines if line.startswith(word))


def _printed(rules: Rulebook) -> Counter[str]:
    """The ids that the action print_event has printed."""
    return Counter(re.findall(r"^HANDLED (\d+)$", rules.said(), re.MULTILINE))


def _seen(state: Path) -> list[str]:
    return list(json.loads(state.read_text(encoding="utf-8"))["seen"])


def _forget_newest(state: Path) -> None:
    """Have a state look as if ansible-rulebook was killed after it got the newest event, and before it was recorded."""
    record = json.loads(state.read_text(encoding="utf-8"))
    del record["seen"][max(record["seen"])]
    state.write_text(json.dumps(record))


PRINT = {"debug": {"msg": "HANDLED {{ event.id }}"}}


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_a_restart_loses_no_event_and_repeats_only_what_it_interrupted(
    rulebook: Callable[..., Rulebook], account: Simulator, tmp_path: Path, by: signal.Signals
) -> None:
    admin = Administrator(account)
    rules = rulebook(_slow(tmp_path))
    rules.start()
    admin.issue_tokens("jane", 3)
    rules.wait_until(lambda: len(_handled(tmp_path, "begin")) == 2, "the second event is not handled")
    (second,) = _handled(tmp_path, "begin") - _handled(tmp_path)
    rules.wait_until(lambda: len(_seen(rules.state)) == 3, "the rule engine does not take the third event")
    rules.stop(by)
    _forget_newest(rules.state)
    admin.issue_tokens("jane", 2)
    rules.start()
    rules.wait_until(lambda: len(_handled(tmp_path)) == 5, "an event is lost")
    rules.read_again()
    begun = _handled(tmp_path, "begin")
    assert begun.pop(second) == 2, "it was interrupted"
    assert set(begun.values()) == {1}


def test_events_come_once_from_a_bad_log_over_a_bad_network(
    rulebook: Callable[..., Rulebook], account: Simulator
) -> None:
    admin = Administrator(account)
    account.switch(event_copies="2", event_order="mixed", event_page="50", event_lag="uneven")
    rules = rulebook(_rules(PRINT), persistent=False)
    rules.start()
    admin.issue_tokens("jane", 70)
    account.fault("503", path="/api/1/events$", times=2)
    account.fault("reset_after", path="/api/1/events$", times=1)
    account.fault("429", path="/api/1/events$", times=1, params={"headers": "none"})
    account.admin("POST", "/tokens/expire")
    account.pass_time(20)
    rules.wait_until(lambda: _printed(rules), "no event came")
    account.admin("POST", "/tokens/revoke")
    admin.issue_tokens("jane", 1)
    account.pass_time(60)
    rules.wait_until(lambda: len(_printed(rules)) == 71, "an event is lost")
    rules.read_again()
    assert set(_printed(rules).values()) == {1}
    assert rules.said().count("OneLogin's events cannot be read") == 1
    assert rules.said().count("OneLogin's events can be read again.") == 1


@pytest.mark.shows("client secret", "vars.yml", "the test writes it there")
def test_a_credential_without_the_right_ends_it_and_shows_nothing(
    start: Callable[..., Simulator], tmp_path: Path, rulebook: Callable[..., Rulebook]
) -> None:
    secret = "a-secret-in-the-rulebook-5e4d"
    rules = rulebook(
        _rules(PRINT, client_id="small", client_secret="{{ small_secret }}"), persistent=False, small_secret=secret
    )
    other = start("--credential", f"small:{secret}:Authentication Only")
    rules.environment["ONELOGIN_BASE_URL"] = other.url
    rules.start()
    assert rules.wait_for_end() == 1
    assert "Use an API credential of the scope Read Users" in rules.said()
    assert secret not in rules.said()
