# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a task in this process: with the action of its module, or as the module that is shipped."""

from __future__ import annotations

import gc
import json
import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.module_utils import basic
from ansible.module_utils.common import parameters
from ansible_collections.community.onelogin.plugins import modules
from ansible_collections.community.onelogin.plugins.module_utils._ansible import module
from ansible_collections.community.onelogin.plugins.module_utils._common import secrets
from ansible_collections.community.onelogin.plugins.plugin_utils._controller import action

Result = dict[str, Any]
Perform = Callable[..., Result]


def _ship(shipped: list[Any], **named: Any) -> Result:
    shipped.append(named)
    return {"a": 1}


class Templar:
    """A templar for plain values."""

    def template(self, value: Any) -> Any:
        """Return the value unchanged."""
        return value


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep what a task changes in its process: the handlers of signals, and the listeners for secrets."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    monkeypatch.setattr(secrets, "_listeners", [])
    for name in [name for name in os.environ if name.startswith("ONELOGIN_")]:
        monkeypatch.delenv(name)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What modules write to the log of the system."""
    lines: list[str] = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda _self, text, **_named: lines.append(text))
    return lines


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What an action starts in its process, which would stay after the test."""
    calls: list[Any] = []
    for name in ("end_with_parent", "remove_token_at_end"):
        monkeypatch.setattr(action, name, lambda *given, _name=name: calls.append((_name, *given)))
    monkeypatch.setattr(gc, "freeze", lambda: calls.append("freeze"))
    action._freeze_garbage_collector.cache_clear()
    return calls


@pytest.fixture
def in_process(process: None, ended: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Perform:
    """Perform a task as Ansible does it for a local connection."""
    assert ended == []
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))

    def perform(name: str, args: Result, *, shipped: list[Any] | None = None, **options: Any) -> Result:
        task = SimpleNamespace(
            action=f"community.onelogin.{name}",
            args=args,
            async_val=options.get("async_val", 0),
            check_mode=options.get("check_mode", False),
            diff=options.get("diff", False),
            environment=options.get("environment"),
            no_log=options.get("no_log", False),
        )
        connection = SimpleNamespace(
            transport=options.get("transport", "local"),
            become=options.get("become"),
            has_native_async=options.get("has_native_async", False),
            _shell=SimpleNamespace(tmpdir="/none", env_prefix=lambda **_named: ""),
        )
        built = action.build_action(f"ansible_collections.community.onelogin.plugins.action.{name}")
        made = built(task, connection, None, None, Templar(), None)
        if shipped is not None:
            monkeypatch.setattr(made, "_execute_module", partial(_ship, shipped))
        found: Result = made.run(None, {"ansible_inject_invocation": True})
        return found

    return perform


@pytest.fixture
def as_module(
    process: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], logged: list[str]
) -> Perform:
    """Run a module as Ansible does it on a host, and return its result."""
    assert logged == []

    def perform(name: str, args: Result, **options: Any) -> Result:
        for key, value in (options.pop("environment", None) or {}).items():
            monkeypatch.setenv(key, value)
        if "inject_invocation" in parameters.PASS_VARS:  # as of ansible-core 2.21
            options["inject_invocation"] = True
        given = {"ANSIBLE_MODULE_ARGS": {**args, **{f"_ansible_{key}": value for key, value in options.items()}}}
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(given).encode())
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit) as end:
            module.run_module(import_module(f"{modules.__name__}.{name}").OPERATION)
        found: Result = json.loads(capsys.readouterr().out)
        assert end.value.code == (1 if found.get("failed") else 0)
        return {"failed": False, **found}

    return perform


@pytest.fixture(params=["in process", "as a module"])
def perform(request: pytest.FixtureRequest) -> Perform:
    """Perform a task in each of the two ways."""
    found: Perform = request.getfixturevalue("in_process" if request.param == "in process" else "as_module")
    return found
