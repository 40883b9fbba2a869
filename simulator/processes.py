# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registrations and verifications, and the messages they send.

Each starts ``pending`` and ends ``accepted`` or ``rejected``; accepted registrations leave a device. This file does not
depend on HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyotp

from simulator.clock import Agenda, Clock
from simulator.event_log import EventLog
from simulator.generator import Generator
from simulator.issued_secrets import IssuedSecrets
from simulator.messages import DEFAULT, fill_message
from simulator.models import (
    ACCEPTED,
    PENDING,
    REJECTED,
    Device,
    Factor,
    Message,
    Process,
    Registration,
    Verification,
)
from simulator.people import Person
from simulator.settings import Settings

_MESSAGE_KINDS = {"sms": "sms", "voice": "call", "email": "mail", "protect": "push"}
_DEFAULT_LIFE = 120


class Processes:
    """The registrations and verifications of the account.

    :ivar by_user: those of each user id, oldest first.
    :ivar messages: the messages to all people, oldest first; ``messages_of`` has those to each user id.
    """

    def __init__(
        self,
        people: Mapping[int, Person],
        settings: Callable[[], Settings],
        clock: Clock,
        generator: Generator,
        issued_secrets: IssuedSecrets,
        event_log: EventLog,
        add_device: Callable[[Registration], None],
    ) -> None:
        """Start with none; ``add_device`` is called for each registration that is accepted."""
        self.registrations: dict[str, Registration] = {}
        self.verifications: dict[str, Verification] = {}
        self.by_user: dict[int, list[Process]] = {}
        self.messages: list[Message] = []
        self.messages_of: dict[int, list[Message]] = {}
        self._people = people
        self._settings = settings
        self._clock = clock
        self._agenda = Agenda()
        self._generator = generator
        self._issued_secrets = issued_secrets
        self._event_log = event_log
        self._add_device = add_device

    def catch_up(self) -> float:
        """Run the actions that are due; return the current time in seconds since the epoch."""
        now = self._clock.now()
        self._agenda.run_until(now)
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
            self._accept(registration, self._clock.now())
        else:
            self._start(person, registration, expires_in, message, redirect_to, can_answer=response_arrives)
        self.by_user.setdefault(person.id, []).append(registration)
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
        self._start(person, verification, expires_in, message, redirect_to)
        self.by_user.setdefault(person.id, []).append(verification)
        self._record_event(539, verification, self._clock.now())
        return verification

    def _start(
        self,
        person: Person,
        process: Process,
        expires_in: float | None,
        message: str | None,
        redirect_to: str | None,
        can_answer: bool = True,
    ) -> None:
        kind = process.factor.kind
        now = self._clock.now()
        life = expires_in
        if life is None and kind not in ("protect", "authenticator"):
            life = _DEFAULT_LIFE
        if life is not None:
            process.expires_at = now + life
            self._agenda.add(process.expires_at, lambda _at: self._expire(process))
        process.has_link = kind == "email" and (redirect_to is not None or self._read_switch("email_link") == "yes")
        if kind in ("sms", "voice", "email") and not process.has_link:
            process.code = self._generator.new_code()
        if kind == "voice":
            process.verification_token = process.code
        self._send(person, process, life or 0, message, redirect_to, now)
        if kind == "voice" or process.has_link or (kind == "protect" and can_answer):
            self._schedule_answer(person, process, now)

    def _schedule_answer(self, person: Person, process: Process, now: float) -> None:
        settings = self._settings()
        answer = person.answer or settings.answer
        after = settings.answer_after if person.answer_after is None else person.answer_after
        if answer == "accept":
            self._agenda.add(now + after, lambda at: self._accept(process, at))
        elif answer == "reject":
            self._agenda.add(now + after, lambda at: self._reject(process, at))

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
        now = self._clock.now()
        if is_right:
            self._accept(process, now)
        else:
            self._people[process.user_id].wrong_given += 1
            self._record_event(self._get_outcome_event(process, succeeded=False), process, now)
        return is_right

    def answer_by_hand(self, process: Process, accepts: bool) -> None:
        """Let the person approve or reject now, whatever was planned."""
        (self._accept if accepts else self._reject)(process, self._clock.now())

    def reject_for_wrong_code(self, process: Process) -> None:
        """End something pending because of a wrong code."""
        process.status = REJECTED

    def _accept(self, process: Process, at: float) -> None:
        if process.status != PENDING:
            return
        process.status = ACCEPTED
        self._record_event(self._get_outcome_event(process, succeeded=True), process, at)
        if isinstance(process, Registration):
            self._add_device(process)
            wanted = self._read_switch("enrolment_event")
            if wanted != "none":
                self._record_event(int(wanted), process, at)

    def _reject(self, process: Process, at: float) -> None:
        if process.status != PENDING:
            return
        process.status = REJECTED
        if process.factor.kind == "protect" and isinstance(process, Verification):
            self._record_event(950, process, at)
        else:
            self._record_event(self._get_outcome_event(process, succeeded=False), process, at)

    def _expire(self, process: Process) -> None:
        if process.status == PENDING:
            process.status = REJECTED
            process.is_expired = True

    def _get_outcome_event(self, process: Process, succeeded: bool) -> int:
        if isinstance(process, Registration):
            return 537 if succeeded else 538
        return 528 if succeeded else 527

    def _record_event(self, kind: int, process: Process, at: float) -> None:
        self._event_log.add(kind, process.user_id, process.device_id, process.display_name, at)

    def _read_switch(self, name: str) -> str:
        return self._settings().switches[name]
