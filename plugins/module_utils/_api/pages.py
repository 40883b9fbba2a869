# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Lists that come in pages.

The After-Cursor header leads to the next page, until it is absent or empty
(https://developers.onelogin.com/api-docs/2/users/list-users).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import read_header_number
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean

Row = Mapping[str, Any]
Read = Callable[[Mapping[str, Any]], Response]
"""Reads one page, for a query."""
PAGE_SIZE = 100


@dataclass(frozen=True)
class Page:
    """One page of a list.

    :param pages: number of pages of the whole list, 0 if OneLogin does not return it.
    """

    rows: list[Row]
    cursor: str
    pages: int


def read_all(read: Read, what: str) -> Iterator[Row]:
    """Return the rows of all pages.

    :param what: the plural of what the list contains.
    :raises OneLoginError: ``bad_response``, and those of reading a page.
    """
    query = {"limit": PAGE_SIZE}
    page = read_page(read(query), what)
    yield from page.rows
    yield from read_further_rows(read, query, page, what)


def read_page(response: Response, what: str) -> Page:
    """Read the page in a response.

    :raises OneLoginError: ``bad_response`` if it is not a page.
    """
    if not isinstance(response.body, list) or not all(isinstance(row, Mapping) for row in response.body):
        raise OneLoginError(
            "bad_response",
            f"OneLogin's list of {what} is not a list of objects.",
            http_status=response.status,
            request_id=response.request_id,
        )
    cursor = response.headers.get("After-Cursor", "").strip()
    return Page(response.body, cursor, int(read_header_number(response.headers, "Total-Pages") or 0))


def read_further_rows(read: Read, query: Mapping[str, Any], page: Page, what: str) -> Iterator[Row]:
    """Read the rows of the pages after a page.

    :raises OneLoginError: ``bad_response`` if the list does not end, because a part may be missing.
    """
    for further in read_further_pages(lambda cursor: read_page(read({**query, "cursor": cursor}), what), page, what):
        yield from further.rows


def read_further_pages(read: Callable[[str], Page], page: Page, what: str) -> Iterator[Page]:
    """Read the pages after a page, each without the rows that an earlier page has.

    :param read: reads the page that a cursor leads to.
    :raises OneLoginError: ``bad_response`` if the list does not end, because a part may be missing.
    """
    count, cursors, ids = 1, {""}, set[object]()
    while page.cursor:
        new = {read_row_id(row) for row in page.rows} - ids
        if page.cursor in cursors or not new or 0 < page.pages <= count:
            raise OneLoginError("bad_response", f"OneLogin's list of {what} does not end after {count} pages.")
        cursors.add(page.cursor)
        ids |= new
        # The cursor is percent-encoded already; urlencode would encode it twice.
        page = read(unquote(page.cursor))
        count += 1
        # One may have moved to a later page.
        rows = [row for row in page.rows if read_row_id(row) is None or read_row_id(row) not in ids]
        page = Page(rows, page.cursor, page.pages)
        yield page


def read_row(response: Response, identifier: int, what: str) -> Row:
    """Read the single object of this id in a response.

    :param what: what it is, with its article.
    :raises OneLoginError: ``bad_response`` if it is not an object, or has another id.
    """
    if not isinstance(response.body, Mapping) or read_row_id(response.body) != identifier:
        raise OneLoginError(
            "bad_response",
            f"OneLogin's response is not {what} with the id {identifier}.",
            http_status=response.status,
            request_id=response.request_id,
        )
    return response.body


def read_row_id(row: Row, name: str = "id") -> int | None:
    """Read an id in a row; None without a valid id, which must not fail the other rows."""
    value = row.get(name)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,18}", str(value)):
        return None
    return int(str(value))


def read_row_text(row: Row, name: str) -> str:
    """Read a text in a row; empty if it has none."""
    value = row.get(name)
    return clean(value) if isinstance(value, str) else ""
