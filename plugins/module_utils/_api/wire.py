# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections that wait for a response only until the deadline, and never mix up the responses to two requests.

A socket's own timeout begins anew with each byte. Python's http.client takes any status but 100 for the final one
(https://github.com/python/cpython/blob/main/Lib/http/client.py, ``HTTPResponse.begin``), so the real response after a
103 would be read as the response to the next request.
"""

from __future__ import annotations

import http.client
import io
import socket
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.deadline import count_seconds_left
from ansible_collections.community.onelogin.plugins.module_utils._api.requests_library import (
    HTTPAdapter,
    HTTPConnection,
    HTTPConnectionPool,
    HTTPSConnection,
    HTTPSConnectionPool,
)


class _Reader(io.RawIOBase):
    """Reads a socket until the deadline."""

    def __init__(self, source: Any, connection: socket.socket) -> None:
        self._source = source
        self._connection = connection

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read some bytes.

        :raises TimeoutError: no bytes arrived in time.
        """
        left = count_seconds_left()
        if left <= 0:
            raise socket.timeout("The time limit of this request is over.")
        self._connection.settimeout(min(left, self._connection.gettimeout() or left))
        read: int | None = self._source.readinto(buffer)
        return read

    def close(self) -> None:
        """Close the source."""
        self._source.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock))


class _FinalResponseMixin:
    """The common part of both kinds of connection."""

    response_class: type[http.client.HTTPResponse] = _Response

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        """Return the response to the last request.

        :raises http.client.BadStatusLine: it is a provisional response.
        """
        response = super().getresponse(*args, **kwargs)  # type: ignore[misc]
        if response.status < 200:
            self.close()  # type: ignore[attr-defined]
            raise http.client.BadStatusLine(str(response.status))
        return response


class _HTTPConnection(_FinalResponseMixin, HTTPConnection):
    pass


class _HTTPSConnection(_FinalResponseMixin, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class Adapter(HTTPAdapter):
    """A pool of such connections, also through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool for direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Return the pool for a proxy, and make it if necessary."""
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager
