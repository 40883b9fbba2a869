# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rounds of the soak, which run in this process, and the checks at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.onelogin.plugins.module_utils._engine.batch import execute
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._operations import (
    device,
    registration,
    verification,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.token_file import TokenFile

from tests.soak.process_metrics import POOL, ProcessMetrics
from tests.support.simulator_process import CLIENT_ID, CLIENT_SECRET, SimulatorProcess

PROTECT, SMS = "OneLogin Protect", "OneLogin SMS"
# The temporary error codes that faults can cause. No other failure is allowed.
TROUBLES = {"unavailable", "bad_response", "unconfirmed", "timeout", "expired", "unauthorized"}
_LONGER_THAN_A_MESSAGE = 200  # seconds

Row = dict[str, Any]


class Soak:
    """A run of the soak.

    :param folder: for the journal and the access token.
    """

    def __init__(self, sim: SimulatorProcess, people: Sequence[str], folder: Path) -> None:
        self.sim = sim
        self.metrics = ProcessMetrics()
        self.troubles: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.api: Counter[str] = Counter()
        self.enrolled: set[str] = set()
        self._wrong: list[str] = []
        self._people = people
        self._factors = {person: (PROTECT, SMS)[number % 2] for number, person in enumerate(people)}
        self._store = TokenFile(str(folder))
        self._journal = folder / "journal.sqlite"
        self._given = {
            "base_url": sim.url,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "request_timeout": 2,
            "rate_limit_timeout": -1,
            "journal": str(self._journal),
            "concurrency": POOL,
        }

    def run(self, seconds: float, at_a_time: int) -> int:
        """Process the people repeatedly, some at a time; return the number of rounds."""
        end, rounds = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            start = rounds * at_a_time % len(self._people)
            self.round(self._people[start : start + at_a_time])
            rounds += 1
        return rounds

    def round(self, people: Sequence[str]) -> None:
        """Enrol people, wait and confirm; challenge, wait and confirm; check their devices; and enrol them again."""
        self._enrol(people)
        self._activate([person for person in people if person in self.enrolled])
        for row in self._do(device.INFO, people):
            person, devices = row["item"]["email"], row.get("devices", ())
            if not row["failed"] and person in self.enrolled and len(devices) != 1:
                self._wrong.append(f"{person} was enrolled and has {len(devices)} devices")
        self._enrol(people)

    def complete(self) -> None:
        """Without faults, and after enough time, enrol the people who still lack a device."""
        self.sim.admin("POST", "/clock", {"advance": _LONGER_THAN_A_MESSAGE})
        engine = sqlalchemy.create_engine(f"sqlite:///{self._journal}", poolclass=sqlalchemy.NullPool)
        columns = ", ".join(f"{name} = {name} - {_LONGER_THAN_A_MESSAGE}" for name in ("requested_at", "expires_at"))
        with engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE onelogin_journal SET {columns}")
        engine.dispose()
        self._enrol([person for person in self._people if person not in self.enrolled])

    def _enrol(self, people: Sequence[str]) -> None:
        known = self.enrolled & set(people)
        pending = {}
        for row in self._do(registration.REGISTER, people, factor=self._factors):
            person = row["item"]["email"]
            if person in known and row["changed"]:
                self._wrong.append(f"{person} was enrolled and changed")
            if not row["failed"]:
                pending[person] = row["registration"]
        waiting = self._sorted_out(registration.WAIT, registration.REGISTER, "registration", pending)
        self.enrolled |= {person for person, status in waiting.items() if status == "accepted"}

    def _activate(self, people: Sequence[str]) -> None:
        rows = self._do(verification.VERIFY, people, factor=self._factors)
        pending = {row["item"]["email"]: row["verification"] for row in rows if not row["failed"]}
        self._sorted_out(verification.WAIT, verification.VERIFY, "verification", pending)

    def _sorted_out(
        self, wait: Operation[Any], confirm: Operation[Any], word: str, made: Mapping[str, Row]
    ) -> dict[str, str]:
        """Wait for people who confirm, and send the codes of the others; return the status of each."""
        known = {person: row["status"] for person, row in made.items()}
        ids = {person: row["id"] for person, row in made.items() if row["status"] == "pending"}
        asked = [person for person in ids if self._factors[person] == PROTECT]
        texted = [person for person in ids if self._factors[person] == SMS]
        rows = self._do(wait, asked, {"timeout": 20, "sleep": 1}, **{f"{word}_id": ids}) if asked else []
        if texted:
            codes = {person: self.sim.admin("GET", f"/people/{person}/message")["code"] for person in texted}
            rows += self._do(confirm, texted, factor=self._factors, otp=codes, **{f"{word}_id": ids})
        known.update((row["item"]["email"], row[word]["status"]) for row in rows if not row["failed"])
        return known

    def _do(
        self,
        operation: Operation[Any],
        people: Sequence[str],
        settings: Mapping[str, Any] | None = None,
        **options: Mapping[str, Any],
    ) -> list[Row]:
        """Run an operation for people with individual options, and return the results."""
        if not people:
            return []
        batch = [{"email": person, **{name: of[person] for name, of in options.items()}} for person in people]
        spec = operation.options.specs
        checked = ArgumentSpecValidator(spec).validate({**self._given, **(settings or {}), "batch": batch})
        assert not checked.error_messages, checked.error_messages
        done = execute(operation, checked.validated_parameters, store=self._store)
        self.metrics.sample()
        rows: list[Row] = done.get("results", [])
        if len(rows) != len(people):  # the task failed before its items, because of the token or the list of users
            self.troubles[done["error"]["code"]] += 1
            return []
        self.statuses.update(done["summary"])
        self.api.update({name: done["api"][name] for name in ("calls", "retries", "waited")})
        self.troubles.update(row["error"]["code"] for row in rows if row["failed"])
        return rows

    def wrongs(self) -> list[str]:
        """List all errors, including those in the final state of the simulator."""
        wrong = self._wrong + [
            f"{count} items ended {code}" for code, count in self.troubles.items() if code not in TROUBLES
        ]
        for person in self._people:
            state = self.sim.person(person)
            names = [device["factor"] for device in state["devices"]]
            if names != [self._factors[person]]:
                wrong.append(f"{person} has {names}")
            wrong += [f"{person}: {what}" for what in find_duplicate_messages(state, self.sim.messages(person))]
        return wrong


def find_duplicate_messages(state: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find messages that a person got while an earlier one of the same kind was valid and unanswered."""
    wrong = []
    for word in ("registration", "verification"):
        ends = {process["id"]: process for process in state[f"{word}s"]}
        sent = [message for message in messages if message[f"{word}_id"]]
        for earlier, later in pairwise(sent):
            process = ends[earlier[f"{word}_id"]]
            still_good = process["expires_at"] is None or _time(later["time"]) < _time(process["expires_at"])
            if still_good and (process["status"] == "pending" or process["expired"] or word == "registration"):
                wrong.append(f"a second message for a {word} at {later['time']}")
    return wrong


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
