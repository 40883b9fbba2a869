# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the simulated account at one moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tests.support.simulator_process import SimulatorProcess

DEFAULT_LIFE = 120  # seconds that a message without an expiry can be valid


class Step(NamedTuple):
    """The purpose of a message: to enrol a factor, or to confirm with a device."""

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
        """Whether the person rejected it, rather than let it expire."""
        return self.status == "rejected" and not self.expired


@dataclass(frozen=True)
class Message:
    """A message that was sent to a person."""

    process: str
    at: float


@dataclass(frozen=True)
class Snapshot:
    """All devices, processes and messages, in order of creation."""

    processes: dict[str, Process]
    devices: dict[tuple[int, str], tuple[str, ...]]
    messages: tuple[Message, ...]

    def of(self, step: Step) -> list[Process]:
        """All processes of a step."""
        return [process for process in self.processes.values() if process.step == step]

    def sent(self, process: Process) -> bool:
        """Whether a message was sent for a process."""
        return any(message.process == process.id for message in self.messages)


def take(sim: SimulatorProcess) -> Snapshot:
    """Read the state of the account."""
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
    return Snapshot(processes, {owner: tuple(ids) for owner, ids in devices.items()}, tuple(messages))


def seconds(time: str) -> float:
    """Convert a time of the simulator to seconds since the epoch."""
    return datetime.fromisoformat(time).timestamp()
