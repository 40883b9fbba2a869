# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings on the command line, which can be changed while the simulator runs."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from simulator import switches
from simulator.validation import is_number

ANSWERS = ("accept", "reject", "never")


@dataclass
class Settings:
    """The live settings; every change is checked.

    :ivar limit: resource calls allowed to the account in one window.
    :ivar window: length of the window in simulated seconds.
    :ivar latency: added to each response, in real milliseconds.
    :ivar token_life: life of an access token in simulated seconds.
    :ivar page_size: maximum number of rows on a page of users.
    :ivar answer: what people without their own answer do: accept, reject or never.
    :ivar answer_after: simulated seconds until they do it.
    :ivar account_id: the account in tokens and events; different for each start, because each is another account.
    :ivar switches: the value of each switch.
    """

    limit: int = 5000
    window: float = 3600.0
    latency: float = 0.0
    token_life: int = 36000
    page_size: int = 100
    answer: str = "accept"
    answer_after: float = 3.0
    account_id: int = field(default_factory=lambda: secrets.randbelow(900_000) + 100_000)
    switches: dict[str, str] = field(default_factory=switches.list_defaults)

    def apply(self, changes: dict[str, Any]) -> Settings:
        """Return a copy with all changes, or raise an error and change nothing.

        :raises ValueError: an unknown name or a value that is not allowed.
        """
        values = asdict(self)
        kinds = {item.name: type(getattr(self, item.name)) for item in fields(self)}
        for name, value in changes.items():
            if name not in values:
                raise ValueError(f"no setting {name!r}; there are {', '.join(values)}")
            if name == "switches":
                if not isinstance(value, dict):
                    raise ValueError("switches is an object of names and values")
                values[name].update({k: switches.check_switch(k, v) for k, v in value.items()})
            elif name == "answer":
                if value not in ANSWERS:
                    raise ValueError(f"answer is one of {', '.join(ANSWERS)}, not {value!r}")
                values[name] = value
            else:
                values[name] = _check_number(name, value, kinds[name])
        return Settings(**values)


def _check_number(name: str, value: Any, kind: type) -> float:
    least = 0 if name in ("latency", "answer_after", "limit") else 1
    if not (is_number(value) and value >= least) or kind(value) != value:
        unit = "a whole number" if kind is int else "a number"
        raise ValueError(f"{name} is {unit} of at least {least}, not {value!r}")
    number: float = kind(value)
    return number
