# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the results of the modules back to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import ErrorResult
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row, WorkItem

_USE_NEW_CODE = "Ask the person for the code of the new message, and run again with it."


class StepResults:
    """The results of the tasks that worked on the items, found by key.

    Codes and secrets never come out of it.

    :param steps: in the order of the tasks; a skipped one counts for nothing.
    :param kind: what the items are about: ``registration``, ``verification`` or ``device``.
    :param journal: whether a journal was kept, so that another run finds what this one began.
    :param read_only: whether the steps only predicted changes.
    :param fail_pending: whether a person fails who has not confirmed yet.
    """

    def __init__(
        self,
        steps: Iterable[Result],
        *,
        kind: str = "registration",
        journal: bool = False,
        read_only: bool = False,
        fail_pending: bool = False,
    ) -> None:
        steps = list(steps)
        self._found = [_by_key(step) for step in steps]
        self._whole = next((failure for failure in map(_failed_as_a_whole, steps) if failure), None)
        self._kind = kind
        self._journal = journal
        self._read_only = read_only
        self._fail_pending = fail_pending

    def build_rows(self, item: WorkItem) -> Iterator[Row]:
        """Return the rows of one item: one, or one for each device where the last step returns several."""
        if item["problem"]:
            yield self._row(item, [_failure("invalid", item["problem"], "")])
            return
        of_item = [its[item["key"]] for its in self._found if item["key"] in its]
        for results in _each(of_item):
            whole = [self._whole] if self._whole and _is_open(results) else []
            row = self._row(item, [*results, *whole])
            yield {**row, "changed": False} if self._read_only else row

    def _row(self, item: WorkItem, results: Sequence[Result]) -> Row:
        results = results or [_failure("unconfirmed", "There is no result for this person.", "Run again.")]
        return _row(_Outcome(item, results, self._kind, self._journal, self._fail_pending))


def build_rows_by_key(
    plan: Mapping[str, Any], steps: Iterable[Result], kind: str = "registration", *, predicts: bool = False
) -> dict[str, list[Row]]:
    """Return the rows of the work items of a plan, by key, in the order of the items.

    :param plan: the result of ``role_plan``.
    :param steps: the results of the role's tasks, in their order.
    :param kind: what the items are about.
    :param predicts: whether the run is in check mode.
    """
    journal = bool(plan["settings"].get("journal")) and plan["settings"]["journal"] != "none"
    results = StepResults(
        steps,
        kind=kind,
        journal=journal,
        read_only=plan["read_only"],
        fail_pending=bool(plan["settings"].get("fail_pending")) and not predicts,
    )
    return {item["key"]: list(results.build_rows(item)) for item in plan["work"]}


def build_error(code: str, message: str, hint: str) -> ErrorResult:
    """Build an error as modules return it, for failures outside of modules."""
    return {"code": code, "http_status": None, "message": message, "request_id": None, "hint": hint}


def _by_key(step: Result) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for result in step.get("results") or ():
        item = result.get("item") or {}
        found.setdefault(str(item.get("key") or item.get("user_id")), []).append(result)
    return found


def _failed_as_a_whole(step: Result) -> Result | None:
    """Return the failure of a task that has no results of items."""
    if step.get("skipped") or "results" in step:
        return None
    # The roles keep the task from failing, so "failed" says nothing here.
    message = str(step.get("msg") or "The task returned no results.")
    return {**_failure("unavailable", message, "Run again."), **({"error": step["error"]} if step.get("error") else {})}


def _failure(code: str, message: str, hint: str) -> Result:
    return {"changed": False, "failed": True, "error": build_error(code, message, hint)}


def _each(of_item: Sequence[Sequence[Result]]) -> Iterator[list[Result]]:
    """Return the results of one item, step by step; once for each device where the last step has several."""
    if not of_item:
        yield []
    elif len(of_item[-1]) > 1:
        for result in of_item[-1]:
            yield [result]
    else:
        yield [results[0] for results in of_item]


def _is_open(results: Sequence[Result]) -> bool:
    """Return whether a step that failed as a whole would have gone on with the item."""
    if not results:
        return True
    last = results[-1]
    return not last["failed"] and bool(last.get("awaits") == "user" or last.get("devices") or last.get("polls"))


