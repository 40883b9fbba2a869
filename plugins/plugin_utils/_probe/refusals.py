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
    Reply,
    Session,
    Unanswered,
)

_NO_FACTOR = 999_999_999
_NO_REGISTRATION = "00000000-0000-4000-8000-000000000000"
_TOO_SHORT = 1  # seconds
LIFE = 120  # seconds: the shortest that OneLogin documents

REFUSED = {422: "422", 400: "400"}


def post(session: Session, factor_id: int | None, **options: Any) -> Reply[Registration]:
    """Start a registration, and note the device that it leaves."""
    body = {"factor_id": factor_id, "display_name": DISPLAY_NAME, **options}
    reply = session.ask(lambda: post_registration(session.client, session.user_id, body))
    note_device(session, reply)
    return reply


def note_device(session: Session, reply: Reply[Registration]) -> None:
    """Note the device of an accepted registration, so that it is removed."""
    if reply.value and reply.value.is_accepted and reply.value.device_id:
        session.device_ids.add(reply.value.device_id)


def ask_refusals(session: Session, factors: Sequence[Factor]) -> None:
    """Ask what needs no app.

    :param factors: those that the test user can enrol.
    """
    session.question(("unknown_factor",), partial(_ask_unknown_factor, session))
    session.question(("missing_contact",), partial(_ask_missing_contact, session, factors))
    reply = session.ask(lambda: get_registration(session.client, session.user_id, _NO_REGISTRATION))
    session.answers.remarks.append(f"An unknown registration: {reply.said}.")


def ask_bounds(session: Session, app: Factor) -> None:
    """Ask what OneLogin refuses for an app."""
    reply = post(session, app.id, verified=True)
    pending = bool(reply.value and reply.value.status == PENDING)
    session.answers.choose(
        "verified_unsupported",
        "pending" if pending else reply.status,
        {**REFUSED, "pending": "ignored"},
        f"{reply.said}{', and the registration is pending' if pending else ''}",
    )
    reply = post(session, app.id, expires_in=_TOO_SHORT)
    session.answers.choose(
        "expires_in_bounds",
        "accepted" if reply.succeeded else reply.status,
        {**REFUSED, "accepted": "clamped"},
        f"{reply.said} for {_TOO_SHORT} second",
    )


def _ask_unknown_factor(session: Session) -> None:
    reply = post(session, _NO_FACTOR)
    session.answers.choose("unknown_factor", reply.status, {**REFUSED, 404: "404"}, reply.said)


def _ask_missing_contact(session: Session, factors: Sequence[Factor]) -> None:
    record = get_user(session.client, session.user_id).record
    lacks = {"phone": not record.get("phone"), "email": not record.get("email")}
    for factor in factors:
        contact = "phone" if factor.type.needs_phone else "email"
        if factor.type.takes_verified and lacks[contact]:
            # A verified registration sends no message, even if OneLogin accepts it.
            reply = post(session, factor.id, verified=True)
            session.answers.choose("missing_contact", reply.status, REFUSED, reply.said)
            return
    raise Unanswered("The test user has the phone number and the e-mail address that the available factors need.")
