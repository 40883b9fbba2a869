# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account: its people, factors and devices. This file does not depend on HTTP."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from simulator.clock import Clock
from simulator.event_log import EventLog
from simulator.generator import Generator
from simulator.groups import Groups
from simulator.issued_secrets import IssuedSecrets
from simulator.models import Device, Factor, MfaToken, Registration
from simulator.people import Person, SeedError
from simulator.processes import Processes
from simulator.settings import Settings


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
        self._clock = clock
        self.people = {person.id: person for person in sorted(people, key=lambda p: p.id)}
        self._by_name: dict[str, list[Person]] = {}
        for person in self.people.values():
            person.wrong_given = 0
            self._index(person)
        self.devices: dict[int, list[Device]] = {}
        self.mfa_tokens_of: dict[int, list[MfaToken]] = {}
        self.event_log = EventLog(self.people, settings)
        self._generator = Generator(rng, issued_secrets)
        self.processes = Processes(
            self.people,
            settings,
            clock,
            self._generator,
            issued_secrets,
            self.event_log,
            add_device=self._add_registered_device,
        )
        self._enrol_at_start()

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

    def _enrol_at_start(self) -> None:
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

    def remove_device(self, person: Person, device: Device) -> None:
        """Remove a device; the next one becomes the default if it was that."""
        left = [d for d in self.devices[person.id] if d is not device]
        self.devices[person.id] = left
        if device.is_default and left:
            left[0].is_default = True
        self.event_log.add(24, person.id, device.device_id, device.display_name, at=self._clock.now())

    def issue_mfa_token(self, person: Person, life: int, reusable: bool) -> MfaToken:
        """Issue a temporary token that is valid for ``life`` seconds."""
        now = self._clock.now()
        token = MfaToken(self._generator.new_mfa_token(), now + life, reusable)
        self.mfa_tokens_of.setdefault(person.id, []).append(token)
        self.event_log.add(1100, person.id, None, None, at=now)
        return token

    def _add_registered_device(self, registration: Registration) -> None:
        name, device_id = registration.display_name, registration.device_id
        self._add_device(self.people[registration.user_id], registration.factor, name, device_id, registration.secret)

    def _add_device(self, person: Person, factor: Factor, name: str, device_id: str, secret: str | None) -> None:
        devices = self.devices.setdefault(person.id, [])
        devices.append(Device(device_id, factor, name, is_default=not devices, secret=secret))
