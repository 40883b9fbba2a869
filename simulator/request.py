# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request, for the handlers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.simulation import Simulation
    from simulator.state import Account


@dataclass(frozen=True)
class ApiRequest:
    """A request to the simulated API and the simulation it is made to.

    Header names are in lower case; ``base_url`` has no slash at its end; ``response_arrives`` is false if a fault
    keeps the response from the client.
    """

    sim: Simulation
    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    base_url: str
    response_arrives: bool = True

    @property
    def account(self) -> Account:
        """The account."""
        return self.sim.account

    def read_switch(self, name: str) -> str:
        """Return the current value of a switch."""
        return self.sim.settings.switches[name]
