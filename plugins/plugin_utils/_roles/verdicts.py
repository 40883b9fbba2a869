# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the results of bulk calls back to people and hosts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.people import Item

WORDS = ("registration", "verification", "device")
"""What a result is about; the first of them that it holds."""

_ANEW = "Ask the person for the code that is good now, and give that."
_NOBODY = "There is nobody to do."
_READ = 50  # lines, or sentences

Row = dict[str, Any]
"""What came of one item: ``host``, ``groups``, ``user``, ``factor``, ``status``, ``changed``, ``failed``, ``msg``,
``awaits``, ``confirmed`` (in this run, by the person), ``accepted_at``, ``error``, and the object under its word."""


def waits(made: Sequence[Item], done: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of a ``_wait`` module for what a bulk call left to people to confirm.

    :param made: what the items were made of.
    :param done: the result of the batch of those items that have no problem.
    """
    return [
        {"user_id": its["user_id"], f"{word}_id": its["id"], "expires_at": its.get("expires_at")}
        for _item, result in _paired(made, done)
        if result and _is_waited_for(result)
        for word, its in [_object(result)]
    ]


def results(
    made: Sequence[Item],
    done: Mapping[str, Any],
    waited: Mapping[str, Any] | None = None,
    journal: bool = False,
    looked: bool = False,
) -> list[Row]:
    """What came of each item, with a message for the reader; never a code or a secret.

    :param made: what the items were made of.
    :param done: the result of the batch of those items that have no problem.
    :param waited: the result of waiting for :func:`waits`; one that was skipped holds no results.
    :param journal: whether a journal was kept, so that another run finds what this one began.
    :param looked: whether the run only looked at what is there, so that a change that would be made is none.
    """
    answers = _answers(waited or {"skipped": True})
    rows = [
        _row(item, result, next(answers, None) if result and _is_waited_for(result) else None, journal)
        for item, result in _paired(made, done)
    ]
    return [{**row, "changed": False} for row in rows] if looked else rows


def challenges(rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Items that challenge those who have just confirmed an enrolment themselves, on the device they did it with.

    :param rows: what :func:`results` returned.
    """
    return [
        {
            **{name: row[name] for name in ("host", "groups", "user", "factor")},
            "options": {"user_id": row["registration"]["user_id"], "device_id": row["registration"]["device_id"]},
            "problem": None,
        }
        for row in rows
        if _is_confirmed(row)
    ]


def challenged(rows: Sequence[Row], answers: Sequence[Row]) -> list[Row]:
    """The rows, with what came of :func:`challenges`: who failed it has failed."""
    found = iter(answers)
    return [_with(row, next(found)) if _is_confirmed(row) else row for row in rows]


def _with(row: Row, answer: Row) -> Row:
    told = {name: answer[name] for name in ("failed", "status", "msg", "awaits", "error")} if answer["failed"] else {}
    return {**row, **told, "verification": answer.get("verification")}


def _is_confirmed(row: Mapping[str, Any]) -> bool:
    return bool(row["confirmed"] and row["registration"].get("device_id"))


def verdicts(rows: Sequence[Mapping[str, Any]], hosts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The verdict on each host, by name: ``msg``, ``failed`` and ``changed``.

    The message tells what has failed and, behind that, what is waited for; where nothing has, it tells everything.

    :param rows: what :func:`results` returned.
    :param hosts: what the items were made of; a host whose list of people is empty gets a verdict too, and so does one
        that has failed since and is no longer among them.
    """
    of_host: dict[str, list[Mapping[str, Any]]] = {host["host"]: [] for host in hosts}
    for row in rows:
        of_host.setdefault(row["host"], []).append(row)
    return {
        host: {
            "msg": " ".join(_some([row["msg"] for row in _worth_telling(its)])) or _NOBODY,
            **{word: any(row[word] for row in its) for word in ("failed", "changed")},
        }
        for host, its in of_host.items()
    }


def _worth_telling(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    failed = [row for row in rows if row["failed"]]
    return [*failed, *(row for row in rows if row["awaits"])] if failed else list(rows)


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many there are, in numbers only: ``total``, ``changed``, ``failed``, ``waiting`` (for a code, or for the
    person), and ``by_factor``, a count by status for each."""
    by_factor: dict[str, Counter[str]] = {}
    for row in rows:
        by_factor.setdefault(str(row["factor"] or "no factor"), Counter())[str(row["status"])] += 1
    return {
        "total": len(rows),
        **{word: sum(bool(row[word]) for row in rows) for word in ("changed", "failed")},
        "waiting": sum(bool(row["awaits"]) for row in rows),
        "by_factor": {factor: dict(sorted(statuses.items())) for factor, statuses in sorted(by_factor.items())},
    }


def summary(rows: Sequence[Mapping[str, Any]], planned: bool = False) -> list[str]:
    """Lines that tell a person what came of everybody: counts by factor and status, then each failure.

    :param planned: whether nothing was done, as in check mode, so that it tells what would be.
    """
    of = counts(rows)
    done = of["total"] - of["failed"] - of["waiting"]
    waiting = f", {of['waiting']} waiting" if of["waiting"] else ""
    lines = [f"{done} of {of['total']} done{waiting}, {of['changed']} changed, {of['failed']} failed."]
    if planned:
        lines.insert(0, "This is what would come of it; nothing was done.")
    lines += [
        f"{factor}: " + ", ".join(f"{count} {status}" for status, count in statuses.items())
        for factor, statuses in of["by_factor"].items()
    ]
    return lines + _some([f"failed: {row['msg']}" for row in rows if row["failed"]])


def _some(lines: list[str]) -> list[str]:
    """As many as anybody reads; all of them are in the results and the report."""
    return lines if len(lines) <= _READ else [*lines[:_READ], f"And {len(lines) - _READ} more."]


def _paired(made: Sequence[Item], done: Mapping[str, Any]) -> Iterator[tuple[Item, Mapping[str, Any] | None]]:
    found = _answers(done)
    for item in made:
        yield item, None if item["problem"] else next(found, None)


def _answers(done: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The results of a bulk call; one that failed as a whole failed for everybody."""
    if done.get("skipped") or "results" in done:
        yield from done.get("results") or ()
        return
    # The roles keep the task from failing, so "failed" says nothing here.
    message = str(done.get("msg") or "It could not be done.")
    error = done.get("error") or _error("unavailable", message, "Run again.")
    while True:
        yield {"failed": True, "changed": False, "msg": message, "error": error}


def _is_waited_for(result: Mapping[str, Any]) -> bool:
    # In check mode what would be made has no id.
    return not result["failed"] and result.get("awaits") == "user" and bool(_object(result)[1].get("id"))


def _object(result: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What a result is about, and its public part."""
    word = next((word for word in WORDS if word in result), WORDS[0])
    return word, {key: value for key, value in (result.get(word) or {}).items() if key != "factor_data"}


def _row(item: Item, result: Mapping[str, Any] | None, answer: Mapping[str, Any] | None, journal: bool) -> Row:
    if item["problem"]:
        result = {"failed": True, "error": _error("invalid", item["problem"], "")}
    elif result is None:
        result = {"failed": True, "error": _error("unconfirmed", "There is no result for this person.", "Run again.")}
    word, its = _object(result)
    if answer:
        its.update(
            {key: value for key, value in _object(answer)[1].items() if key in ("status", "device_id") and value}
        )
    last = answer or result
    error = last.get("error") if last["failed"] else None
    if not error and result.get("awaits") == "otp" and item["options"].get("otp"):
        error = _error("expired", "The code given belongs to nothing that is still good, so it was not tried.", _ANEW)
    accepted = not error and its.get("status") == "accepted"
    awaits = None if error or accepted else result.get("awaits")
    msg = str(result.get("msg") or "")
    if answer and accepted:
        msg = "The person has confirmed it."
    known = "" if journal else f"{word}_id {its.get('id')}"
    factor = its.get("factor") or its.get("type") or item["factor"]
    who = ", ".join(str(part) for part in (item["user"] or item["host"], factor) if part is not None)
    text = _failure(error, its, known) if error else _progress(msg, awaits, its, known)
    return {
        "host": item["host"],
        "groups": item["groups"],
        "user": item["user"],
        "factor": factor,
        "status": error["code"] if error else its.get("status") or "absent",
        "changed": bool(result.get("changed")),
        "failed": bool(error),
        "msg": f"{who}: {text}",
        "awaits": awaits,
        "confirmed": bool(answer and accepted),
        "accepted_at": last.get("done_at") if accepted and (answer or result.get("changed")) else None,
        word: its,
        "error": error,
    }


def _failure(error: Mapping[str, Any], its: Mapping[str, Any], known: str) -> str:
    hint = error["hint"]
    if error["code"] == "timeout" and its.get("id"):
        hint = "Ask the person, then run again to go on waiting for the same"
        hint += f": with {known}." if known else "."
    return f"{error['message']} {hint}".strip()


def _progress(msg: str, awaits: str | None, its: Mapping[str, Any], known: str) -> str:
    """``known`` is what another run must be told to find it again."""
    made = bool(its.get("id"))
    if awaits == "user":
        return f"{msg} The person {'has still' if made else 'would then have'} to confirm it."
    if awaits == "otp":
        if not made:
            return f"{msg} The code would then have to be given back on another run."
        until = f", until {its['expires_at']}" if its.get("expires_at") else ""
        return f"{msg} Give the code back on another run{until}, as otp{f' with {known}' if known else ''}."
    return msg


def _error(code: str, message: str, hint: str) -> dict[str, Any]:
    return {"code": code, "http_status": None, "message": message, "request_id": None, "hint": hint}
