# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random people, factors, faults, expiries, re-runs and kills, and the invariants after each run."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from simulator.switches import SWITCHES
from tests.integration.operations import OperationRunner, SharedClock
from tests.model import invariants
from tests.model.faults import FAULTS, UNSURE, Fault
from tests.model.people import FACTORS, MOST, Person, names_of, people, person_of, rows, user_id_of
from tests.model.runs import Result, Run, alone, at_once, journal_entries, wait_for_simulator
from tests.model.snapshot import Snapshot, Step, take
from tests.support.simulator_process import SimulatorProcess

SMS, EMAIL, AUTHENTICATOR = "OneLogin SMS", "OneLogin Email", "Authenticator"
CODED = (SMS, EMAIL, AUTHENTICATOR)
"""Factors whose registrations and verifications only a code can complete."""
MODULES = {"mfa_registration": "registration", "mfa_verification": "verification", "mfa_device": "device"}


@dataclass(frozen=True)
class Item:
    """A person and a factor, and how a playbook names them.

    :param person: the number of the person.
    :param code: whether a code is given, and whether it is right.
    """

    person: int
    factor: str
    named_by: str = "user_id"
    by_id: bool = False
    verified: bool = False
    expires_in: int | None = None
    code: str | None = None

    def step(self, kind: str) -> Step:
        """Return the step of the item."""
        return Step(kind, user_id_of(self.person), self.factor)


@dataclass(frozen=True)
class RunConditions:
    """The conditions of a run.

    :param faults: the faults of its calls, or of a later run if it makes no such call.
    :param kills: for each simultaneous run, where it is killed, if at all.
    :param left: whether unfinished work is left for later runs.
    """

    concurrency: int
    on_error: str
    faults: tuple[Fault, ...]
    kills: tuple[int | None, ...]
    rehearsed: bool
    left: bool


