# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists in pages: where they end, and that a part is never taken for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.pages import read_all
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

Pages = list[tuple[list[int], dict[str, str]]]


def read(pages: Pages) -> tuple[list[int], list[Mapping[str, Any]]]:
    """Return the ids of the rows that are read, and the queries."""
    queries: list[Mapping[str, Any]] = []

    def respond(query: Mapping[str, Any]) -> Response:
        ids, headers = pages[len(queries)]
        queries.append(query)
        return Response(200, headers, [{"id": identifier} for identifier in ids], is_json=True, text="")

    return [row["id"] for row in read_all(respond, "users")], queries


@pytest.mark.parametrize("total", [{}, {"Total-Pages": "3"}, {"Total-Pages": "many"}], ids=["unknown", "known", "odd"])
def test_all_pages_are_read(total: dict[str, str]) -> None:
    cursors = ("a%3D%3D", " b ", "")
    ids, queries = read([([n, n + 1], {"After-Cursor": cursor, **total}) for n, cursor in enumerate(cursors)])
    assert ids == [0, 1, 2, 3], "one that has moved to a later page is read once"
    assert queries == [{"limit": 100}, {"limit": 100, "cursor": "a=="}, {"limit": 100, "cursor": "b"}]


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([([1], {"After-Cursor": "a", "Total-Pages": "1"})], 1),
        ([([1], {"After-Cursor": "a"}), ([2], {"After-Cursor": "a"})], 2),
        ([([1], {"After-Cursor": "a"}), ([1], {"After-Cursor": "b"})], 2),
        ([([], {"After-Cursor": "a"})], 1),
    ],
    ids=["more than OneLogin announces", "the same cursor", "the same rows", "no rows"],
)
def test_a_list_without_an_end_is_refused(pages: Pages, count: int) -> None:
    with pytest.raises(OneLoginError, match=f"^OneLogin's list of users does not end after {count} pages.$") as caught:
        read(pages)
    assert caught.value.code == "bad_response"
