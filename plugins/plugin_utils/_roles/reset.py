# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a reset: the people who continue with the next one, and the rows of the result.

A person has one work item for each new factor. The steps before the enrolment concern the person, and their results
have the key of the person's first work item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypedDict

from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import ErrorResult
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.codes import check_codes, give_codes
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import StepResults, build_error
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import (
    TARGET_KEYS,
    USER_KEYS,
    build_person_key,
)

STEPS = ("checked", "challenged", "answered", "begun", "removed", "registered", "waited", "ended")
"""The tasks of the role, in their order."""
_BEFORE_BEGIN = ("checked", "challenged", "answered")
ALL, NONE = "all", "none"
"""As the options ``factors`` and ``challenge``."""
_CODES = "mfa_reset_challenge_codes"
_NOTHING_REMOVED = "Nothing was removed in this run."
_SKIPPED: Result = {"skipped": True}

Item = dict[str, Any]


def check_reset_settings(settings: Mapping[str, Any], work: Sequence[WorkItem]) -> None:
    """Fail for settings with which no reset can be done.

    :raises AnsibleActionFail: there is no journal, no folder for temporary tokens, or the codes cannot be read.
    """
    check_codes(settings.get("challenge_codes"), _CODES, work)
    if settings["token"] and not settings.get("sheets"):
        raise AnsibleActionFail(
            "mfa_reset_token needs mfa_reset_sheets, a private folder for the page with the token. Nothing was done."
        )
    if settings["journal"] == NONE:
        raise AnsibleActionFail(
            "mfa_reset_journal is none, but a reset needs a journal: a run that continues one must not remove what the"
            " person has enrolled since. Nothing was done."
        )


def select_steps_before(name: str, steps: Mapping[str, Result]) -> dict[str, Result]:
    """Return the results of the tasks before a task.

    Those of later tasks can be there already, from an earlier call of the role in the same play.
    """
    before = STEPS[: STEPS.index(name)]
    return {step: result for step, result in steps.items() if step in before}


class TokenPage(TypedDict):
    """A page with a temporary token, which belongs to the reset of a user that began at a time."""

    item: Item
    user: str
    name: str | None
    user_id: int
    started_at: str


