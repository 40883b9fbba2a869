# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From hosts and people to the items of one bulk call, and from its results back to each host.

This file is private to the collection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

USER_KEYS = ("user_id", "email", "username")
FACTOR_KEYS = ("factor", "factor_id")

Item = dict[str, Any]
"""What one person is to have: ``host``, ``user``, ``factor``, ``options`` for the module, ``problem`` or None."""


def items(hosts: Iterable[Mapping[str, Any]]) -> list[Item]:
    """The items of all hosts, in their order.

    :param hosts: of each host ``host`` (its name), ``factors``, and ``users`` (a list of people) or, for the one person
        the host stands for, ``user_id``, ``email`` and ``username``, of which the first that is set counts.
    """
    made: list[Item] = []
    takers: dict[tuple[str, ...], str] = {}
    for host in hosts:
        for options in _wanted(host):
            work = tuple(f"{key}={str(options[key]).casefold()}" for key in USER_KEYS + FACTOR_KEYS if key in options)
            made.append(
                {
                    "host": host["host"],
                    "user": _first(options, USER_KEYS),
                    "factor": _first(options, FACTOR_KEYS),
                    "options": options,
                    "problem": _problem(options, takers.get(work)),
                }
            )
            takers.setdefault(work, host["host"])
    return made


def waits(made: Sequence[Item], registered: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of ``mfa_registration_wait`` for what ``mfa_registration`` left to a person.

    :param made: what :func:`items` returned.
    :param registered: the result of the batch of those items that have no problem.
    """
    return [
        {
            "user_id": result["registration"]["user_id"],
            "registration_id": result["registration"]["id"],
            "expires_at": result["registration"].get("expires_at"),
        }
        for _item, result in _paired(made, registered)
        if result and _is_waited_for(result)
    ]


def results(
    made: Sequence[Item], registered: Mapping[str, Any], waited: Mapping[str, Any], journal: bool = False
) -> list[dict[str, Any]]:
    """What came of each item, with a message for the reader; never a code or a secret.

    :param made: what :func:`items` returned.
    :param registered: the result of ``mfa_registration``.
    :param waited: the result of ``mfa_registration_wait`` of :func:`waits`; one that was skipped holds no results.
    :param journal: whether a journal was kept, so that another run finds the registrations of this one.
    """
    answers = _answers(waited)
    return [
        _verdict(item, _merged(result, next(answers, None)) if result and _is_waited_for(result) else result, journal)
        for item, result in _paired(made, registered)
    ]


def verdicts(rows: Sequence[Mapping[str, Any]], hosts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of each host whether any of its own ``failed`` or ``changed``, and ``msg``, of what failed or else of everything.

    :param rows: what :func:`results` returned.
    :param hosts: what :func:`items` was given; a host whose list of people is empty gets a verdict too.
    """
    of_host: dict[str, list[Mapping[str, Any]]] = {host["host"]: [] for host in hosts}
    for row in rows:
        of_host[row["host"]].append(row)
    return {
        host: {
            "failed": any(row["failed"] for row in its),
            "changed": any(row["changed"] for row in its),
            "msg": " ".join(row["msg"] for row in [row for row in its if row["failed"]] or its)
            or "Nobody is to be enrolled.",
        }
        for host, its in of_host.items()
    }


def summary(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines that tell a person what came of everybody: counts by factor and status, then each failure."""
    failed = [row for row in rows if row["failed"]]
    changed = sum(bool(row["changed"]) for row in rows)
    lines = [f"{len(rows) - len(failed)} of {len(rows)} done, {changed} changed, {len(failed)} failed."]
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(str(row["factor"] or "no factor"), Counter())[row["status"]] += 1
    lines += [
        f"{factor}: " + ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
        for factor, statuses in sorted(counts.items())
    ]
    return lines + [f"failed: {row['msg']}" for row in failed]


def _wanted(host: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The module's options, once for each person and factor. A person without a factor comes up once as well."""
    users = host.get("users")
    if not isinstance(users, (list, tuple)):
        key = next((key for key in USER_KEYS if host.get(key) not in (None, "")), None)
        users = [{key: host[key]}] if key else [{}]
    for user in users:
        own = {name: value for name, value in user.items() if name != "factors" and value not in (None, "")}
        if any(name in own for name in FACTOR_KEYS):
            yield own
            continue
        for factor in user.get("factors") or host.get("factors") or [{}]:
            yield {**own, **{name: value for name, value in factor.items() if value not in (None, "")}}


def _problem(options: Mapping[str, Any], taker: str | None) -> str | None:
    """Why an item is not fit to be sent along, if so."""
    if not any(key in options for key in USER_KEYS):
        return "Nothing says who this is. Set onelogin_user_id, onelogin_email or onelogin_username."
    if not any(key in options for key in FACTOR_KEYS):
        return "No factor is asked for. Set mfa_onboarding_factors, for the host or for its group."
    if not isinstance(options.get("otp", ""), str):
        return "The code (otp) is not text, so that leading zeros may be lost. Put it in quotes."
    if taker is not None:
        return f"The same is asked for already, by host {taker}. Leave one of them out."
    return None


def _paired(made: Sequence[Item], registered: Mapping[str, Any]) -> Iterator[tuple[Item, Mapping[str, Any] | None]]:
    found = iter(registered.get("results") or ())
    for item in made:
        yield item, None if item["problem"] else next(found, None)


def _is_waited_for(result: Mapping[str, Any]) -> bool:
    # In check mode a registration that would be made has no id.
    return not result["failed"] and result.get("awaits") == "user" and bool(result["registration"]["id"])


def _answers(waited: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if waited.get("skipped") or "results" in waited:
        yield from waited.get("results") or ()
        return
    # The role keeps the task from failing, so "failed" says nothing here.
    message = str(waited.get("msg") or "It could not be waited for.")
    error = waited.get("error") or _error("unavailable", message, "Run again.")
    while True:
        yield {"failed": True, "msg": message, "error": error}


def _merged(registered: Mapping[str, Any], answer: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The registration as it was made, with where it stands after waiting."""
    if answer is None:
        return registered
    registration = dict(registered["registration"])
    for name in ("status", "device_id"):
        registration[name] = (answer.get("registration") or {}).get(name) or registration[name]
    merged = {**registered, "failed": answer["failed"], "error": answer.get("error"), "registration": registration}
    if registration["status"] == "accepted":
        merged.update(msg="The person has confirmed it; the factor is enrolled.", awaits=None)
    return merged


def _verdict(item: Item, result: Mapping[str, Any] | None, journal: bool) -> dict[str, Any]:
    if item["problem"]:
        result = {"failed": True, "error": _error("invalid", item["problem"], "")}
    elif result is None:
        result = {"failed": True, "error": _error("unconfirmed", "There is no result for this person.", "Run again.")}
    registration = {key: value for key, value in (result.get("registration") or {}).items() if key != "factor_data"}
    error = result.get("error") if result["failed"] else None
    factor = registration.get("factor") or item["factor"]
    awaits = result.get("awaits") if not error else None
    known = "" if journal else f"registration_id {registration.get('id')}"
    text = (
        _failure(error, registration, known)
        if error
        else _progress(str(result.get("msg") or ""), awaits, registration, known)
    )
    who = ", ".join(str(part) for part in (item["user"] or item["host"], factor) if part is not None)
    return {
        "host": item["host"],
        "user": item["user"],
        "factor": factor,
        "status": error["code"] if error else registration.get("status"),
        "changed": bool(result.get("changed")),
        "failed": bool(error),
        "msg": f"{who}: {text}",
        "awaits": awaits,
        "registration": registration,
        "error": error,
    }


def _failure(error: Mapping[str, Any], registration: Mapping[str, Any], known: str) -> str:
    hint = error["hint"]
    if error["code"] == "timeout" and registration.get("id"):
        hint = "Ask the person, then run again to go on waiting for the same registration"
        hint += f": with {known}." if known else "."
    return f"{error['message']} {hint}".strip()


def _progress(msg: str, awaits: str | None, registration: Mapping[str, Any], known: str) -> str:
    """``known`` is what another run must be told to find the registration."""
    made = bool(registration.get("id"))
    if awaits == "user":
        return f"{msg} The person {'has still' if made else 'would then have'} to confirm it."
    if awaits == "otp":
        if not made:
            return f"{msg} The code would then have to be given back on another run."
        until = f", until {registration['expires_at']}" if registration.get("expires_at") else ""
        return f"{msg} Give the code back on another run{until}, as otp{f' with {known}' if known else ''}."
    return msg


def _first(options: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((options[key] for key in keys if key in options), None)


def _error(code: str, message: str, hint: str) -> dict[str, Any]:
    return {"code": code, "http_status": None, "message": message, "request_id": None, "hint": hint}
