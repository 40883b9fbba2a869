# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin paths under ``/_simulator/``: look inside, act as a person, change the weather."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyotp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.clock import iso_millis, iso_seconds
from simulator.people import Person
from simulator.records import PENDING, Message, Process, Registration, Verification
from simulator.simulation import Simulation

Body = dict[str, Any]
Action = Callable[[Simulation, Request, Body], Any]


class Missing(Exception):
    """What was asked for is not there; answered as 404."""


def routes(sim: Simulation) -> list[Route]:
    """The routes, below the prefix they are mounted at."""
    return [
        Route(path, _endpoint(sim, action), methods=[method])
        for method, path, action, _meaning in PATHS
    ]


def _endpoint(sim: Simulation, action: Action) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else {}
            if not isinstance(body, dict):
                raise ValueError("the body is a JSON object")
            sim.account.catch_up()
            return JSONResponse(action(sim, request, body))
        except ValueError as problem:
            return JSONResponse({"error": str(problem)}, 400)
        except Missing as problem:
            return JSONResponse({"error": str(problem)}, 404)

    return endpoint


def _person(sim: Simulation, request: Request) -> Person:
    person = sim.account.person(request.path_params["user"])
    if person is None:
        raise Missing(f"no user {request.path_params['user']!r}")
    return person


# What people got and would say


def _messages(sim: Simulation, request: Request, body: Body) -> Any:
    user = request.query_params.get("user")
    if user is None:
        return [_message(message) for message in sim.account.messages]
    person = sim.account.person(user)
    if person is None:
        raise Missing(f"no user {user!r}")
    return [_message(m) for m in sim.account.messages if m.user_id == person.id]


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


def _last_message(sim: Simulation, request: Request, body: Body) -> Any:
    person = _person(sim, request)
    for message in reversed(sim.account.messages):
        if message.user_id == person.id:
            return {**_message(message), "answer": _said(sim, person, message.code)}
    raise Missing("nothing was sent to this person")


def _said(sim: Simulation, person: Person, code: str | None) -> str | None:
    """What the person says when asked for a code; ``None`` for nothing."""
    answer = person.answer or sim.settings.answer
    if code is None or answer == "never":
        return None
    if answer == "reject" or person.wrong_given < person.wrong_codes:
        return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
    return code


def _totp(sim: Simulation, request: Request, body: Body) -> Any:
    person = _person(sim, request)
    wanted = request.query_params.get("id")
    held: list[tuple[str, str, str | None]] = [
        (device.device_id, device.factor.name, device.secret)
        for device in sim.account.devices.get(person.id, ())
    ]
    for process in sim.account.processes_of.get(person.id, ()):
        if process.status == PENDING and isinstance(process, Registration):
            held.append((process.id, process.factor.name, process.secret))
    for known_id, factor, secret in reversed(held):
        if secret and wanted in (None, known_id):
            code = pyotp.TOTP(secret).now()
            said = _said(sim, person, code)
            return {"id": known_id, "factor": factor, "code": code, "answer": said}
    raise Missing("this person has no such authenticator or Protect")


# What people did


def _state_of(sim: Simulation, person: Person) -> dict[str, Any]:
    account = sim.account
    processes = account.processes_of.get(person.id, ())
    return {
        "user_id": person.id,
        "email": person.record["email"],
        "username": person.record["username"],
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
            for token in account.mfa_tokens
            if token.user_id == person.id
        ],
        "messages": sum(message.user_id == person.id for message in account.messages),
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


def _one(sim: Simulation, request: Request, body: Body) -> Any:
    return _state_of(sim, _person(sim, request))


def _state(sim: Simulation, request: Request, body: Body) -> Any:
    account = sim.account
    touched = set(account.devices) | set(account.processes_of)
    touched |= {token.user_id for token in account.mfa_tokens}
    return {"people": [_state_of(sim, account.people[user_id]) for user_id in sorted(touched)]}


def _approve(sim: Simulation, request: Request, body: Body) -> Any:
    return _act(sim, request, body, accept=True)


def _deny(sim: Simulation, request: Request, body: Body) -> Any:
    return _act(sim, request, body, accept=False)


def _act(sim: Simulation, request: Request, body: Body, accept: bool) -> Any:
    person = _person(sim, request)
    for process in reversed(sim.account.processes_of.get(person.id, ())):
        if process.status == PENDING and body.get("id") in (None, process.id):
            sim.account.answer_by_hand(process, accept)
            return _process(process)
    raise Missing("nothing of this person is pending" if "id" not in body else "not pending")


# The log


def _log(sim: Simulation, request: Request, body: Body) -> Any:
    return sim.log.rows()


def _log_clear(sim: Simulation, request: Request, body: Body) -> Any:
    sim.log.clear()
    return {}


def _log_summary(sim: Simulation, request: Request, body: Body) -> Any:
    return sim.log.summary()


# The weather


def _settings(sim: Simulation, request: Request, body: Body) -> Any:
    return {**vars(sim.settings), "remaining": sim.rate.remaining}


def _settings_change(sim: Simulation, request: Request, body: Body) -> Any:
    remaining = body.pop("remaining", None)
    if remaining is not None and not (type(remaining) is int and remaining >= 0):
        raise ValueError("remaining is a whole number")
    sim.change_settings(sim.settings.changed(body))
    if remaining is not None:
        sim.rate.remaining = remaining
    return _settings(sim, request, body)


def _clock(sim: Simulation, request: Request, body: Body) -> Any:
    seconds = body.get("advance")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ValueError("advance is a number of seconds")
    sim.clock.advance(seconds)
    return {"time": iso_millis(sim.account.catch_up())}


def _reset(sim: Simulation, request: Request, body: Body) -> Any:
    sim.reset()
    return {}


def _tokens_expire(sim: Simulation, request: Request, body: Body) -> Any:
    return {"expired": sim.tokens.expire_all()}


def _tokens_revoke(sim: Simulation, request: Request, body: Body) -> Any:
    return {"revoked": sim.tokens.revoke_all()}


def _faults(sim: Simulation, request: Request, body: Body) -> Any:
    return sim.faults.waiting()


def _faults_add(sim: Simulation, request: Request, body: Body) -> Any:
    return sim.faults.add(body).shown()


def _faults_clear(sim: Simulation, request: Request, body: Body) -> Any:
    sim.faults.clear()
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
        "the present code of the latest Authenticator or Protect; `?id=` of a device or "
        "registration",
    ),
    ("POST", "/people/{user}/approve", _approve, 'the latest pending is accepted; `{"id": …}`'),
    ("POST", "/people/{user}/deny", _deny, 'the latest pending is refused; `{"id": …}`'),
    ("GET", "/log", _log, "the requests, oldest first"),
    ("DELETE", "/log", _log_clear, "forget them"),
    ("GET", "/log/summary", _log_summary, "how many of each kind"),
    ("GET", "/state", _state, "everything enrolled and under way, without secrets"),
    ("GET", "/settings", _settings, "settings, switches, calls remaining"),
    ("PATCH", "/settings", _settings_change, "change any of them"),
    ("POST", "/clock", _clock, '`{"advance": seconds}`'),
    ("POST", "/reset", _reset, "back to how it started"),
    ("POST", "/tokens/expire", _tokens_expire, "every access token expires now"),
    ("POST", "/tokens/revoke", _tokens_revoke, "every access token is forgotten"),
    ("GET", "/faults", _faults, "the faults waiting"),
    ("POST", "/faults", _faults_add, "add one, see below"),
    ("DELETE", "/faults", _faults_clear, "drop them all"),
)
