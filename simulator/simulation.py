# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One running simulation: its seed and its current state."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.clock import Clock
from simulator.faults import Faults
from simulator.groups import seed_groups
from simulator.issued_secrets import IssuedSecrets
from simulator.models import Factor
from simulator.people import Person, SeedError
from simulator.rate_limit import RateLimit
from simulator.request_log import RequestLog
from simulator.settings import Settings
from simulator.state import Account
from simulator.tokens import Credential, Tokens

DEFAULT_FACTORS = (
    Factor(58958, "OneLogin Protect", "OneLogin"),
    Factor(58959, "OneLogin SMS", "SMS"),
    Factor(58960, "OneLogin Voice", "OneLogin Voice"),
    Factor(58961, "OneLogin Email", "OneLogin Email"),
    Factor(58957, "Authenticator", "Google Authenticator"),
)


def read_factors(rows: Any) -> list[Factor]:
    """Read factors of an account from a list as in the response of GET factors.

    :raises SeedError: it is not such a list
    """
    try:
        return [Factor(int(row["factor_id"]), row["name"] or "", row["auth_factor_name"] or "") for row in rows]
    except (ValueError, TypeError, KeyError) as problem:
        text = "factors are a list of {factor_id, name, auth_factor_name}, with null for no name"
        raise SeedError(f"{text} ({problem})") from None


@dataclass
class Seed:
    """The initial state of a simulation, also after a reset; ``speed`` is simulated seconds a second.

    By default, groups and policies are those of ``groups.seed_groups``.
    """

    people: Callable[[], list[Person]]
    credentials: list[Credential]
    factors: list[Factor] = field(default_factory=lambda: list(DEFAULT_FACTORS))
    groups: list[Any] | None = None
    policies: list[Any] | None = None
    settings: Settings = field(default_factory=Settings)
    speed: float = 1.0
    random_seed: int | None = None


class Simulation:
    """The parts of a running simulation; ``reset`` makes all of them anew."""

    def __init__(self, seed: Seed) -> None:
        """Start from the seed; a SeedError has its problem."""
        self.seed = seed
        self.issued_secrets = IssuedSecrets()
        self.reset()

    def reset(
        self,
        people: list[Person] | None = None,
        groups: list[Any] | None = None,
        policies: list[Any] | None = None,
        factors: list[Factor] | None = None,
    ) -> None:
        """Back to the seed: people, settings, clock, tokens, faults, log and all but the issued secrets.

        Other people, groups, policies or factors stay until the next reset; a SeedError says what is
        wrong with them, and nothing changes.
        """
        people = self.seed.people() if people is None else people
        factors = self.seed.factors if factors is None else factors
        its = seed_groups(
            self.seed.groups if groups is None else groups,
            self.seed.policies if policies is None else policies,
            people,
            factors,
        )
        rng = random.Random(self.seed.random_seed)  # noqa: S311 - nothing here is secret
        clock = Clock(self.seed.speed)
        self.account = Account(
            # A user that is changed must not stay so.
            [replace(person, record=dict(person.record)) for person in people],
            factors,
            lambda: self.settings,
            clock,
            rng,
            self.issued_secrets,
            its,
        )
        self.settings = self.seed.settings.apply({})
        self.clock = clock
        self.rate = RateLimit(self.clock, self.settings)
        self.tokens = Tokens(self.seed.credentials, self.clock, rng, self.issued_secrets)
        self.faults = Faults()
        self.log = RequestLog()
        self.requests = 0

    def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on."""
        self.settings = self.rate.settings = settings

    def list_secrets(self) -> list[dict[str, str]]:
        """Return all secrets with their kinds: those of the credentials, and those issued or received."""
        own = [{"kind": "client secret", "secret": each.client_secret} for each in self.seed.credentials]
        return own + [row for row in self.issued_secrets.list_rows() if row not in own]

    def new_request_id(self) -> str:
        """Return a fresh id in the form OneLogin's ``X-Request-Id`` has."""
        self.requests += 1
        stamp = int(self.clock.now())
        return f"{stamp:08X}-{self.requests:08X}-D47B-0A0B033A-01BB-{self.requests:06X}-43E7"
