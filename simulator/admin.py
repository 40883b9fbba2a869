# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin paths under ``/_simulator/``: look inside, act as a person, change the weather."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyotp
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import people
from simulator.checks import is_whole
from simulator.clock import iso_millis, iso_seconds
from simulator.people import Person
from simulator.records import PENDING, Message, Process, Registration, Verification
from simulator.simulation import Simulation


@dataclass(frozen=True)
class AdminCall:
    """One request to an admin path."""

    sim: Simulation
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]


Action = Callable[[AdminCall], Any]


class MissingError(Exception):
    """What was asked for is not there; answered as 404."""


def routes(sim: Simulation) -> list[Route]:
    """The routes, below the prefix they are mounted at."""
    return [Route(path, _endpoint(sim, action), methods=[method]) for method, path, action, _meaning in PATHS]


def _endpoint(sim: Simulation, action: Action) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            raw = await request.body()
            call = AdminCall(sim, dict(request.path_params), dict(request.query_params), _object(raw))
            sim.account.catch_up()
            return JSONResponse(action(call))
        except ValueError as problem:
            return JSONResponse({"error": str(problem)}, 400)
        except MissingError as problem:
            return JSONResponse({"error": str(problem)}, 404)
        except ClientDisconnect:
            return Response()  # nobody is there to read it

    return endpoint


def _object(raw: bytes) -> dict[str, Any]:
    body = json.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise ValueError("the body is a JSON object")  # noqa: TRY004 - answered as 400
    return body


def _person(call: AdminCall) -> Person:
    person = call.sim.account.person(call.path["user"])
    if person is None:
        raise MissingError(f"no user {call.path['user']!r}")
    return person


# What people got and would say


def _messages(call: AdminCall) -> Any:
    user = call.query.get("user")
    if user is None:
        return [_message(message) for message in call.sim.account.messages]
    person = call.sim.account.person(user)
    if person is None:
        raise MissingError(f"no user {user!r}")
    return [_message(message) for message in call.sim.account.messages_of.get(person.id, ())]


def _message(message: Message) -> dict[str, Any]:
    process = message.process
    return {
        "user_id": message.user_id,
        "kind": message.kind,
        "to": message.to,
        "text": message.text,
        "code": message.code,
        "registration_id": process.id if isinstance(process, Registration) else None,
        "verification_id": process.id if isinstance(process, Verification) else None,
        "time": iso_millis(message.at),
    }


def _last_message(call: AdminCall) -> Any:
    person = _person(call)
    messages = call.sim.account.messages_of.get(person.id)
    if not messages:
        raise MissingError("nothing was sent to this person")
    return {**_message(messages[-1]), "answer": _said(call, person, messages[-1].code)}


def _said(call: AdminCall, person: Person, code: str | None) -> str | None:
    """What the person says when asked for a code; ``None`` for nothing."""
    answer = person.answer or call.sim.settings.answer
    if code is None or answer == "never":
        return None
    if answer == "reject" or person.wrong_given < person.wrong_codes:
        return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
    return code


def _totp(call: AdminCall) -> Any:
    person = _person(call)
    wanted = call.query.get("id")
    held: list[tuple[str, str, str | None]] = [
        (device.device_id, device.factor.name, device.secret) for device in call.sim.account.devices.get(person.id, ())
    ]
    held.extend(
        (process.id, process.factor.name, process.secret)
        for process in call.sim.account.processes_of.get(person.id, ())
        if process.status == PENDING and isinstance(process, Registration)
    )
    for known_id, factor, secret in reversed(held):
        if secret and wanted in (None, known_id):
            code = call.sim.ledger.note("code", pyotp.TOTP(secret).now())
            said = _said(call, person, code)
            return {"id": known_id, "factor": factor, "code": code, "answer": said}
    raise MissingError("this person has no such authenticator or Protect")


# What people did


def _state_of(call: AdminCall, person: Person) -> dict[str, Any]:
    account = call.sim.account
    processes = account.processes_of.get(person.id, ())
    return {
        "user_id": person.id,
        "email": person.record["email"],
        "username": person.record["username"],
        "phone": person.record["phone"],
        "group_id": person.record["group_id"],
        "devices": [
            {
                "device_id": device.device_id,
                "factor": device.factor.name,
                "display_name": device.display_name,
                "default": device.default,
            }
            for device in account.devices.get(person.id, ())
        ],
        "registrations": [_process(p) for p in processes if isinstance(p, Registration)],
        "verifications": [_process(p) for p in processes if isinstance(p, Verification)],
        "mfa_tokens": [
            {"expires_at": iso_seconds(token.expires_at), "reusable": token.reusable}
            for token in account.mfa_tokens_of.get(person.id, ())
        ],
        "messages": len(account.messages_of.get(person.id, ())),
    }


def _process(process: Process) -> dict[str, Any]:
    return {
        "id": process.id,
        "factor": process.factor.name,
        "display_name": process.display_name,
        "device_id": process.device_id,
        "status": process.status,
        "expired": process.expired,
        "expires_at": None if process.expires_at is None else iso_seconds(process.expires_at),
    }


