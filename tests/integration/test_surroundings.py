# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Around the modules: a missing library, the action group, and the examples of the documentation."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.conftest import Playbook
from tests.integration.harness import (
    BIN,
    CLIENT_ID,
    CLIENT_SECRET,
    MODULES,
    ROOT,
    Simulator,
    environment,
    play,
    task,
)

PACKAGE = "ansible_collections.community.onelogin.plugins.modules"


def test_a_missing_requests_library_is_named(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    """The module is shipped to another interpreter, with and without async."""
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow/requests.py").write_text("raise ImportError('no requests here')\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}/shadow" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    done = playbook(
        [task(module, name=module, **{"async": 60, "poll": 1}) for module in ("rate_limit_info", "mfa_registration")],
        vars={"ansible_python_interpreter": str(python)},
    )
    for result in done.results:
        assert result["failed"]
        assert "Failed to import the required Python library (requests)" in result["msg"]
    assert sim.log() == []


def test_the_action_group_contains_every_action_that_calls_onelogin() -> None:
    of_roles = [
        file.stem
        for file in ROOT.glob("plugins/modules/role_*.yml")
        if "community.onelogin.connection" in file.read_text()
    ]
    groups = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]
    assert groups["onelogin"] == sorted([*MODULES, *of_roles])


@pytest.mark.shows("access token", "*", "a task returns it that should have no_log", until_masked=True)
def test_module_defaults_of_the_group_apply_to_every_module(sim: Simulator, playbook: Playbook) -> None:
    """The environment has a wrong account, so only the defaults can work; each module may fail for other reasons."""
    connection = {"base_url": sim.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "retries": 2}
    done = playbook(
        [task(module, name=module) for module in MODULES],
        module_defaults={"group/community.onelogin.onelogin": connection},
        env={"ONELOGIN_BASE_URL": "http://127.0.0.1:9", "ONELOGIN_CLIENT_SECRET": "none"},
    )
    for module in MODULES:
        arguments = done[module]["invocation"]["module_args"]
        assert arguments["base_url"] == sim.url
        assert arguments["retries"] == 2
        assert done[module].get("error", {}).get("code") in (None, "invalid"), done[module]


def _examples(module: str) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = yaml.safe_load(importlib.import_module(f"{PACKAGE}.{module}").EXAMPLES)
    return tasks


def test_the_examples_are_playbooks(tmp_path: Path) -> None:
    files = []
    for module in MODULES:
        tasks = _examples(module)
        assert any(f"community.onelogin.{module}" in each for each in tasks)
        assert all(each["name"] for each in tasks)
        files.append(tmp_path / f"{module}.yml")
        files[-1].write_text(play(tasks))
    done = subprocess.run(
        [str(BIN / "ansible-playbook"), "--syntax-check", *map(str, files)],
        env=environment(tmp_path, "http://127.0.0.1:9"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


PEOPLE = """\
id,email,phone,sim_answer_after,sim_enrolled
36216766,jane@example.com,+64272001122,1,OneLogin Protect
36216767,john@example.com,+64272001123,1,Authenticator
"""
GROUPS = ("Engineering", "MFA required", "Sales", "Sales with MFA")
# The others name registrations and verifications that another module has to create first.
# The modules for the journal need a database.
RUN = [
    name
    for name in MODULES
    if not name.endswith(("registration_info", "verification_info", "_wait", "journal", "journal_info"))
]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An account with the people of the examples."""
    file = tmp_path_factory.mktemp("people") / "people.csv"
    file.write_text(PEOPLE)
    own = Simulator("--credential", f"{CLIENT_ID}:{CLIENT_SECRET}", "--people", str(file))
    yield own
    own.stop()


@pytest.mark.once("the modules have their own tests there")
@pytest.mark.parametrize("module", RUN)
def test_the_examples_run(account: Simulator, playbook: Playbook, module: str) -> None:
    """Run the examples that need only the account. The value of ``code`` is invented, so that task must fail."""
    account.reset(groups=[{"id": n, "name": name} for n, name in enumerate(GROUPS, 1)])
    tasks = [{**example, "ignore_errors": True} for example in _examples(module)]
    done = playbook(tasks, url=account.url, vars={"code": "000000"})
    failed = {name for name, result in done.by_name.items() if result["failed"]}
    assert failed == ({"Check the code of an Authenticator"} if module == "mfa_verification" else set()), done.output
