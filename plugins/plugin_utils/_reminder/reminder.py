# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The people of the role mfa_reminder, and their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.module_utils._operations.reminder import (
    DUE,
    ENROLLED,
    ESCALATE,
    EXCLUDED,
    INACTIVE,
    REMINDED,
    WAITING,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._reminder.mail import MAIL, check_mail
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import build_error, build_rows_by_key
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.settings import Settings
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.users import select_people
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import read_list

_LACKING = (DUE, REMINDED, WAITING, ESCALATE)
_UNKNOWN: Result = {
    "failed": True,
    "changed": False,
    "error": build_error(
        "unconfirmed",
        "The task file of mfa_reminder_tasks failed, so it is not known whether the person was reminded.",
        "Correct the task file, and ask the person. The reminder counts as sent.",
    ),
}
_OTHERS = {ENROLLED: "with MFA", EXCLUDED: "excluded", INACTIVE: "cannot sign in"}


def prepare_settings(settings: Settings, has_module: Callable[[str], bool]) -> None:
    """Check the settings of the role before anything is claimed, and complete them.

    :param has_module: whether a module is installed.
    :raises AnsibleActionFail: reminders could not be sent, or not at most once.
    """
    if settings["journal"] == "none":
        raise AnsibleActionFail(
            "mfa_reminder_journal is none, but only the journal records who was reminded when. Set a file or a"
            " database. Nothing was done."
        )
    if bool(settings.get("mail")) == bool(settings.get("tasks")):
        raise AnsibleActionFail(
            "Set one of mfa_reminder_mail and mfa_reminder_tasks, which say how people are reminded. Nothing was done."
        )
    if settings.get("mail"):
        check_mail(settings["mail"])
        if not has_module(MAIL):
            raise AnsibleActionFail(
                "mfa_reminder_mail needs the collection community.general, which is not installed. Install it with"
                " ansible-galaxy collection install community.general, or use mfa_reminder_tasks. Nothing was done."
            )
    else:
        # A relative path would be looked for in the role.
        path = Path(settings["tasks"]).expanduser().absolute()
        if not path.is_file():
            raise AnsibleActionFail(f"The task file {path} of mfa_reminder_tasks does not exist. Nothing was done.")
        settings["tasks"] = str(path)
    settings["exclude"] = _read_names(settings.get("exclude"))


def build_batch(plan: Mapping[str, Any], found: Result) -> list[dict[str, Any]]:
    """Return the items of the people: each person with the factors of which one is enough.

    :param found: the result of ``user_info``, where the people are all users of the account.
    """
    factors = {
        host["name"]: read_list(host["note"]["factors"], "mfa_reminder_factors", _factor_from_name) or []
        for host in plan["hosts"]
    }
    work, _failed = select_people(plan, found, {}, None)
    return [
        {**item["options"], "key": item["key"], "factors": factors[item["host"]]}
        for item in work
        if not item["problem"]
    ]


def find_due_people(due: Result) -> list[dict[str, Any]]:
    """Return the items of the people who are due."""
    return [
        {"key": result["item"]["key"], "user_id": result["reminder"]["user_id"], "person": result["reminder"]}
        for result in due.get("results") or ()
        if not result["failed"] and result["reminder"]["status"] == DUE
    ]


def find_reminded_people(claimed: Result) -> list[Result]:
    """Return the people whose reminders were claimed, as a task file gets them."""
    done = [result for result in claimed.get("results") or () if not result["failed"]]
    return [result["reminder"] for result in done if result["reminder"]["status"] == REMINDED]


def warn_of_unmatched(due: Result) -> list[str]:
    """Warnings about exclusions that match no one."""
    return [
        f"mfa_reminder_exclude has {name}, but no such person is in this run." for name in due.get("unmatched") or ()
    ]