def _one(call: AdminCall) -> Any:
    return _state_of(call, _person(call))


def _state(call: AdminCall) -> Any:
    account = call.sim.account
    touched = {*account.devices, *account.processes_of, *account.mfa_tokens_of}
    return {"people": [_state_of(call, account.people[user_id]) for user_id in sorted(touched)]}


def _approve(call: AdminCall) -> Any:
    return _act(call, accept=True)


def _deny(call: AdminCall) -> Any:
    return _act(call, accept=False)


def _act(call: AdminCall, accept: bool) -> Any:
    person = _person(call)
    for process in reversed(call.sim.account.processes_of.get(person.id, ())):
        if process.status == PENDING and call.body.get("id") in (None, process.id):
            call.sim.account.answer_by_hand(process, accept)
            return _process(process)
    raise MissingError("nothing of this person is pending, or not what the id names")


# The secrets


def _secrets(call: AdminCall) -> Any:
    return call.sim.secrets()


def _secrets_clear(call: AdminCall) -> Any:
    call.sim.ledger.clear()
    return {}


# The log


def _log(call: AdminCall) -> Any:
    return call.sim.log.rows()


def _log_clear(call: AdminCall) -> Any:
    call.sim.log.clear()
    return {}


def _log_summary(call: AdminCall) -> Any:
    return call.sim.log.summary()


# The weather


def _settings(call: AdminCall) -> Any:
    return {**vars(call.sim.settings), "remaining": call.sim.rate.remaining}


def _settings_change(call: AdminCall) -> Any:
    remaining = call.body.pop("remaining", None)
    if remaining is not None and not is_whole(remaining, 0):
        raise ValueError("remaining is a whole number")
    call.sim.change_settings(call.sim.settings.changed(call.body))
    if remaining is not None:
        call.sim.rate.remaining = remaining
    return _settings(call)


def _clock(call: AdminCall) -> Any:
    seconds = call.body.get("advance")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ValueError("advance is a number of seconds")  # noqa: TRY004 - answered as 400
    call.sim.clock.advance(seconds)
    return {"time": iso_millis(call.sim.account.catch_up())}


def _reset(call: AdminCall) -> Any:
    given = {name: call.body.get(name) for name in ("people", "groups", "policies")}
    for name, rows in given.items():
        if not (rows is None or isinstance(rows, list)):
            raise ValueError(f"{name} is a list")
    try:
        others = None if given["people"] is None else people.from_rows(given["people"])
        call.sim.reset(others, given["groups"], given["policies"])
    except people.SeedError as problem:
        raise ValueError(problem) from None
    return {}


def _tokens_expire(call: AdminCall) -> Any:
    return {"expired": call.sim.tokens.expire_all()}


def _tokens_revoke(call: AdminCall) -> Any:
    return {"revoked": call.sim.tokens.revoke_all()}


def _faults(call: AdminCall) -> Any:
    return call.sim.faults.waiting()


def _faults_add(call: AdminCall) -> Any:
    return call.sim.faults.add(call.body).shown()


def _faults_clear(call: AdminCall) -> Any:
    call.sim.faults.clear()
    return {}


PATHS: tuple[tuple[str, str, Action, str], ...] = (
    ("GET", "/messages", _messages, "all that was sent to people; `?user=` for one of them"),
    ("GET", "/people/{user}", _one, "devices, registrations, verifications of one person"),
    (
        "GET",
        "/people/{user}/message",
        _last_message,
        "the last one, with the true `code` and the `answer` the person would give",
    ),
    (
        "GET",
        "/people/{user}/totp",
        _totp,
        "code of the latest Authenticator or Protect; `?id=` of a device or registration",
    ),
    ("POST", "/people/{user}/approve", _approve, 'the latest pending is accepted; `{"id": …}`'),
    ("POST", "/people/{user}/deny", _deny, 'the latest pending is refused; `{"id": …}`'),
    (
        "GET",
        "/secrets",
        _secrets,
        "each `secret` handed out or taken and its `kind`; a reset leaves them",
    ),
    ("DELETE", "/secrets", _secrets_clear, "forget them, the credentials aside"),
    ("GET", "/log", _log, "the requests, oldest first"),
    ("DELETE", "/log", _log_clear, "forget them"),
    ("GET", "/log/summary", _log_summary, "how many of each kind"),
    ("GET", "/state", _state, "everything enrolled and under way, without secrets"),
    ("GET", "/settings", _settings, "settings, switches, calls remaining"),
    ("PATCH", "/settings", _settings_change, "change any of them"),
    ("POST", "/clock", _clock, '`{"advance": seconds}`'),
    (
        "POST",
        "/reset",
        _reset,
        'back to how it started; `{"people": [{column: value, …}, …]}` for other people; also `groups`, `policies`',
    ),
    ("POST", "/tokens/expire", _tokens_expire, "every access token expires now"),
    ("POST", "/tokens/revoke", _tokens_revoke, "every access token is forgotten"),
    ("GET", "/faults", _faults, "the faults waiting"),
    ("POST", "/faults", _faults_add, "add one, see below"),
    ("DELETE", "/faults", _faults_clear, "drop them all"),
)
