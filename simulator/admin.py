# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin paths under ``/_simulator/``: read the state, act as a person, change settings and faults."""

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
from simulator.clock import iso_millis, iso_seconds
from simulator.models import PENDING, Message, Process, Registration, Verification
from simulator.people import Person
from simulator.simulation import Simulation
from simulator.validation import is_whole


@dataclass(frozen=True)
class AdminCall:
    """One request to an admin path."""

    sim: Simulation
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]


Action = Callable[[AdminCall], Any]


class MissingError(Exception):
    """The object does not exist; the response is 404."""


def routes(sim: Simulation) -> list[Route]:
    """Return the routes, below the prefix they are mounted at."""
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
            return Response()  # the client has gone

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


# Messages and codes


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
        raise MissingError("this person got no message")
    return {**_message(messages[-1]), "answer": _said(call, person, messages[-1].code)}


def _said(call: AdminCall, person: Person, code: str | None) -> str | None:
    """Return the code that the person would give; ``None`` for no answer."""
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
            code = call.sim.issued_secrets.note("code", pyotp.TOTP(secret).now())
            said = _said(call, person, code)
            return {"id": known_id, "factor": factor, "code": code, "answer": said}
    raise MissingError("this person has no such authenticator or Protect")


# Actions of people


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
    raise MissingError("this person has nothing pending, or nothing with this id")


# Secrets


def _secrets(call: AdminCall) -> Any:
    return call.sim.secrets()


def _secrets_clear(call: AdminCall) -> Any:
    call.sim.issued_secrets.clear()
    return {}


# The log


def _log(call: AdminCall) -> Any:
    return call.sim.log.rows()


def _log_clear(call: AdminCall) -> Any:
    call.sim.log.clear()
    return {}


def _log_summary(call: AdminCall) -> Any:
    return call.sim.log.summary()


# Settings and faults


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
    ("GET", "/messages", _messages, "all messages to people; `?user=` for one person"),
    ("GET", "/people/{user}", _one, "devices, registrations, verifications of one person"),
    (
        "GET",
        "/people/{user}/message",
        _last_message,
        "the last message, with the real `code` and the `answer` that the person would give",
    ),
    (
        "GET",
        "/people/{user}/totp",
        _totp,
        "code of the latest Authenticator or Protect; `?id=` of a device or registration",
    ),
    ("POST", "/people/{user}/approve", _approve, 'accept the latest pending one; `{"id": …}`'),
    ("POST", "/people/{user}/deny", _deny, 'reject the latest pending one; `{"id": …}`'),
    (
        "GET",
        "/secrets",
        _secrets,
        "each `secret` that was issued or received, with its `kind`; a reset keeps them",
    ),
    ("DELETE", "/secrets", _secrets_clear, "remove them, except the credentials"),
    ("GET", "/log", _log, "the requests, oldest first"),
    ("DELETE", "/log", _log_clear, "forget them"),
    ("GET", "/log/summary", _log_summary, "the number of requests of each kind"),
    ("GET", "/state", _state, "all devices, registrations and verifications, without secrets"),
    ("GET", "/settings", _settings, "settings, switches, calls remaining"),
    ("PATCH", "/settings", _settings_change, "change the settings"),
    ("POST", "/clock", _clock, '`{"advance": seconds}`'),
    (
        "POST",
        "/reset",
        _reset,
        'restore the initial state; `{"people": [{column: value, …}, …]}` for other people; also `groups`, `policies`',
    ),
    ("POST", "/tokens/expire", _tokens_expire, "let every access token expire now"),
    ("POST", "/tokens/revoke", _tokens_revoke, "remove every access token"),
    ("GET", "/faults", _faults, "the pending faults"),
    ("POST", "/faults", _faults_add, "add a fault, see below"),
    ("DELETE", "/faults", _faults_clear, "remove all faults"),
)
