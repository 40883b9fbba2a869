# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's HTTP protocol, with a way for a call to reset its own connection."""

from __future__ import annotations

import socket
import struct

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_KEY = "simulator.transport"


class ResettableProtocol(HttpToolsProtocol):
    """Hands each call the transport it came over."""

    def on_message_begin(self) -> None:
        """Called by the parser as a request begins."""
        super().on_message_begin()
        self.scope.setdefault("extensions", {})[_KEY] = {"transport": self.transport}


def reset_connection(scope: Scope) -> None:
    """Reset the connection of a call: the client's next read fails, it gets no answer."""
    transport = scope["extensions"][_KEY]["transport"]
    connection = transport.get_extra_info("socket")
    # A linger of zero makes the kernel send a reset in place of an orderly end.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
