# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of modules on one account, some of which are killed; they share the time of the simulator."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Transport
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import share_group_factors
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

from tests.integration.operations import OperationRunner
from tests.support.simulator_process import SimulatorProcess

Result = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """The parameters of a run.

    :param kill_at: the request or commit at which it is killed.
    """

    module: str
    options: dict[str, Any]
    kill_at: int | None = None


def at_once(runner: OperationRunner, *runs: Run) -> list[Result | None]:
    """Start runs in separate processes at the same time; return their results, None for a killed run."""
    started = [_start(runner, run) for run in runs]
    return [_finish(*one) for one in started]


def alone(runner: OperationRunner, run: Run, *, check_mode: bool = False) -> Result:
    """Start a run in this process, and return its result."""
    share_group_factors.cache_clear()  # a new process has an empty cache
    return runner(run.module, check_mode=check_mode, **run.options)


def _start(runner: OperationRunner, run: Run) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _run_in_child(runner, run, writing)
    os.close(writing)
    return child, reading


def _run_in_child(runner: OperationRunner, run: Run, writing: int) -> NoReturn:
    """Run in the child process, and never return as a second test process."""
    code = 1
    try:
        runner.sim.connect()
        if run.kill_at is not None:
            _die_at(run.kill_at)
        said = json.dumps(alone(runner, run))
        code = 0
    except BaseException:  # noqa: BLE001
        said = traceback.format_exc()
    try:
        with os.fdopen(writing, "w") as pipe:
            pipe.write(said)
    finally:
        os._exit(code)


def _finish(child: int, reading: int) -> Result | None:
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.WEXITSTATUS(status) == 0, said
    return dict(json.loads(said))


def _die_at(step: int) -> None:
    """Kill this process before or after a request or commit."""
    passed = 0
    lock = threading.Lock()

    def pass_one() -> None:
        nonlocal passed
        with lock:
            if passed == step:
                os.kill(os.getpid(), signal.SIGKILL)
            passed += 1

    def between(work: Callable[..., Any]) -> Callable[..., Any]:
        def worked(*given: Any, **named: Any) -> Any:
            pass_one()
            try:
                return work(*given, **named)
            finally:
                pass_one()

        return worked

    Transport.send = between(Transport.send)  # type: ignore[method-assign]
    Store.do = between(Store.do)  # type: ignore[method-assign]


_NEVER_ANSWERED = ("reset_before", "reset_after", "hang", "slow")  # or too late; the call can have had its effect


def wait_for_simulator(sim: SimulatorProcess) -> None:
    """Wait until the simulator has processed the requests of a killed run."""
    seen: Any = None
    for _look in range(50):
        rows = sim.log()
        if rows == seen and all(row["status"] or row["fault"] in _NEVER_ANSWERED for row in rows):
            return
        seen = rows
        time.sleep(0.005)


def journal_entries(runner: OperationRunner, journal: Path) -> list[dict[str, Any]]:
    """Return the entries of the journal."""
    listed = runner("mfa_journal_info", journal=str(journal))
    assert not listed["failed"], listed
    return [{name: value for name, value in entry.items() if name != "age"} for entry in listed["entries"]]