@dataclass(frozen=True)
class _Outcome:
    """The outcome of one item after the steps; later steps override earlier ones."""

    item: WorkItem
    results: Sequence[Result]
    kind: str
    journal: bool
    fail_pending: bool

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """The object it is about."""
        return self.find_latest(self.kind)

    @cached_property
    def error(self) -> ErrorResult | None:
        """Why the item failed."""
        last = self.results[-1]
        if last["failed"]:
            error: ErrorResult = last["error"]
            return error
        if self.results[0].get("awaits") == "otp" and self.item["options"].get("otp"):
            message = "The code was not used: no unexpired message is known for it."
            return build_error("expired", message, _USE_NEW_CODE)
        if self.fail_pending and self.about.get("status") != "accepted":
            return build_error("timeout", "The person has not proven who they are.", _next_text(self, self.awaited))
        return None

    @property
    def awaited(self) -> str | None:
        """What the first step left to do: ``otp`` or ``user``."""
        return self.results[0].get("awaits")

    @property
    def accepted(self) -> bool:
        """Whether the person has the device now."""
        return not self.error and self.about.get("status") == "accepted"

    @property
    def confirmed(self) -> bool:
        """Whether the person has confirmed it while this run waited."""
        return self.accepted and any(result.get("polls") for result in self.results)

    @property
    def elapsed(self) -> int | None:
        """How many seconds this run waited for the person; None if it did not."""
        last = self.results[-1]
        return last.get("elapsed") if last.get("polls") else None

    @property
    def changed(self) -> bool:
        """Whether OneLogin was changed."""
        return any(result["changed"] for result in self.results if result.get(self.kind))

    @property
    def awaits(self) -> str | None:
        """What is waited for: ``otp`` or ``user``."""
        return None if self.error or self.accepted else self.awaited

    @property
    def factor(self) -> str | None:
        """The name of the factor."""
        return self.about.get("factor") or self.about.get("type_display_name") or self.item["factor"]

    @property
    def text(self) -> str:
        """A sentence for the reader: who, what was done, and what is left to do."""
        parts = (self.item["user"] or self.item["host"], self.factor)
        who = ", ".join(str(part) for part in parts if part is not None)
        return f"{who}: {_failed_text(self) if self.error else _done_text(self)}".strip()

    @property
    def command(self) -> str:
        """The option with which another run finds it again; empty where the journal does."""
        return "" if self.journal or not self.about.get("id") else f"{self.kind}_id={self.about['id']}"

    def find_latest(self, kind: str) -> Mapping[str, Any]:
        """Return an object as the last step that knows its fields returned them; never its secrets."""
        about: dict[str, Any] = {}
        for result in self.results:
            its = result.get(kind) or {}
            about = {**its, **about, **{name: value for name, value in its.items() if value is not None}}
        return {name: value for name, value in about.items() if name != "factor_data"}


def _row(its: _Outcome) -> Row:
    item = its.item
    done_at = its.results[-1].get("done_at")
    row: Row = {
        "host": item["host"],
        "groups": item["groups"],
        "user": item["user"],
        "name": item["name"],
        "factor": its.factor,
        "status": its.error["code"] if its.error else its.about.get("status") or "absent",
        "changed": its.changed,
        "failed": bool(its.error),
        "msg": its.text,
        "awaits": its.awaits,
        "confirmed": its.confirmed,
        "accepted_at": done_at if its.accepted and (its.confirmed or its.changed) else None,
        "elapsed": its.elapsed,
        "error": its.error,
    }
    for kind in dict.fromkeys((its.kind, "verification")):
        if kind == its.kind or its.find_latest(kind):
            row[kind] = its.find_latest(kind)  # type: ignore[literal-required]
    return row


def _failed_text(its: _Outcome) -> str:
    error = its.error or build_error("", "", "")
    hint = error["hint"]
    if error["code"] == "timeout" and its.about.get("id") and its.awaited != "otp":
        hint = f"Ask the person, then run again{' with ' + its.command if its.command else ''} to continue waiting."
    return f"{error['message']} {hint}"


def _done_text(its: _Outcome) -> str:
    if its.confirmed:
        return "The person has confirmed it."
    done = next((str(result["msg"]) for result in its.results if result.get("msg")), "")
    return f"{done} {_next_text(its, its.awaits)}"


def _next_text(its: _Outcome, awaits: str | None) -> str:
    """Return the next step."""
    made = bool(its.about.get("id"))
    if awaits == "user":
        return f"The person {'still has' if made else 'would then have'} to confirm it."
    if awaits == "otp" and made:
        before = (
            f" before {format_local_time(its.about['expires_at'], dated=True)}" if its.about.get("expires_at") else ""
        )
        return f"Run again with the person's code as otp{' and ' + its.command if its.command else ''}{before}."
    return "Another run would then need the person's code as otp." if awaits == "otp" else ""
