# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registrations that OneLogin should refuse. None of them sends a message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import (
    get_registration,
    post_registration,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Factor, Registration
from ansible_collections.community.onelogin.plugins.module_utils._api.users import get_user
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import PENDING
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import (
    DISPLAY_NAME,
    ProbeResponse,
    Session,
    Unanswered,
)

_NO_FACTOR = 999_999_999
_NO_REGISTRATION = "00000000-0000-4000-8000-000000000000"
_TOO_SHORT = 1  # seconds
LIFE = 120  # seconds: the shortest that OneLogin documents

REFUSED = {422: "422", 400: "400"}


def post(session: Session, factor_id: int | None, **options: Any) -> ProbeResponse[Registration]:
    """Start a registration, and note the device that it leaves."""
    body = {"factor_id": factor_id, "display_name": DISPLAY_NAME, **options}
    response = session.ask(lambda: post_registration(session.client, session.user_id, body))
    note_device(session, response)
    return response


def note_device(session: Session, response: ProbeResponse[Registration]) -> None:
    """Note the device of an accepted registration, so that it is removed."""
    if response.value and response.value.is_accepted and response.value.device_id:
        session.device_ids.add(response.value.device_id)


def ask_refusals(session: Session, factors: Sequence[Factor]) -> None:
    """Ask what needs no app.

    :param factors: those that the test user can enrol.
    """
    session.try_questions(("unknown_factor",), partial(_ask_unknown_factor, session))
    session.try_questions(("missing_contact",), partial(_ask_missing_contact, session, factors))
    response = session.ask(lambda: get_registration(session.client, session.user_id, _NO_REGISTRATION))
    session.answers.remarks.append(f"An unknown registration: {response.summary}.")


def ask_bounds(session: Session, app: Factor) -> None:
    """Ask what OneLogin refuses for an app."""
    response = post(session, app.id, verified=True)
    pending = bool(response.value and response.value.status == PENDING)
    session.answers.choose(
        "verified_unsupported",
        "pending" if pending else response.status,
        {**REFUSED, "pending": "ignored"},
        f"{response.summary}{', and the registration is pending' if pending else ''}",
    )
    response = post(session, app.id, expires_in=_TOO_SHORT)
    session.answers.choose(
        "expires_in_bounds",
        "accepted" if response.succeeded else response.status,
        {**REFUSED, "accepted": "clamped"},
        f"{response.summary} for {_TOO_SHORT} second",
    )


def _ask_unknown_factor(session: Session) -> None:
    response = post(session, _NO_FACTOR)
    session.answers.choose("unknown_factor", response.status, {**REFUSED, 404: "404"}, response.summary)


def _ask_missing_contact(session: Session, factors: Sequence[Factor]) -> None:
    record = get_user(session.client, session.user_id).record
    lacks = {"phone": not record.get("phone"), "email": not record.get("email")}
    for factor in factors:
        contact = "phone" if factor.type.needs_phone else "email"
        if factor.type.takes_verified and lacks[contact]:
            # A verified registration sends no message, even if OneLogin accepts it.
            response = post(session, factor.id, verified=True)
            session.answers.choose("missing_contact", response.status, REFUSED, response.summary)
            return
    raise Unanswered("The test user has the phone number and the e-mail address that the available factors need.")
