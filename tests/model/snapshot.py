# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated account holds at one moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tests.support.simulator_process import SimulatorProcess

DEFAULT_LIFE = 120  # seconds for which what has no expiry of its own may be good


class Step(NamedTuple):
    """What a person is messaged for: to enrol a factor, or to be there."""

    kind: str
    user_id: int
    factor: str


@dataclass(frozen=True)
class Process:
    """A registration or a verification; times in seconds since the epoch."""

    id: str
    step: Step
    device_id: str
    status: str
    expired: bool
    expires_at: float | None

    @property
    def refused(self) -> bool:
        """Whether somebody said no, as opposed to nothing."""
        return self.status == "rejected" and not self.expired


@dataclass(frozen=True)
class Message:
    """What was sent to somebody."""

    process: str
    at: float


@dataclass(frozen=True)
class Snapshot:
    """Everything enrolled and under way; all in the order in which it came."""

    processes: dict[str, Process]
    devices: dict[tuple[int, str], tuple[str, ...]]
    messages: tuple[Message, ...]

    def of(self, step: Step) -> list[Process]:
        """All there ever was for a step."""
        return [process for process in self.processes.values() if process.step == step]

    def sent(self, process: Process) -> bool:
        """Whether the person heard of it."""
        return any(message.process == process.id for message in self.messages)


def take(sim: SimulatorProcess) -> Snapshot:
    """Look at all of the account."""
    processes: dict[str, Process] = {}
    devices: dict[tuple[int, str], list[str]] = defaultdict(list)
    for person in sim.state()["people"]:
        user_id = person["user_id"]
        for device in person["devices"]:
            devices[user_id, device["factor"]].append(device["device_id"])
        for kind in ("registration", "verification"):
            for row in person[f"{kind}s"]:
                expires = row["expires_at"]
                processes[row["id"]] = Process(
                    id=row["id"],
                    step=Step(kind, user_id, row["factor"]),
                    device_id=row["device_id"],
                    status=row["status"],
                    expired=row["expired"],
                    expires_at=seconds(expires) if expires else None,
                )
    messages = [
        Message(row["registration_id"] or row["verification_id"], seconds(row["time"])) for row in sim.messages()
    ]
    return Snapshot(processes, {whose: tuple(ids) for whose, ids in devices.items()}, tuple(messages))


def seconds(time: str) -> float:
    """A time of the simulator's in seconds since the epoch."""
    return datetime.fromisoformat(time).timestamp()
