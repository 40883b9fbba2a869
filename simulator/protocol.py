# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's HTTP protocol, with ways for a call to misuse its own connection."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.responses import ApiResponse

_KEY = "simulator.transport"
_PAUSE = 0.1  # real seconds between the bytes of a drip


class ResettableProtocol(HttpToolsProtocol):
    """Passes each call the transport of its connection."""

    def on_message_begin(self) -> None:
        """Begin a request; the parser calls it."""
        super().on_message_begin()
        self.scope.setdefault("extensions", {})[_KEY] = {"transport": self.transport}


def send_early_hints(scope: Scope) -> None:
    """Send a provisional response before the real one."""
    scope["extensions"][_KEY]["transport"].write(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")


async def drip(scope: Scope, response: ApiResponse, *, in_header: bool) -> None:
    """Send a response byte by byte, in a header or in the body, until the client closes."""
    transport = scope["extensions"][_KEY]["transport"]
    start = f"HTTP/1.1 {response.status} OK\r\nContent-Type: application/json\r\n"
    transport.write((start + ("X-Slow: " if in_header else "Content-Length: 1000000\r\n\r\n")).encode())
    while not transport.is_closing():
        transport.write(b"x" if in_header else b" ")
        await asyncio.sleep(_PAUSE)


def reset_connection(scope: Scope) -> None:
    """Reset the connection of a call: the client gets no response."""
    transport = scope["extensions"][_KEY]["transport"]
    connection = transport.get_extra_info("socket")
    # A linger of zero makes the kernel send a reset in place of an orderly end.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
