# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold after a run, whatever failed during it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import HINTS, Unforeseen

from simulator.simulation import DEFAULT_FACTORS
from tests.model.snapshot import DEFAULT_LIFE, Snapshot, Step

AUTH_NAMES = {factor.name: factor.auth_factor_name for factor in DEFAULT_FACTORS}
IDENTIFYING = (
    *("user_id", "email", "username", "factor", "factor_id", "device_id", "registration_id", "verification_id"),
)
_MISTAKE = Unforeseen(Exception()).hint
Result = Mapping[str, Any]


def no_message_is_sent_twice(before: Snapshot, after: Snapshot) -> None:
    """No message for a step while an earlier one is valid, and none for a factor that is enrolled."""
    for place, message in enumerate(after.messages[len(before.messages) :], start=len(before.messages)):
        process = after.processes[message.process]
        step = process.step
        for earlier in after.messages[:place]:
            other = after.processes[earlier.process]
            was = before.processes.get(other.id)
            over = other.refused or (was is not None and was.status != "pending")
            valid_until = other.expires_at or earlier.at + DEFAULT_LIFE
            assert other.step != step or over or message.at >= valid_until, f"two valid messages: {step}"
        enrolled = step.kind == "registration" and before.devices.get((step.user_id, step.factor))
        assert not enrolled, f"a message for an enrolled factor: {step}"


def no_id_is_lost(
    before: Snapshot, after: Snapshot, entries: Sequence[Mapping[str, Any]], returned_ids: Collection[str]
) -> None:
    """Each registration and verification is in a result or in the journal, or is reported as unconfirmed.

    A run can create several that send no message, of which one is needed.
    """
    recorded = {entry[name] for entry in entries for name in ("id", "device_id")}
    for step in {process.step for process in after.processes.values()}:
        key = (step.kind, step.user_id, AUTH_NAMES[step.factor])
        reported = sum(
            entry["status"].startswith(("unconfirmed", "unknown"))
            for entry in entries
            if (entry["kind"], entry["user_id"], entry["factor"]) == key
        )
        made = after.of(step)
        lost = [
            process
            for process in made
            if not {process.id, process.device_id if step.kind == "registration" else process.id}
            & (recorded | set(returned_ids))
        ]
        heard = [process for process in lost if after.sent(process)]
        assert len(heard) <= reported, f"lost: {heard}, {reported} reported"
        silent = [process for process in made if process.id not in before.processes and not after.sent(process)]
        assert reported or not silent or any(process not in lost for process in silent), f"lost: {silent}"


def changed_says_what_was_changed(
    before: Snapshot, after: Snapshot, runs: Sequence[Mapping[Step, Result]], coded: Collection[Step]
) -> None:
    """``changed`` of an item is true if and only if one of the simultaneous runs changed the account for it.

    :param coded: steps that only a code can complete, and that got a code.
    """
    for step in {step for run in runs for step in run}:
        results = [run[step] for run in runs if step in run]
        if any("error" in result and result["error"]["code"] == "unconfirmed" for result in results):
            continue  # the outcome is unknown
        if step in coded and any(after.processes[p.id].expired for p in before.of(step) if p.status == "pending"):
            continue  # OneLogin can report an expiry as rejected, as for a wrong code
        reported_changes = [result for result in results if result["changed"]]
        assert bool(reported_changes) == _changed(before, after, step, step in coded), (
            f"changed is not true to {step}: {results}"
        )


def _changed(before: Snapshot, after: Snapshot, step: Step, coded: bool) -> bool:
    if step.kind == "device":
        return before.devices.get(step[1:]) != after.devices.get(step[1:])
    for process in after.of(step):
        was = before.processes.get(process.id)
        if was is None or (coded and was.status == "pending" and (process.status == "accepted" or process.refused)):
            return True
    return False


def only_accepted_is_reported_as_accepted(after: Snapshot, whole: Result) -> None:
    """OneLogin has accepted what a result reports as accepted."""
    for result in whole.get("results", ()):
        known = result.get("registration") or result.get("verification") or {}
        if known.get("status") == "accepted" and known["id"] is not None:
            assert after.processes[known["id"]].status == "accepted", f"not accepted: {result}"


def nothing_is_changed(before: Snapshot, after: Snapshot, but: Collection[Step] = ()) -> None:
    """The account is unchanged, except for what people and time do.

    :param but: steps that can have changed.
    """
    made = [process for process in after.processes.values() if process.id not in before.processes]
    assert not [process for process in made if process.step not in but], "something was created"
    messaged = [after.processes[message.process].step for message in after.messages[len(before.messages) :]]
    assert set(messaged) <= set(but), "a message was sent"
    gone = {owner for owner, ids in before.devices.items() if not set(ids) <= set(after.devices.get(owner, ()))}
    assert gone <= {step[1:] for step in but if step.kind == "device"}, "a device was removed"


def lasting(first: Mapping[Step, Result], before: Snapshot, after: Snapshot) -> dict[Step, Result]:
    """The results of a run that a second run must not change: completed or still pending.

    :param before: the account at the start of the second run.
    :param after: the account at its end.
    """
    return {step: result for step, result in first.items() if _lasts(step, result, before, after)}


def _lasts(step: Step, result: Result, before: Snapshot, after: Snapshot) -> bool:
    """Whether a second run finds the result. An answered verification is over, since a new run asks again.

    A result does not last either if a person or the clock has changed it since.
    """
    if result["failed"] or result.get("skipped"):
        return False
    enrolling = Step("registration", step.user_id, step.factor)
    if any(after.processes[each.id].status != each.status for each in [*before.of(step), *before.of(enrolling)]):
        return False
    enrolled = bool(before.devices.get((step.user_id, step.factor)))
    if step.kind == "device":
        return not enrolled
    known = result[step.kind]
    if known["status"] != "pending":
        return step.kind == "registration" and enrolled
    return before.processes[known["id"]].status == "pending" and enrolled == (step.kind == "verification")


def again_changes_nothing(lasting: Mapping[Step, Result], again: Mapping[Step, Result]) -> None:
    """The second run finds the results of the first, and reports them."""
    for step, result in lasting.items():
        second = again[step]
        assert not second["failed"], f"the second run fails: {second}"
        assert not second["changed"], f"the second run changes something: {result} {second}"
        known = result[step.kind]["id"] if step.kind != "device" else None
        assert known is None or known == second[step.kind]["id"], f"another id: {known}, {second}"


def results_are_in_input_order(batch: Sequence[Mapping[str, Any]], whole: Result) -> None:
    """The results are in the order of the items, and the summary agrees with them."""
    results = whole["results"]
    identified = [{name: row[name] for name in IDENTIFYING if row.get(name) is not None} for row in batch]
    assert [result["item"] for result in results] == identified, "results are not in the order of the items"
    for row, result in zip(batch, results, strict=True):
        for subject in ("registration", "verification"):
            if result.get(subject):
                assert result[subject]["user_id"] == row.get("user_id", result[subject]["user_id"])
    assert whole["changed"] == any(result["changed"] for result in results)
    assert whole["failed"] == any(result["failed"] for result in results)
    assert sum(whole["summary"].values()) == len(batch)


def errors_are_of_the_design(whole: Result) -> None:
    """Each failure has one of the documented error codes, and is not an internal error."""
    for result in [whole, *whole.get("results", ())]:
        assert result.get("error", {}).get("hint") != _MISTAKE, result
        if result["failed"] and "results" not in result:
            assert result["error"]["code"] in HINTS, result
            assert result["msg"]
