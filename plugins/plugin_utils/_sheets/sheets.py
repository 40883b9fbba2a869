# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enrolment sheets: the results of ``mfa_registration`` that get a page, and the reasons why others do not."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape
from typing import Any, TypedDict

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import format_time, parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING
from ansible_collections.community.onelogin.plugins.plugin_utils._otp.otpauth import read_secret
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.text import clean_name
from markupsafe import Markup

_PERSON_KEYS = ("user", "email", "username", "user_id")
_LONGEST = 1024  # bytes of a secret that the camera of a phone can still read from paper
_NOTHING_TO_SCAN = (
    "The registration is pending, but the result has no secret for an app to scan. OneLogin returns the secret once, "
    "when the registration is made with return_secrets, and only for OneLogin Protect and Authenticator."
)


_MARK = '<meta name="onelogin-registration" content="{}">'
_MARK_PATTERN = re.compile(_MARK.format('([^"]+)'))


class SheetResult(TypedDict):
    """A page as the module returns it."""

    user: str
    factor: str
    path: str
    expires_at: str | None
    changed: bool


class WithoutSheet(TypedDict):
    """A person without a page, as the module returns it. ``needed`` says whether the person needs one to continue."""

    user: str
    factor: str
    reason: str
    needed: bool


@dataclass(frozen=True)
class Recipient:
    """The person of a sheet: the address or username, and the name with which the page greets, by default the same."""

    user: str
    name: str


@dataclass(frozen=True)
class SheetRegistration:
    """A registration, as far as a sheet needs it.

    :param url: the content of the QR code.
    :param key: what the person can type instead.
    :param protect: the app is OneLogin Protect, which completes the registration by itself; any other shows a code.
    """

    id: str
    user_id: str
    factor: str
    status: str
    expires_at: str | None
    url: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    protect: bool = False

    @classmethod
    def from_result(cls, row: Mapping[str, Any]) -> SheetRegistration:
        """Read the ``registration`` that ``mfa_registration`` returns."""
        data = row.get("factor_data") or {}
        url, token = _read_text(data.get("totp_url")), _read_text(data.get("verification_token"))
        return cls(
            id=_read_text(row.get("id")),
            user_id=_read_text(row.get("user_id")),
            factor=clean_name(row.get("factor")),
            status=_read_text(row.get("status")),
            expires_at=_read_text(row.get("expires_at")) or None,
            url=url or None,
            key=token or read_secret(url) or None,
            protect=bool(token),
        )

    @property
    def mark(self) -> str:
        """The element by which a later run finds that a page belongs to this registration."""
        return _MARK.format(Markup.escape(self.id))


@dataclass(frozen=True)
class Obstacle:
    """Why no page can be made.

    :param earlier: the state of the page of an earlier run, if there is one: ``good``, if it is of the same
        registration; ``spent``, if it should be deleted; or ``unknown``.
    """

    reason: str
    earlier: str = "unknown"


@dataclass(frozen=True)
class Sheet:
    """A page: its person and registration, the name of its file, and the obstacle if it cannot be made.

    :param needed: an app has to scan the page, and the registration is pending.
    """

    person: Recipient
    registration: SheetRegistration
    name: str
    obstacle: Obstacle | None
    needed: bool = False


def read_registration_id(page: str) -> str | None:
    """Return the id of the registration to which a page belongs; None for a file that is not a page."""
    found = _MARK_PATTERN.search(page)
    return unescape(found[1]) if found else None


def build_sheets(
    rows: Sequence[Mapping[str, Any]], now: datetime, names: Mapping[str, Any] | None = None
) -> list[Sheet]:
    """Return the page of each registration, in their order.

    :param rows: results of ``mfa_registration``, with ``item`` as a batch and a loop add it, or with one of ``user``,
        ``email``, ``username`` and ``user_id``; ``name`` is the name of the person.
    :param names: the names of people by the key of their item, e-mail address, username or id. A person listed by
        id only is shown by this name.
    :raises OneLoginError: ``invalid`` if a registration identifies no one, or two have the same page.
    """
    made: list[Sheet] = []
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        sheet = _build_sheet(index, row, now, {str(key): name for key, name in (names or {}).items()})
        if first.setdefault(sheet.name, index) != index:
            raise OneLoginError(
                "invalid",
                f"registrations[{first[sheet.name]}] and registrations[{index}] have the same person and factor: "
                f"{sheet.person.user}, {sheet.registration.factor}.",
                hint="Leave one of them out; no sheet was written.",
            )
        made.append(sheet)
    return made


def _build_sheet(index: int, row: Mapping[str, Any], now: datetime, names: Mapping[str, Any]) -> Sheet:
    returned, item = row.get("registration"), row.get("item")
    named = {**(item if isinstance(item, Mapping) else {"user": item}), **row}
    registration = SheetRegistration.from_result(returned if isinstance(returned, Mapping) else {})
    if not registration.factor:
        registration = replace(registration, factor=clean_name(named.get("factor")) or "an app")
    user = next((text for text in (clean_name(named.get(key)) for key in _PERSON_KEYS) if text), registration.user_id)
    if not user:
        raise OneLoginError(
            "invalid",
            f"registrations[{index}] does not identify its person.",
            hint="Pass the results of mfa_registration, or add the email of the person.",
        )
    given = (named.get("name"), *(names.get(str(named[key])) for key in ("key", *_PERSON_KEYS) if named.get(key)))
    name = next((text for text in map(clean_name, given) if text), user)
    return Sheet(
        Recipient(name if user == registration.user_id else user, name),
        registration,
        _name_file(user, registration),
        _find_obstacle(row, registration, now),
        bool(row.get("app") and registration.id),
    )


def _find_obstacle(row: Mapping[str, Any], registration: SheetRegistration, now: datetime) -> Obstacle | None:
    expires = parse_timestamp(registration.expires_at)
    if row.get("failed") or not registration.status:
        return Obstacle(_read_text(row.get("msg")) or "There is no registration.")
    if registration.status == ACCEPTED:
        return Obstacle("The factor is enrolled already.", earlier="spent")
    if registration.status != PENDING:
        return Obstacle(f"The registration is {registration.status}.", earlier="spent")
    if expires and expires <= now:
        return Obstacle(f"The registration expired at {format_time(expires)}. Register again.", earlier="spent")
    if not registration.id:
        return Obstacle("The factor would be enrolled; in check mode there is no secret.")
    if not registration.url:
        return Obstacle(_NOTHING_TO_SCAN, earlier="good")
    if len(registration.url.encode()) > _LONGEST:
        return Obstacle(
            f"The secret is longer than {_LONGEST} bytes, which is too long for a code that a phone can read."
        )
    return None


def _name_file(user: str, registration: SheetRegistration) -> str:
    """Return a name that stays in the folder, is the same in every run, and belongs to this person and factor only."""
    identity = f"{registration.user_id or user.casefold()}\0{registration.factor.casefold()}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return f"{_build_slug(user, 'person')}-{_build_slug(registration.factor, 'app')}-{digest}.html"


def _build_slug(text: str, otherwise: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9@._-]+", "-", plain)[:80].strip("-._@") or otherwise


def _read_text(value: object) -> str:
    return "" if value is None else str(value)
