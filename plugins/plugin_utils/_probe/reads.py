# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions that only read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ansible_collections.community.onelogin.plugins.module_utils._api.events import EventQuery, list_events
from ansible_collections.community.onelogin.plugins.module_utils._api.groups import list_policies
from ansible_collections.community.onelogin.plugins.module_utils._api.users import read_first_page
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import (
    ProbeResponse,
    Session,
    Unanswered,
)

_ASKED = 1000  # rows of a page
_DEFAULT_EVENTS = 50  # rows of a page of events, by OneLogin's documentation
_BAD_TOKEN = "probe-of-a-bad-access-token"  # noqa: S105 - it is none
_BODIES_401 = {
    "InvalidCredentials: Please provide valid credentials": "credentials",
    "Unauthorized: Authentication Failure": "envelope",
    "UnauthorizedError: This request requires Authentication": "authentication",
    "UnauthorizedError: Unauthorized": "unauthorized",
}
"""The known 401 bodies of a bad token (reference: OneLogin's documentation and OpenAPI)."""
_DOCUMENTED_401 = ("credentials", "unauthorized", "envelope")  # of the MFA, users and events APIs


def ask_reads(session: Session) -> None:
    """Ask them all.

    :raises OneLoginError: see :meth:`Session.ask`.
    """
    session.try_questions(("filter_case", "last_cursor"), partial(_ask_filters, session))
    session.try_questions(("page_size",), partial(_ask_page_size, session))
    session.try_questions(("policies", "policy_list"), partial(_ask_policies, session))
    session.try_questions(("event_page",), partial(_ask_event_page, session))
    session.try_questions(("token_401",), partial(_ask_bad_token, session))


def _ask_filters(session: Session) -> None:
    option = "email" if "@" in session.name else "username"
    page = session.ask(lambda: read_first_page(session.client, {option: session.name}))
    cursor = page.raw.headers.get("After-Cursor")
    summary = "no After-Cursor" if cursor is None else "an empty After-Cursor" if not cursor else "a further page"
    session.answers.choose("last_cursor", cursor, {None: "absent", "": "empty"}, f"{summary} for the only user")
    other = session.name.swapcase()
    if other == session.name:
        raise Unanswered("The name of the test user has no letters.")
    found = session.ask(lambda: read_first_page(session.client, {option: other})).rows
    summary = f"the user is {'' if found else 'not '}found in the other letter case"
    session.answers.record("filter_case", "insensitive" if found else "sensitive", summary)


def _ask_page_size(session: Session) -> None:
    response = session.ask(lambda: read_first_page(session.client, {"limit": _ASKED, "fields": "id"}))
    if not response.succeeded:
        raise Unanswered(f"{response.summary} for limit={_ASKED}")
    rows = len(response.rows)
    if not response.raw.headers.get("After-Cursor"):
        raise Unanswered(f"All users of the account ({rows}) are on one page.")
    session.answers.record("page_size", str(rows), f"{rows} rows on the first page for limit={_ASKED}")


def _ask_policies(session: Session) -> None:
    try:
        response = session.ask(lambda: list_policies(session.client))
    except OneLoginError as error:
        if error.code == "forbidden":
            raise Unanswered(error.message) from None
        raise
    values = {200: "licensed", 406: "406"}
    session.answers.choose("policies", response.status, values, response.summary)
    rows = [row for row in response.rows if isinstance(row, dict) and row.get("kind") == "user"]
    if not rows:
        raise Unanswered("The list has no policy for users.")
    full = "authentication_factor_ids" in rows[0]
    session.answers.record("policy_list", "full" if full else "brief", f"{len(rows[0])} fields in a row")


def _ask_event_page(session: Session) -> None:
    response = session.ask(lambda: next(list_events(session.client, EventQuery(), page_size=_ASKED)))
    rows = response.row.get("data") or ()
    pagination = response.row.get("pagination") or {}
    if len(rows) > _DEFAULT_EVENTS:
        session.answers.record("event_page", "asked", f"{len(rows)} rows for limit={_ASKED}")
    elif len(rows) == _DEFAULT_EVENTS and pagination.get("after_cursor"):
        session.answers.record("event_page", "50", f"{len(rows)} rows, and a further page, for limit={_ASKED}")
    else:
        raise Unanswered(f"The account has {len(rows)} events.")


def _ask_bad_token(session: Session) -> None:
    bodies = []
    for path in (f"/api/2/mfa/users/{session.user_id}/devices", f"/api/2/users/{session.user_id}", "/api/1/events"):
        response = session.ask(_allow_refusal(partial(session.client.call, "GET", path, token=_BAD_TOKEN)))
        body = _BODIES_401.get(response.message, response.summary)
        bodies.append(body if response.status == 401 else response.summary)
    same = {(body,) * len(bodies): body for body in _BODIES_401.values()}
    session.answers.choose("token_401", tuple(bodies), {_DOCUMENTED_401: "documented", **same}, ", ".join(bodies))


def _allow_refusal(call: Callable[[], object]) -> Callable[[], None]:
    """Return a call whose refusal is the answer."""

    def refused() -> None:
        try:
            call()
        except OneLoginError as error:
            if error.code not in ("unauthorized", "forbidden"):
                raise

    return refused


def ask_rate_limit(session: Session) -> None:
    """Read the answer over the rate limit, if one was seen."""
    seen = session.throttled
    if not seen:
        raise Unanswered("The rate limit was not reached.")
    answers, summary = session.answers, ProbeResponse(seen, None).summary
    answers.choose("throttle", seen.status, {429: "429", 400: "400"}, summary)
    names = [name for name in ("X-RateLimit-Reset", "Retry-After") if name in seen.headers]
    values = {
        ("X-RateLimit-Reset",): "reset",
        ("Retry-After",): "retry_after",
        ("X-RateLimit-Reset", "Retry-After"): "both",
        (): "none",
    }
    answers.choose("throttle_headers", tuple(names), values, ", ".join(names) or "neither header")
