# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What is polled: an item that can be waited for, its state between two polls, and how long and how often to poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Confirmation
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import EXPIRED, PENDING, REJECTED
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import check_range
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Item
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import UserSelector

_GRACE = timedelta(seconds=5)  # how far this machine's clock may be ahead of OneLogin's
_FALLBACK = 60.0  # minimum seconds between two polls of an item without an event
_FALLBACK_SLEEPS = 10  # the same, in pauses


class Awaited(Item, Protocol):
    """An item that can be waited for."""

    @property
    def user(self) -> UserSelector:
        """The user."""

    @property
    def expires_at(self) -> str | None:
        """When it expires, if that is known."""

    @property
    def device_id(self) -> str | None:
        """Its device, if that is known."""


A = TypeVar("A", bound=Awaited)


@dataclass(frozen=True)
class PollSettings:
    """How long and how often to poll, in seconds.

    :param events: whether events say which items to poll.
    """

    timeout: float
    delay: float
    sleep: float
    max_sleep: float
    events: bool = False

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> PollSettings:
        """Read the settings from the task's options.

        :raises OneLoginError: ``invalid``.
        """
        for name in ("timeout", "delay", "max_sleep"):
            check_range(name, options[name], 0, unit="seconds")
        if not 0 < options["sleep"] <= options["max_sleep"]:
            raise OneLoginError(
                "invalid",
                f"sleep is {options['sleep']}; it must be above 0 and at most max_sleep, {options['max_sleep']}.",
            )
        return cls(
            options["timeout"], options["delay"], options["sleep"], options["max_sleep"], options.get("events", False)
        )

    @property
    def fallback(self) -> float:
        """Seconds between two polls of an item without an event."""
        return max(_FALLBACK, _FALLBACK_SLEEPS * self.sleep)


@dataclass
class PollTarget(Generic[A]):
    """One item that is polled.

    :param due: when it is polled next; None while it is being polled.
    :param named: whether an event has named it since the last poll began.
    """

    item: A
    user_id: int
    pause: float
    due: float | None = 0.0
    named: bool = False
    polls: int = 0
    last: Confirmation | None = None
    trouble: OneLoginError | None = None

    def find_end_error(self, now: datetime, elapsed: int) -> OneLoginError | None:
        """Return the error if the item has ended; ``elapsed`` is the duration of the wait in seconds."""
        if self.last is None:
            return None
        expires = parse_timestamp(self.last.expires_at or self.item.expires_at)
        status = self.last.status
        if status == EXPIRED or (expires and now >= expires and status != PENDING):
            return OneLoginError("expired", "It expired without an answer.")
        if status == PENDING:
            if expires and now > expires + _GRACE:
                return OneLoginError("expired", "It expired without an answer; OneLogin still reports it as pending.")
            return None
        if status == REJECTED:
            if expires:
                return OneLoginError("rejected", f"The person rejected it (after {elapsed} s).")
            return OneLoginError("rejected", "The person rejected it, or it expired.")
        return OneLoginError("bad_response", f"OneLogin reports it as {status}, which is an unknown status.")

    def build_timeout_error(self, timeout: float, msg: str | None) -> OneLoginError:
        """Return the error at the end of the wait; ``msg`` is the text that the task gives it."""
        if msg:
            return OneLoginError("timeout", msg)
        seconds = f"{timeout:g} s"
        if self.last is None and self.trouble:
            return OneLoginError("timeout", f"No poll succeeded within {seconds}: {self.trouble.message}")
        return OneLoginError("timeout", f"No answer within {seconds}; it is still pending.")
