# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The calls of the events API, which exists in version 1 only.

Its responses are objects with ``data`` and, for a list in pages, ``pagination``
(https://developers.onelogin.com/api-docs/1/events/get-events).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Event, EventType
from ansible_collections.community.onelogin.plugins.module_utils._api.pages import (
    Page,
    Row,
    read_further_pages,
    read_row_id,
    read_row_text,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

PAGE_SIZE = 1000
_NO_CURSOR = ("", '""', "null")  # as OneLogin's examples write it
_IDS = ("actor_user_id", "client_id", "app_id", "group_id", "role_id", "policy_id")
_TEXTS = (
    "user_name",
    "otp_device_name",
    "actor_user_name",
    "actor_system",
    "app_name",
    "group_name",
    "role_name",
    "policy_name",
    "ipaddr",
    "notes",
    "error_description",
)


@dataclass(frozen=True)
class EventQuery:
    """Selects events.

    :param since: only later ones.
    :param until: only earlier ones.
    :param type_ids: only these types; empty for all.
    :param user_id: only those about this user.
    """

    since: datetime | None = None
    until: datetime | None = None
    type_ids: tuple[int, ...] = ()
    user_id: int | None = None

    def as_query(self, limit: int) -> dict[str, Any]:
        """Return the query for a page, newest first."""
        query: dict[str, Any] = {"sort": "-id", "limit": limit}
        if self.since:
            query["since"] = _timestamp(self.since)
        if self.until:
            query["until"] = _timestamp(self.until)
        if self.type_ids:
            query["event_type_id"] = ",".join(map(str, self.type_ids))
        if self.user_id is not None:
            query["user_id"] = self.user_id
        return query

    def matches(self, event: Event) -> bool:
        """Return whether an event matches, as far as its fields show."""
        created = event.created
        return (
            (not self.type_ids or event.type_id in self.type_ids)
            and self.user_id in (None, event.user_id)
            and (not created or not self.since or created > self.since)
            and (not created or not self.until or created < self.until)
        )


@dataclass(frozen=True)
class EventPage:
    """One page of a list of events.

    :param events: those that the query selects, in the order in which OneLogin lists them.
    :param read_at: the time on OneLogin's clock; None if the response does not have it.
    """

    events: list[Event]
    read_at: datetime | None


@dataclass(frozen=True)
class EventTypes:
    """The types of events that the account knows.

    :param read_at: the time on OneLogin's clock; None if the response does not have it.
    """

    types: list[EventType]
    read_at: datetime | None = None


def list_event_types(client: Client, *, once: bool = False) -> EventTypes:
    """Read the types of events.

    :raises OneLoginError: ``bad_response``, and those of :meth:`Client.call`.
    """
    response = client.call("GET", "/api/1/events/types", once=once)
    rows = _read_page(response, "event types").rows
    return EventTypes([EventType(read_row_id(row), read_row_text(row, "name")) for row in rows], _read_at(response))


def list_events(
    client: Client, query: EventQuery, *, page_size: int = PAGE_SIZE, once: bool = False
) -> Iterator[EventPage]:
    """Read events page after page, newest first; an event that an earlier page has is left out.

    :raises OneLoginError: ``bad_response``, and those of :meth:`Client.call`.
    """
    sent = query.as_query(page_size)
    response = client.call("GET", "/api/1/events", query=sent, once=once)
    read_at = _read_at(response)

    def read(cursor: str) -> Page:
        further = client.call("GET", "/api/1/events", query={**sent, "after_cursor": cursor}, once=once)
        return _read_page(further, "events")

    page = _read_page(response, "events")
    yield _page(page, query, read_at)
    for further in read_further_pages(read, page, "events"):
        yield _page(further, query, read_at)


def _page(page: Page, query: EventQuery, read_at: datetime | None) -> EventPage:
    return EventPage([event for event in map(_event, page.rows) if query.matches(event)], read_at)


def _read_page(response: Response, what: str) -> Page:
    body = response.body if isinstance(response.body, Mapping) else {}
    rows = body.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise OneLoginError(
            "bad_response",
            f"OneLogin's response has no list of {what}.",
            http_status=response.status,
            request_id=response.request_id,
        )
    return Page(rows, _read_cursor(body, response), 0)


def _read_cursor(body: Mapping[str, Any], response: Response) -> str:
    """Read the cursor of the next page; empty on the last page. A cursor that cannot be read must not end the list."""
    pagination = body.get("pagination")
    cursor = pagination.get("after_cursor") if isinstance(pagination, Mapping) else pagination
    if cursor is None:
        return ""
    if isinstance(cursor, bool) or not isinstance(cursor, (str, int)) or cursor == pagination:
        raise OneLoginError(
            "bad_response",
            "OneLogin's response does not say whether there are more pages.",
            http_status=response.status,
            request_id=response.request_id,
        )
    text = str(cursor).strip()
    return "" if text in _NO_CURSOR else text


def _event(row: Row) -> Event:
    """Read an event. Only known fields are kept, each of them cut, so that no event is large."""
    record: dict[str, Any] = {name: read_row_text(row, name) or None for name in _TEXTS}
    record.update((name, read_row_id(row, name)) for name in _IDS)
    device_id = read_row_id(row, "otp_device_id")
    return Event(
        id=read_row_id(row),
        type_id=read_row_id(row, "event_type_id"),
        created_at=read_row_text(row, "created_at") or None,
        user_id=read_row_id(row, "user_id"),
        device_id=str(device_id) if device_id is not None else read_row_text(row, "otp_device_id") or None,
        record=record,
    )


def _read_at(response: Response) -> datetime | None:
    try:
        moment = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _timestamp(moment: datetime) -> str:
    """Format a time as OneLogin writes it in an event, in milliseconds."""
    return f"{moment.astimezone(timezone.utc).isoformat(timespec='milliseconds')[:-6]}Z"