class Reset:
    """The resets of a run, as far as its steps have come.

    :param plan: the result of ``role_plan``.
    :param steps: the results of tasks by their names in :data:`STEPS`; a task without a result counts as skipped.
    :param predicts: whether nothing is changed, as in check mode.
    """

    def __init__(self, plan: Mapping[str, Any], steps: Mapping[str, Result], *, predicts: bool) -> None:
        self._settings = plan["settings"]
        self._work: Sequence[WorkItem] = plan["work"]
        self._steps = {**dict.fromkeys(STEPS, _SKIPPED), **steps}
        self._predicts = predicts

    @cached_property
    def _people(self) -> dict[str, list[WorkItem]]:
        """The work items of each person, by the key of the first."""
        first: dict[Any, str] = {}
        people: dict[str, list[WorkItem]] = {}
        for its in self._work:
            if not its["problem"]:
                people.setdefault(first.setdefault(build_person_key(its["options"]), its["key"]), []).append(its)
        return people

    def list_checks(self) -> list[Item]:
        """Return the items of the check."""
        return [self._reset_item(key) for key in self._people]

    def list_challenges(self) -> list[Item]:
        """Return the items of the challenge: people whose reset can begin."""
        asked: list[WorkItem] = [
            {**its[0], "factor": self._settings["challenge"], "options": _user_of(its[0])}
            for key, its in self._people.items()
            if self._needs_proof(key)
        ]
        if asked:  # the same command continues a reset, for which its code is spent
            give_codes(asked, self._settings.get("challenge_codes"), _CODES, ())
        return [{**its["options"], "key": its["key"], "factor": its["factor"]} for its in asked]

    def list_begins(self) -> list[Item]:
        """Return the items of the beginning: people who have confirmed, and people whose reset is open."""
        return [self._reset_item(key) for key in self._people if self._is_ready(key)]

    def list_enrolments(self) -> list[Item]:
        """Return the items of the enrolment: people whose devices are removed."""
        return [
            {**its["options"], "key": its["key"]}
            for key, items in self._people.items()
            if self._is_ready(key) and self._find_stop(key) is None
            for its in items
        ]

    def list_token_pages(self) -> list[TokenPage]:
        """Return the pages with temporary tokens: those of people whose devices are removed."""
        pages: list[TokenPage] = []
        for key, items in self._people.items():
            if self._is_ready(key) and self._find_stop(key) is None:
                about = (self._result("begun", key) or {})["reset"]
                pages.append(
                    {
                        "item": {"key": key, "user_id": about["user_id"]},
                        "user": items[0]["user"] or items[0]["host"],
                        "name": items[0]["name"],
                        "user_id": about["user_id"],
                        "started_at": about["started_at"],
                    }
                )
        return pages

    def list_ends(self) -> list[Item]:
        """Return the items of the end: people whose new factors are all accepted."""
        rows = self._rows_by_key()
        return [
            self._reset_item(key)
            for key, items in self._people.items()
            if self._is_ready(key)
            and all(row["status"] == "accepted" and not row["failed"] for its in items for row in rows[its["key"]])
        ]

    def build_rows(self) -> list[Row]:
        """Return the rows of the result."""
        return [row for rows in self._rows_by_key().values() for row in rows]

    def _rows_by_key(self) -> dict[str, list[Row]]:
        first = {its["key"]: key for key, items in self._people.items() for its in items}
        return {its["key"]: list(self._rows_of(its, first.get(its["key"]))) for its in self._work}

    @cached_property
    def _enrolment(self) -> StepResults:
        return StepResults([self._steps["registered"], self._steps["waited"]], journal=True)

    @cached_property
    def _challenge(self) -> StepResults:
        return StepResults([self._steps["challenged"], self._steps["answered"]], kind="verification", journal=True)

    def _rows_of(self, its: WorkItem, key: str | None) -> Iterator[Row]:
        if key is None:  # the item has a problem
            yield from self._enrolment.build_rows(its)
        elif stop := self._find_stop(key):
            yield self._stopped_row(its, key, *stop)
        elif not self._is_ready(key):
            challenge: Any = {**its, "key": key, "factor": self._settings["challenge"]}
            for row in self._challenge.build_rows(challenge):
                yield {**row, "msg": f"{row['msg']} {_NOTHING_REMOVED}"}
        elif self._predicts:
            yield self._predict(its, key)
        else:
            removed = any(result["changed"] for result in self._results("removed", key))
            for row in self._enrolment.build_rows(its):
                yield {**row, "changed": row["changed"] or removed}

    def _stopped_row(self, its: WorkItem, key: str, step: str, result: Result) -> Row:
        if not result["failed"]:
            ended = format_local_time(result["reset"]["ended_at"], dated=True)
            sentence = f"The reset of this person ended at {ended}, so it is not repeated."
            return _row(its, "accepted", f"{sentence} mfa_reset_again: true starts a new one.")
        if step in ("challenged", "answered"):
            its = {**its, "factor": self._settings["challenge"]}
        error = result["error"]
        nothing = f" {_NOTHING_REMOVED}" if step in _BEFORE_BEGIN else ""
        row = _row(its, error["code"], f"{error['message']} {error['hint']}{nothing}")
        done = (*self._results("removed", key), *self._results("registered", its["key"]))
        changed = any(each["changed"] for each in done)
        return {**row, "changed": changed, "failed": True, "error": error}

    def _predict(self, its: WorkItem, key: str) -> Row:
        devices = [str(device["type_display_name"]) for device in (self._result("begun", key) or {}).get("devices", ())]
        removed = f"would lose {', '.join(devices)}" if devices else "has no device to remove"
        first = f"would be asked to confirm with {self._settings['challenge']}, then " if self._needs_proof(key) else ""
        row = _row(its, "pending", f"The person {first}{removed} and would enrol {its['factor']}.")
        return {**row, "changed": True}

    def _find_stop(self, key: str) -> tuple[str, Result] | None:
        """Return the step and result with which a person's reset has failed or needs nothing more; None for others."""
        for step in (*_BEFORE_BEGIN, "begun", "removed", "ended"):
            for result in self._results(step, key):
                if result["failed"] or (step == "checked" and self._state(key) == "ended"):
                    return step, result
        return None

    def _is_ready(self, key: str) -> bool:
        """Return whether the devices of a person can be removed."""
        state = self._state(key)
        if self._find_failure_before_begin(key) or state not in ("new", "open"):
            return False
        if not self._needs_proof(key) or self._predicts:
            return True
        last = self._result("answered", key) or self._result("challenged", key) or {}
        return bool((last.get("verification") or {}).get("status") == "accepted")

    def _find_failure_before_begin(self, key: str) -> bool:
        return any(result["failed"] for step in _BEFORE_BEGIN for result in self._results(step, key))

    def _needs_proof(self, key: str) -> bool:
        """Return whether a person has to confirm: at the beginning, and if an open reset is older than a day."""
        reset = (self._result("checked", key) or {}).get("reset") or {}
        return self._settings["challenge"] != NONE and bool(reset.get("needs_proof"))

    def _state(self, key: str) -> str | None:
        return ((self._result("checked", key) or {}).get("reset") or {}).get("state")

    def _result(self, step: str, key: str) -> Result | None:
        return next(iter(self._results(step, key)), None)

    def _results(self, step: str, key: str) -> list[Result]:
        """Return the results of a person in a step. A step that failed as a whole has failed for each person."""
        its = self._steps[step]
        if its.get("skipped"):
            return []
        if "results" not in its:
            # The roles keep the task from failing, so "failed" says nothing here.
            message = str(its.get("msg") or "The task returned no results.")
            error: ErrorResult = its.get("error") or build_error("unavailable", message, "Run again.")
            return [{"failed": True, "changed": False, "error": error}]
        return [result for result in its["results"] if str((result.get("item") or {}).get("key")) == key]

    def _reset_item(self, key: str) -> Item:
        items = self._people[key]
        factors = [] if self._settings["factors"] == [ALL] else self._settings["factors"]
        challenge = self._settings["challenge"]
        return {
            "key": key,
            **_user_of(items[0]),
            "new_factors": [
                {name: its["options"][name] for name in TARGET_KEYS if name in its["options"]} for its in items
            ],
            "factors": factors,
            "challenge": None if challenge == NONE else challenge,
            "has_pages": bool(self._settings.get("sheets")),
            "repeat_after": 0 if self._settings["again"] else self._settings["repeat_after"],
        }


def _row(its: WorkItem, status: str, sentence: str) -> Row:
    """Return the row of a person who is not enrolled in this run."""
    return {
        "host": its["host"],
        "groups": its["groups"],
        "user": its["user"],
        "name": its["name"],
        "factor": its["factor"],
        "status": status,
        "changed": False,
        "failed": False,
        "msg": f"{its['user'] or its['host']}, {its['factor']}: {sentence}",
        "awaits": None,
        "confirmed": False,
        "accepted_at": None,
        "elapsed": None,
        "registration": {},
        "error": None,
    }


def _user_of(its: WorkItem) -> Item:
    return {key: its["options"][key] for key in USER_KEYS if key in its["options"]}
