# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the probe asks: a call of the collection's client, and the response as OneLogin sent it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Context
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.answers import Answers

DISPLAY_NAME = "community.onelogin probe"
"""The name of each device that the probe enrols, by which a later probe knows it."""

_FATAL = ("unauthorized", "forbidden", "rate_limited")
_LONGEST = 120  # characters of what OneLogin says

_T = TypeVar("_T")


class Unanswered(Exception):
    """Why questions cannot be asked, or have no answer."""


@dataclass(frozen=True)
class ProbeResponse(Generic[_T]):
    """A response to the probe.

    :param raw: as OneLogin sent it.
    :param value: what the client read from it; None for an error.
    """

    raw: Response
    value: _T | None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.raw.status

    @property
    def succeeded(self) -> bool:
        """Whether OneLogin did what it was asked."""
        return 200 <= self.status < 300

    @property
    def rows(self) -> list[Any]:
        """The list in the body; empty if it is none."""
        return self.raw.body if isinstance(self.raw.body, list) else []

    @property
    def row(self) -> Mapping[str, Any]:
        """The object in the body, bare or in a list of one."""
        body = self.rows[0] if len(self.rows) == 1 else self.raw.body
        return body if isinstance(body, Mapping) else {}

    @property
    def container(self) -> str:
        """Whether the object in the body is bare."""
        return "list" if isinstance(self.raw.body, list) else "object"

    @property
    def message(self) -> str:
        """What an error body says."""
        envelope = self.row.get("status")
        body = envelope if isinstance(envelope, Mapping) else self.row
        parts = [body.get(name) for name in ("name", "type", "message")]
        return clean(": ".join(part for part in parts if isinstance(part, str) and part), _LONGEST)

    @property
    def summary(self) -> str:
        """The status and what an error body says. Nothing of a body of success is shown."""
        return f"HTTP {self.status}" if self.succeeded or not self.message else f"HTTP {self.status} {self.message}"


class Session:
    """One probe of one test user.

    :ivar device_ids: the devices that the probe has enrolled.
    :ivar step: what it is doing, for people who wait.
    """

    def __init__(self, context: Context, user_id: int, name: str) -> None:
        self.client = context.client
        self.clock = context.clock
        self.step = "reading"
        context.progress.note = lambda: self.step
        self.user_id = user_id
        self.name = name
        self.answers = Answers()
        self.device_ids: set[str] = set()
        self._seen: list[Response] = []
        self._throttled: Response | None = None
        self.client.on_response = self._note

    def _note(self, path: str, response: Response) -> None:
        if not path.startswith("/auth/"):
            self._seen.append(response)
        if response.status == 429 or (response.status == 400 and "rate_limit_exceeded" in response.text):
            self._throttled = self._throttled or response

    @property
    def throttled(self) -> Response | None:
        """The first response over the rate limit, if there was one."""
        return self._throttled

    def ask(self, call: Callable[[], _T]) -> ProbeResponse[_T]:
        """Make a call. An error of OneLogin is a response, unless the probe cannot go on after it.

        :raises OneLoginError: OneLogin cannot be reached, or refuses the credential.
        """
        self._seen.clear()
        value: _T | None = None
        try:
            value = call()
        except OneLoginError as error:
            if error.code in _FATAL or not self._seen or self._seen[-1].status >= 500:
                raise
        return ProbeResponse(self._seen[-1], value)

    def try_questions(self, names: tuple[str, ...], ask: Callable[[], None]) -> None:
        """Try to answer questions, and leave open those that have no answer after that.

        :raises OneLoginError: see :meth:`ask`.
        """
        reason = "OneLogin's responses did not show it."
        try:
            ask()
        except Unanswered as its:
            reason = str(its)
        self.answers.leave_open(names, reason)