def some_items(machine: Runs) -> st.SearchStrategy[list[Item]]:
    """Draw items for the existing people."""
    return st.lists(
        st.builds(
            Item,
            person=st.integers(0, len(machine.people) - 1),
            factor=st.sampled_from([*FACTORS, SMS, EMAIL]),
            named_by=st.sampled_from(["user_id", "email", "username"]),
            by_id=st.booleans(),
            verified=st.sampled_from([False, False, True]),
            expires_in=st.sampled_from([None, 120, 300]),
            code=st.sampled_from([None, None, "right", "wrong"]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda item: (item.person, item.factor),
    )


items = st.runner().flatmap(some_items)
faults = st.sampled_from([*FAULTS, *UNSURE]).flatmap(lambda kind: st.sampled_from(FAULTS[kind]))
kills = st.one_of(st.none(), st.integers(0, 25))
manners = st.builds(
    RunConditions,
    concurrency=st.sampled_from([1, 4]),
    on_error=st.sampled_from(["continue", "continue", "stop"]),
    faults=st.lists(faults, max_size=2).map(tuple),
    kills=st.one_of(st.just(()), st.just(()), st.tuples(kills), st.tuples(kills, kills)),
    rehearsed=st.booleans(),
    left=st.sampled_from([False, False, True]),
)
switches = st.fixed_dictionaries(
    {},
    # `email_link` decides whether a code is needed, so it stays; any other switch can change.
    optional={switch.name: st.sampled_from(switch.choices) for switch in SWITCHES if switch.name != "email_link"},
)


class Runs(RuleBasedStateMachine):
    """One account, one journal, and runs on them.

    Draws do not depend on the state of the account, so that an example is the same when it is replayed.
    """

    def __init__(self, sim: SimulatorProcess, count: Counter[str], use_clock: Callable[[SharedClock], None]) -> None:
        super().__init__()
        self.sim, self.count = sim, count
        self.people: list[Person] = []
        sim.reset()
        self.clock = SharedClock(sim)
        use_clock(self.clock)
        self.runner = OperationRunner(sim)
        self.folder = Path(tempfile.mkdtemp(prefix="onelogin-model-"))
        self.journal = self.folder / "journal.sqlite"
        self.returned_ids: set[str] = set()
        self.count["examples"] += 1

    def teardown(self) -> None:
        """Record the figures, and clean up."""
        self.count["requests"] += self.sim.admin("GET", "/log/summary")["total"]
        self.count["messages"] += len(self.sim.messages())
        shutil.rmtree(self.folder)

    @initialize(people=people, switches=switches)
    def account(self, people: list[Person], switches: dict[str, str]) -> None:
        """Set up an account with any people and any behaviour that the documentation allows."""
        self.people = people
        self.sim.reset(rows(people))
        self.sim.switch(**switches)
        self.devices_show_names = switches.get("device_type_name", "name") == "name"
        self.count["people"] += len(people)

    @rule(items=items, conditions=manners)
    def enrol(self, items: list[Item], conditions: RunConditions) -> None:
        """Enrol people."""
        self.run("mfa_registration", items, conditions)

    @rule(items=items, conditions=manners)
    def challenge(self, items: list[Item], conditions: RunConditions) -> None:
        """Challenge people."""
        self.run("mfa_verification", items, conditions)

    @rule(items=items, conditions=manners)
    def remove(self, items: list[Item], conditions: RunConditions) -> None:
        """Remove devices."""
        self.run("mfa_device", items, conditions)

    @rule(
        kind=st.sampled_from(["registration", "verification"]),
        timeout=st.sampled_from([0, 40, 400]),
        events=st.booleans(),
    )
    def wait(self, kind: str, timeout: int, events: bool) -> None:
        """Wait for all known pending processes."""
        before = take(self.sim)
        batch = [
            {"user_id": process.step.user_id, f"{kind}_id": process.id}
            for process in before.processes.values()
            if process.step.kind == kind and process.id in self.returned_ids and process.status == "pending"
        ]
        options = {"batch": batch, "timeout": timeout, "events": events, "journal": str(self.journal)}
        run = Run(f"mfa_{kind}_wait", options)
        result = alone(self.runner, run)
        self.count["waits"] += 1
        after = take(self.sim)
        assert not result["changed"]
        self.check_result(batch, result)
        invariants.nothing_is_changed(before, after)
        self.enrol_again_after_wait(kind, before, batch, result)

    @rule(person=st.integers(0, MOST - 1), how=st.sampled_from(["approve", "deny"]))
    def answer(self, person: int, how: str) -> None:
        """A person answers the latest pending process, if there is one."""
        waiting = [p for p in take(self.sim).processes.values() if p.step.user_id == user_id_of(person)]
        if any(process.status == "pending" for process in waiting):
            self.sim.admin("POST", f"/people/{user_id_of(person)}/{how}")

    @rule(seconds=st.sampled_from([1, 30, 110, 125, 200, 400, 4000, 40000]))
    def time_passes(self, seconds: int) -> None:
        """Advance the time: messages, tokens and the hour of the rate limit end."""
        self.clock.sleep(seconds)

    @rule(how=st.sampled_from(["expire", "revoke"]))
    def tokens_end(self, how: str) -> None:
        """Invalidate all access tokens."""
        self.sim.admin("POST", f"/tokens/{how}")

    @rule(remaining=st.integers(0, 12))
    def others_use_up_the_limit(self, remaining: int) -> None:
        """Reduce the remaining calls of this hour."""
        self.sim.set(remaining=remaining)

    def run(self, module: str, items: Sequence[Item], conditions: RunConditions) -> None:
        """Run a module, and check all invariants."""
        kind = MODULES[module]
        before = take(self.sim)
        batch = [self.options(item, kind, before) for item in items]
        options = {
            "batch": batch,
            "concurrency": conditions.concurrency,
            "on_error": conditions.on_error,
            "journal": str(self.journal),
        }
        rehearsal = self.rehearse(module, options) if conditions.rehearsed else None
        for fault in conditions.faults:
            self.sim.fault(fault.kind, fault.method, fault.path, times=fault.times, params=fault.params)
        self.count["faults"] += len(conditions.faults)
        began = self.clock.monotonic()
        before = take(self.sim)
        if conditions.kills:
            results = at_once(self.runner, *(Run(module, options, at) for at in conditions.kills))
            if None in results:
                wait_for_simulator(self.sim)
            self.clock.synchronize()
        else:
            results = [alone(self.runner, Run(module, options))]
        after = take(self.sim)
        self.count["runs"] += len(results)
        self.count["killed"] += results.count(None)
        by_step = [self.by_step(kind, items, batch, result) for result in results if result]
        for result in results:
            if result:
                self.check_result(batch, result)
                invariants.only_accepted_is_reported_as_accepted(after, result)
        invariants.no_message_is_sent_twice(before, after)
        invariants.no_id_is_lost(before, after, journal_entries(self.runner, self.journal), self.returned_ids)
        if None not in results:
            coded = {item.step(kind) for item in items if item.code and item.factor in CODED}
            invariants.changed_says_what_was_changed(before, after, by_step, coded)
        soon = self.clock.monotonic() - began < 20  # no one has answered, and nothing has expired
        if rehearsal and soon and len(by_step) == len(results) == 1:
            self.compare(rehearsal, by_step[0])
        if not (conditions.left and _left_undone(results)):
            self.run_again(module, items, by_step[0] if len(by_step) == len(results) == 1 else {})

    def rehearse(self, module: str, options: dict[str, Any]) -> Result | None:
        """Run in check mode, which must change nothing; return the prediction if there are no faults."""
        quiet = not self.sim.admin("GET", "/faults")
        before = take(self.sim)
        entries = journal_entries(self.runner, self.journal)
        result = alone(self.runner, Run(module, options), check_mode=True)
        self.count["rehearsals"] += 1
        invariants.nothing_is_changed(before, take(self.sim))
        assert journal_entries(self.runner, self.journal) == entries
        return result if quiet else None

    def compare(self, rehearsal: Result, results: dict[Step, Result]) -> None:
        """Check that the run did what check mode predicted, except for items that failed."""
        for predicted, (step, result) in zip(rehearsal.get("results", ()), results.items(), strict=True):
            if not any(one["failed"] or one.get("skipped") for one in (predicted, result)):
                assert predicted["changed"] == result["changed"], f"not as check mode said: {step} {predicted} {result}"

    def enrol_again_after_wait(
        self, kind: str, before: Snapshot, batch: Sequence[Mapping[str, Any]], waited: Result
    ) -> None:
        """Run the module again after a wait: accepted and pending processes must not be started again."""
        first: dict[Step, Result] = {}
        for row, one in zip(batch, waited.get("results", ()), strict="results" in waited):
            step = before.processes[row[f"{kind}_id"]].step
            pending = [process for process in before.of(step) if process.status == "pending"]
            if len(pending) == 1 and (kind == "verification" or not before.devices.get(step[1:])):
                timed_out = one["failed"] and one["error"]["code"] == "timeout" and kind in one
                first[step] = {**one, "failed": one["failed"] and not timed_out}
        now = take(self.sim)
        steps = self.lasting(first, now, now)
        items = [Item(person_of(step.user_id), step.factor) for step in steps]
        if items:
            (module,) = [name for name, made in MODULES.items() if made == kind]
            self.run_again(module, items, first)

    def run_again(self, module: str, items: Sequence[Item], first: Mapping[Step, Result]) -> None:
        """Run the same again without faults: once to complete the work if necessary, and once to change nothing.

        Codes are valid only once, and a factor id alone does not always identify an enrolled factor.

        :param first: the results with which the first of these runs is compared.
        """
        kind = MODULES[module]
        plain = [replace(item, code=None, by_id=False) for item in items]
        with self.without_faults():
            for _turn in range(2):
                before = take(self.sim)
                batch = [self.options(item, kind, before) for item in plain]
                result = alone(self.runner, Run(module, {"batch": batch, "journal": str(self.journal)}))
                after = take(self.sim)
                self.check_result(batch, result)
                second = self.by_step(kind, plain, batch, result)
                done = self.lasting(first, before, after)
                invariants.no_message_is_sent_twice(before, after)
                found = {step: its for step, its in done.items() if not self.is_hidden(second[step])}
                invariants.again_changes_nothing(found, second)
                invariants.nothing_is_changed(before, after, second.keys() - done.keys())
                self.count["runs again"] += 1
                self.count["runs again with comparisons"] += bool(done)
                self.count["items compared"] += len(done)
                if not self.lasting(second, after, after).keys() - done.keys():
                    break  # there is nothing more to compare
                first = second

    def lasting(self, first: Mapping[Step, Result], before: Snapshot, after: Snapshot) -> Mapping[Step, Any]:
        """Return the results that a second run must not change.

        A factor outside the person's policy is found by name only while a device or another person's list shows it.
        """
        done = invariants.lasting(first, before, after)
        return {
            step: result
            for step, result in done.items()
            if self.people[person_of(step.user_id)].is_offered(step.factor)
        }

    def is_hidden(self, again: Result) -> bool:
        """Whether a factor was not found by name, because its device shows another name and no list of the run has it.

        The item must fail with that, and nothing can have changed for the person.
        """
        return not self.devices_show_names and again["failed"] and again["error"]["code"] == "unknown_factor"

    @contextmanager
    def without_faults(self) -> Iterator[None]:
        """Suspend faults and the rate limit, and restore them afterwards."""
        faults = self.sim.admin("GET", "/faults")
        remaining = self.sim.admin("GET", "/settings")["remaining"]
        self.sim.admin("DELETE", "/faults")
        self.sim.set(remaining=5000)
        yield
        self.sim.set(remaining=remaining)
        for fault in faults:
            fault.pop("id")
            self.sim.admin("POST", "/faults", fault)

    def check_result(self, batch: Sequence[dict[str, Any]], result: Result) -> None:
        """Check the invariants of a single result."""
        invariants.errors_are_of_the_design(result)
        if "results" not in result:
            return  # the task failed as a whole
        invariants.results_are_in_input_order(batch, result)
        for one in result["results"]:
            known = one.get("registration") or one.get("verification") or {}
            self.returned_ids |= {known[name] for name in ("id", "device_id") if known.get(name)}

    def by_step(
        self, kind: str, items: Sequence[Item], batch: Sequence[dict[str, Any]], result: Result
    ) -> dict[Step, Result]:
        """Return the results of a run by step; there are none if the task failed as a whole."""
        each = result.get("results") or [result] * len(batch)
        return {item.step(kind): one for item, one in zip(items, each, strict=True)}

    def options(self, item: Item, kind: str, account: Snapshot) -> dict[str, Any]:
        """Return an item as options of a playbook."""
        names = names_of(item.person, self.people)
        named_by = item.named_by if item.named_by in names else "username"
        row: dict[str, Any] = {named_by: names[named_by]}
        devices = account.devices.get((user_id_of(item.person), item.factor), ())
        if not item.by_id:
            row["factor"] = item.factor
        elif kind == "registration":
            row["factor_id"] = FACTORS[item.factor]
        elif devices:
            row["device_id"] = devices[0]
        else:
            row["factor"] = item.factor
        if kind == "device":
            return row
        if item.expires_in:
            row["expires_in"] = item.expires_in
        if kind == "registration" and item.verified and item.factor in (SMS, EMAIL):
            row["verified"] = True
        if item.code and item.factor in CODED:
            row["otp"] = self.code(item, item.step(kind), account)
        return row

    def code(self, item: Item, step: Step, account: Snapshot) -> str:
        """Return the code of the latest pending process, or a wrong one."""
        known = "000000"
        if item.factor == AUTHENTICATOR:
            enrolling = account.of(Step("registration", step.user_id, step.factor))
            held = [process.id for process in enrolling if process.status == "pending"]
            held = [*account.devices.get((step.user_id, step.factor), ()), *held]
            if held:
                known = self.sim.admin("GET", f"/people/{step.user_id}/totp?id={held[0]}")["code"]
        else:
            ours = {process.id for process in account.of(step)}
            for message in self.sim.messages(str(step.user_id)):
                if (message["registration_id"] or message["verification_id"]) in ours:
                    known = message["code"] or known
        return known if item.code == "right" else f"{(int(known) + 1) % 10**6:06d}"


def _left_undone(results: Sequence[Result | None]) -> bool:
    """Whether a run was killed, or has unconfirmed items."""
    each = [one for result in results if result for one in (result, *result.get("results", ()))]
    return None in results or any(one.get("error", {}).get("code") == "unconfirmed" for one in each)


@pytest.mark.timeout(3600)  # it is many runs, beside other tests
def test_invariants_hold_after_every_run(
    sim: SimulatorProcess, monkeypatch: pytest.MonkeyPatch, ran: Callable[[Counter[str]], None]
) -> None:
    count: Counter[str] = Counter()

    def use(clock: SharedClock) -> None:
        monkeypatch.setattr(_batch, "Clock", lambda: clock)

    class Here(Runs):
        def __init__(self) -> None:
            super().__init__(sim, count, use)

    try:
        # More and shorter examples than elsewhere: each has its own people, who are soon all enrolled.
        run_state_machine_as_test(Here, settings=settings(max_examples=2 * settings().max_examples))
    finally:
        ran(count)
