# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account: its people, their devices, and the pending registrations and verifications.

This file does not depend on HTTP. A registration or verification starts ``pending`` and ends ``accepted`` or
``rejected``; accepted registrations leave a device.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pyotp

from simulator.clock import Agenda, Clock
from simulator.event_log import EventLog
from simulator.generator import Generator
from simulator.groups import Groups
from simulator.issued_secrets import IssuedSecrets
from simulator.messages import DEFAULT, fill_message
from simulator.models import (
    ACCEPTED,
    PENDING,
    REJECTED,
    Device,
    Factor,
    Message,
    MfaToken,
    Process,
    Registration,
    Verification,
)
from simulator.people import Person, SeedError
from simulator.settings import Settings

_MESSAGE_KINDS = {"sms": "sms", "voice": "call", "email": "mail", "protect": "push"}
_DEFAULT_LIFE = 120


class Account:
    """The state of the simulated account."""

    def __init__(
        self,
        people: list[Person],
        factors: list[Factor],
        settings: Callable[[], Settings],
        clock: Clock,
        rng: random.Random,
        issued_secrets: IssuedSecrets,
        groups: Groups,
    ) -> None:
        """Build the account; people with factors that it does not offer are a SeedError."""
        self.factors = factors
        self.groups = groups
        self.settings = settings
        self.clock = clock
        self.agenda = Agenda()
        self.people = {person.id: person for person in sorted(people, key=lambda p: p.id)}
        self._by_name: dict[str, list[Person]] = {}
        for person in self.people.values():
            person.wrong_given = 0
            self._index(person)
        self.devices: dict[int, list[Device]] = {}
        self.registrations: dict[str, Registration] = {}
        self.verifications: dict[str, Verification] = {}
        self.processes_of: dict[int, list[Process]] = {}
        self.messages: list[Message] = []
        self.messages_of: dict[int, list[Message]] = {}
        self.mfa_tokens_of: dict[int, list[MfaToken]] = {}
        self.event_log = EventLog(self.people, settings)
        self._generator = Generator(rng, issued_secrets)
        self._issued_secrets = issued_secrets
        self._enrol_from_the_start()

    def _index(self, person: Person) -> None:
        """Add the person to the index by e-mail address and username."""
        for key in ("email", "username"):
            if person.record[key]:
                same = self._by_name.setdefault(str(person.record[key]).casefold(), [])
                if person not in same:
                    same.append(person)

    def change_user(self, person: Person, changes: dict[str, Any]) -> None:
        """Change fields of a user's record."""
        for same in self._by_name.values():
            if person in same:
                same.remove(person)
        person.record.update(changes)
        self._index(person)

    def _enrol_from_the_start(self) -> None:
        for person in self.people.values():
            for name in person.factors:
                self._find_factor(person, name)
            for name in person.enrolled:
                factor = self._find_factor(person, name)
                if factor.kind == "other":
                    raise SeedError(f"user {person.id}: {factor.name} is not enrolled through the API")
                secret = self._generator.new_seed() if factor.kind in ("protect", "authenticator") else None
                self._add_device(person, factor, factor.name, self._generator.new_device_id(), secret)

    def _find_factor(self, person: Person, name: str) -> Factor:
        for factor in self.factors:
            if factor.is_called(name):
                return factor
        offered = ", ".join(factor.name for factor in self.factors)
        raise SeedError(f"user {person.id}: no factor {name!r}; the account offers {offered}")

    def find_person(self, user: str | int) -> Person | None:
        """Return the person of an id, email or user name (any case)."""
        text = str(user)
        if text.isascii() and text.isdigit() and int(text) in self.people:
            return self.people[int(text)]
        return next(iter(self.find_named(text)), None)

    def find_named(self, name: str) -> list[Person]:
        """Return the people with this email or user name (any case)."""
        return self._by_name.get(name.casefold(), [])

    def list_allowed_factors(self, person: Person) -> list[Factor]:
        """Return the factors the person's policy allows: those of the person's record, else those of the group."""
        if person.factors:
            return [f for f in self.factors if any(f.is_called(name) for name in person.factors)]
        allowed = self.groups.find_factor_ids(person)
        return self.factors if allowed is None else [f for f in self.factors if f.factor_id in allowed]

    def has_enrolled(self, person: Person, factor: Factor) -> bool:
        """Return whether the person has a device of the factor."""
        return any(d.factor == factor for d in self.devices.get(person.id, ()))

    def find_device(self, person: Person, device_id: str) -> Device | None:
        """Return the person's device of that id."""
        return next((d for d in self.devices.get(person.id, ()) if d.device_id == device_id), None)

    def read_switch(self, name: str) -> str:
        """Return the current value of a switch."""
        return self.settings().switches[name]

    def catch_up(self) -> float:
        """Run the actions that are due; return the current time in seconds since the epoch."""
        now = self.clock.now()
        self.agenda.run_until(now)
        return now

    def register(
        self,
        person: Person,
        factor: Factor,
        display_name: str,
        *,
        verified: bool = False,
        expires_in: float | None = None,
        message: str | None = None,
        redirect_to: str | None = None,
        response_arrives: bool = True,
    ) -> Registration:
        """Start an enrolment, and send the factor's message; ``expires_in`` in seconds.

        Only the response has the secret that an app scans: without ``response_arrives``, no one can scan it.
        """
        registration = Registration(
            id=self._generator.new_uuid(),
            user_id=person.id,
            factor=factor,
            display_name=display_name,
            device_id=self._generator.new_device_id(),
        )
        if factor.kind in ("protect", "authenticator"):
            registration.secret = self._generator.new_seed()
        if factor.kind == "protect":
            registration.verification_token = self._generator.new_verification_token()
        self.registrations[registration.id] = registration
        if verified:
            self._accept(registration, self.clock.now())
        else:
            self._begin(person, registration, expires_in, message, redirect_to, can_answer=response_arrives)
        self.processes_of.setdefault(person.id, []).append(registration)
        return registration

    def verify(
        self,
        person: Person,
        device: Device,
        *,
        expires_in: float | None = None,
        message: str | None = None,
        redirect_to: str | None = None,
    ) -> Verification:
        """Activate a device, and send its factor's message; ``expires_in`` in seconds."""
        verification = Verification(
            id=self._generator.new_uuid(),
            user_id=person.id,
            factor=device.factor,
            display_name=device.display_name,
            device_id=device.device_id,
            secret=device.secret,
        )
        self.verifications[verification.id] = verification
        self._begin(person, verification, expires_in, message, redirect_to)
        self.processes_of.setdefault(person.id, []).append(verification)
        self._event(539, verification, self.clock.now())
        return verification

    def _begin(
        self,
        person: Person,
        process: Process,
        expires_in: float | None,
        message: str | None,
        redirect_to: str | None,
        can_answer: bool = True,
    ) -> None:
        kind = process.factor.kind
        now = self.clock.now()
        life = expires_in
        if life is None and kind not in ("protect", "authenticator"):
            life = _DEFAULT_LIFE
        if life is not None:
            process.expires_at = now + life
            self.agenda.add(process.expires_at, lambda _at: self._expire(process))
        process.has_link = kind == "email" and (redirect_to is not None or self.read_switch("email_link") == "yes")
        if kind in ("sms", "voice", "email") and not process.has_link:
            process.code = self._generator.new_code()
        if kind == "voice":
            process.verification_token = process.code
        self._send(person, process, life or 0, message, redirect_to, now)
        if kind == "voice" or process.has_link or (kind == "protect" and can_answer):
            self._let_answer(person, process, now)

    def _let_answer(self, person: Person, process: Process, now: float) -> None:
        settings = self.settings()
        answer = person.answer or settings.answer
        after = settings.answer_after if person.answer_after is None else person.answer_after
        if answer == "accept":
            self.agenda.add(now + after, lambda at: self._accept(process, at))
        elif answer == "reject":
            self.agenda.add(now + after, lambda at: self._reject(process, at))

    def _send(
        self,
        person: Person,
        process: Process,
        life: float,
        template: str | None,
        redirect_to: str | None,
        now: float,
    ) -> None:
        kind = process.factor.kind
        if kind == "authenticator" or (kind == "protect" and isinstance(process, Registration)):
            return
        if kind == "sms":
            text = fill_message(template or DEFAULT, process.code or "", life)
        elif process.has_link:
            text = f"Follow the link to sign in. It leads on to {redirect_to or 'OneLogin'}."
        elif kind == "protect":
            text = "Do you accept this sign-in?"
        elif kind == "voice":
            text = f"Please type the code {process.code} on your phone."
        else:
            text = fill_message(DEFAULT, process.code or "", life)
        to = {"sms": "phone", "voice": "phone", "email": "email"}.get(kind)
        message = Message(
            user_id=person.id,
            kind=_MESSAGE_KINDS[kind],
            to=person.record[to] if to else process.display_name,
            text=text,
            code=process.code,
            process=process,
            at=now,
        )
        self.messages.append(message)
        self.messages_of.setdefault(person.id, []).append(message)

    def try_code(self, process: Process, otp: str) -> bool:
        """Check a code given for something pending; a right one accepts it."""
        self._issued_secrets.note("code", otp)
        if process.secret is not None:
            is_right = pyotp.TOTP(process.secret).verify(otp, valid_window=1)
        else:
            # A person answers a call on the phone, so its code is never valid here.
            is_right = process.code is not None and process.factor.kind != "voice"
            is_right = is_right and otp == process.code
        now = self.clock.now()
        if is_right:
            self._accept(process, now)
        else:
            self.people[process.user_id].wrong_given += 1
            self._event(self._outcome_event(process, succeeded=False), process, now)
        return is_right

    def answer_by_hand(self, process: Process, accepts: bool) -> None:
        """Let the person approve or reject now, whatever was planned."""
        (self._accept if accepts else self._reject)(process, self.clock.now())

    def reject_for_wrong_code(self, process: Process) -> None:
        """End something pending because of a wrong code."""
        process.status = REJECTED

    def _accept(self, process: Process, at: float) -> None:
        if process.status != PENDING:
            return
        process.status = ACCEPTED
        self._event(self._outcome_event(process, succeeded=True), process, at)
        if isinstance(process, Registration):
            person = self.people[process.user_id]
            name, device_id = process.display_name, process.device_id
            self._add_device(person, process.factor, name, device_id, process.secret)
            wanted = self.read_switch("enrolment_event")
            if wanted != "none":
                self._event(int(wanted), process, at)

    def _reject(self, process: Process, at: float) -> None:
        if process.status != PENDING:
            return
        process.status = REJECTED
        if process.factor.kind == "protect" and isinstance(process, Verification):
            self._event(950, process, at)
        else:
            self._event(self._outcome_event(process, succeeded=False), process, at)

    def _expire(self, process: Process) -> None:
        if process.status == PENDING:
            process.status = REJECTED
            process.is_expired = True

    def remove_device(self, person: Person, device: Device) -> None:
        """Remove a device; the next one becomes the default if it was that."""
        left = [d for d in self.devices[person.id] if d is not device]
        self.devices[person.id] = left
        if device.is_default and left:
            left[0].is_default = True
        self.event_log.add(24, person.id, device.device_id, device.display_name, at=self.clock.now())

    def issue_mfa_token(self, person: Person, life: int, reusable: bool) -> MfaToken:
        """Issue a temporary token that is valid for ``life`` seconds."""
        now = self.clock.now()
        token = MfaToken(self._generator.new_mfa_token(), now + life, reusable)
        self.mfa_tokens_of.setdefault(person.id, []).append(token)
        self.event_log.add(1100, person.id, None, None, at=now)
        return token

    def _add_device(self, person: Person, factor: Factor, name: str, device_id: str, secret: str | None) -> None:
        devices = self.devices.setdefault(person.id, [])
        devices.append(Device(device_id, factor, name, is_default=not devices, secret=secret))

    def _outcome_event(self, process: Process, succeeded: bool) -> int:
        if isinstance(process, Registration):
            return 537 if succeeded else 538
        return 528 if succeeded else 527

    def _event(self, kind: int, process: Process, at: float) -> None:
        self.event_log.add(kind, process.user_id, process.device_id, process.display_name, at)
