# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of modules on one account, some of which are killed, and the time that they and the simulator share."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import Any, NoReturn

from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Transport
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import account_factors
from ansible_collections.community.onelogin.plugins.module_utils._journal.store import Store

from tests.integration.bench import Bench
from tests.integration.harness import Simulator
from tests.model.snapshot import seconds

Result = dict[str, Any]


class SharedClock(Clock):
    """The simulator's time, also for a process forked off: what is slept passes there, too, and at once."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self._ahead = RawValue("d", 0.0)
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return time.monotonic() + float(self._ahead.value)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead.value)

    def sleep(self, seconds: float) -> None:
        end = self.monotonic() + seconds
        with self._lock:  # threads sleep at the same time, not one after the other
            if (rest := end - self.monotonic()) > 0:
                self._sim.admin("POST", "/clock", {"advance": rest})
                self._ahead.value += rest

    def synchronize(self) -> None:
        """Take the time from the simulator: a run that was killed may have told only one of the two."""
        self._ahead.value = seconds(self._sim.admin("POST", "/clock", {"advance": 0})["time"]) - time.time()


@dataclass(frozen=True)
class Run:
    """A run that is to be.

    :param kill_at: the step, of those that matter to what remains, at which it is killed.
    """

    module: str
    options: dict[str, Any]
    kill_at: int | None = None


def at_once(bench: Bench, *runs: Run) -> list[Result | None]:
    """The results of runs in processes of their own, all at the same time; None for one that was killed."""
    started = [_start(bench, run) for run in runs]
    return [_finish(*one) for one in started]


def alone(bench: Bench, run: Run, *, check_mode: bool = False) -> Result:
    """The result of a run in this process."""
    account_factors.cache_clear()  # which another process would not know
    return bench(run.module, check_mode=check_mode, **run.options)


def _start(bench: Bench, run: Run) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _be_the_child(bench, run, writing)
    os.close(writing)
    return child, reading


def _be_the_child(bench: Bench, run: Run, writing: int) -> NoReturn:
    """Whatever happens, do not go on as a second test process."""
    code = 1
    try:
        bench.sim.connect()
        if run.kill_at is not None:
            _die_at(run.kill_at)
        said = json.dumps(alone(bench, run))
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
    """Have this process killed before or after some request or commit."""
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


_NEVER_ANSWERED = ("reset_before", "reset_after", "hang", "slow")  # or later, the call having had its effect


def settle(sim: Simulator) -> None:
    """Let the simulator work off what a killed run has left on the wire."""
    seen: Any = None
    for _look in range(50):
        rows = sim.log()
        if rows == seen and all(row["status"] or row["fault"] in _NEVER_ANSWERED for row in rows):
            return
        seen = rows
        time.sleep(0.005)


def journal_entries(bench: Bench, journal: Path) -> list[dict[str, Any]]:
    """What the journal says."""
    told = bench("mfa_journal_info", journal=str(journal))
    assert not told["failed"], told
    return [{name: value for name, value in entry.items() if name != "age"} for entry in told["entries"]]