def find_not_sent(claimed: Result, not_sent: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the items of people who got no reminder from a task file.

    :param not_sent: their user ids, or their entries of ``mfa_reminder_people``.
    """
    ids = {str(one["user_id"] if isinstance(one, Mapping) else one) for one in not_sent}
    return [
        {"key": result["item"]["key"], "user_id": result["reminder"]["user_id"], "person": result["reminder"]}
        for result in claimed["results"]
        if result["changed"] and str(result["reminder"]["user_id"]) in ids
    ]


def record_results(claimed: Result, released: Result, not_sent: Collection[str], *, failed: bool) -> dict[str, Any]:
    """Return the results of people after a task file.

    :param released: the results of the people who got no reminder.
    :param not_sent: their keys.
    :param failed: whether it failed, so that the outcome of the others is unknown.
    """
    of_key = {result["item"]["key"]: result for result in released.get("results") or ()}

    def record_outcome(result: Mapping[str, Any]) -> Mapping[str, Any]:
        key = result["item"]["key"]
        if key in not_sent:
            return {**result, **of_key.get(key, _failed_as_a_whole(key, released))}
        return {**result, **_UNKNOWN} if failed and result["changed"] else result

    return {"changed": False, "results": [record_outcome(result) for result in claimed["results"]]}


def build_reminder_rows(
    plan: Mapping[str, Any], users: Result, due: Result, sent: Result, recorded: Result
) -> list[Row]:
    """Return a row for each person.

    :param users: the result of the search for users; skipped if the people are listed.
    :param due: the result with the people who are due.
    :param sent: the result of the reminders; skipped if no one was due, and in check mode.
    :param recorded: the results of :func:`record_results`; skipped without a task file.
    """
    work, due = select_people(plan, users, due, None)
    latest = {result["item"]["key"]: result for result in due.get("results") or ()}
    if "results" in sent:
        results = (recorded if "results" in recorded else sent)["results"]
        latest.update((result["item"]["key"], result) for result in results)
    elif not sent.get("skipped"):
        latest.update((person["key"], _failed_as_a_whole(person["key"], sent)) for person in find_due_people(due))
    last = {**due, "results": list(latest.values())} if latest else due
    # In check mode no one is reminded, and the result shows who would be.
    rows = build_rows_by_key({**plan, "work": work}, [last], "reminder")
    return [_complete(row) for its in rows.values() for row in its]


def summarize(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the numbers that only this role has: people by status, the names of those to escalate, the next day."""
    return {
        "statuses": dict(sorted(Counter(str(row["status"]) for row in rows).items())),
        "escalate": [str(row["user"]) for row in rows if row["status"] == ESCALATE],
        "next_on": _find_next_day(rows),
    }


def describe_reminders(rows: Sequence[Row], *, check_mode: bool) -> list[str]:
    """Lines with the number of reminders, and the results of the other people.

    :param check_mode: whether the rows are predictions.
    """
    of = Counter(row["status"] for row in rows)
    lines = [f"{'Check mode: ' if check_mode else ''}{_headline(rows, of, predicted=check_mode or of[DUE] > 0)}"]
    if of[WAITING] and (of[DUE] or of[REMINDED]):
        lines.append(f"  waiting: {of[WAITING]}, the next reminder on {_find_next_day(rows)}")
    return lines + [f"  {label}: {of[status]}" for status, label in _OTHERS.items() if of[status]]


def _headline(rows: Sequence[Row], of: Mapping[str, int], *, predicted: bool) -> str:
    failed = [row for row in rows if row["failed"]]
    failed_due = sum(row.get("reminder", {}).get("status") in _LACKING for row in failed)
    lacking = failed_due + sum(of[status] for status in _LACKING)
    reminded, end = of[DUE] + of[REMINDED], f", {len(failed)} failed." if failed else "."
    if reminded or failed_due:
        return f"{reminded} of {lacking} people without MFA {'would be' if predicted else 'were'} reminded{end}"
    following = _find_next_day(rows)
    return f"0 of {lacking} are due{f'; the next on {following}' if following else ''}{end}"


def _complete(row: Row) -> Row:
    person = row.get("reminder") or {}
    more: Row = {
        "user_id": person.get("user_id"),
        "name": row["name"] or person.get("name"),
    }
    if person.get("email") and str(row["user"]).isdigit():
        more["user"] = person["email"]
    return {**row, **more}


def _failed_as_a_whole(key: str, step: Result) -> dict[str, Any]:
    error = build_error("unavailable", str(step.get("msg") or "The task returned no results."), "Run again.")
    return {"item": {"key": key}, "failed": True, "changed": False, "error": step.get("error") or error}


def _find_next_day(rows: Iterable[Row]) -> str | None:
    days = [str(row["reminder"]["next_on"]) for row in rows if row["status"] == WAITING and row["reminder"]["next_on"]]
    return min(days, default=None)


def _read_names(given: Any) -> list[str]:
    """Return the names of people, from a list or its text."""

    def read(name: Any) -> dict[str, Any]:
        if not isinstance(name, str):
            raise AnsibleActionFail(
                f"mfa_reminder_exclude has {name!r}, which is not text. Put it in quotes. Nothing was done."
            )
        return {"name": name.strip()}

    listed = read_list(given, "mfa_reminder_exclude", read) or []
    return [str(name) for one in listed for name in one.values() if name]


def _factor_from_name(name: Any) -> dict[str, Any]:
    return {"factor_id" if str(name).isdigit() else "factor": name}
