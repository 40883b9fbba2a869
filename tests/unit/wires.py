# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that end in this process: what is sent is kept, and the responses are scripted bytes."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api import deadline
from urllib3.util import connection as urllib3_connection

Replies = list[bytes | memoryview | Exception]


class Wire(socket.socket):
    """A connected socket. Each read gets the next bytes of the network, raises its error, or meets the end."""

    network: Network

    def getpeercert(self, *_options: Any) -> dict[str, Any]:
        """Return a certificate for every host, which urllib3 1 reads after it has started TLS."""
        return {"subjectAltName": (("DNS", "*.example"),)}

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Keep what is sent."""
        self.network.sent += bytes(data)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Read."""
        network = self.network
        network.timeouts.append(self.gettimeout())
        network.now += network.pace
        part = network.replies.pop(0) if network.replies else b""
        if isinstance(part, Exception):
            raise part
        size = min(len(part), len(buffer))
        buffer[:size] = part[:size]
        if len(part) > size:
            network.replies.insert(0, memoryview(part)[size:])
        return size


@dataclass
class Network:
    """All connections of a test.

    :ivar refusal: what a new connection raises.
    :ivar tls_refusal: what the start of TLS raises.
    :ivar pace: seconds that each read takes.
    """

    replies: Replies = field(default_factory=list)
    refusal: Exception | None = None
    tls_refusal: Exception | None = None
    pace: float = 0.0
    now: float = 1000.0
    sent: bytes = b""
    opened: list[tuple[Any, Any]] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    timeouts: list[float | None] = field(default_factory=list)
    _others: list[socket.socket] = field(default_factory=list)

    def connect(self, address: Any, timeout: Any = None, *_given: Any, **_named: Any) -> Wire:
        """Open a connection, as urllib3 does it."""
        self.opened.append((address, timeout))
        if self.refusal:
            raise self.refusal
        ours, other = socket.socketpair()
        self._others.append(other)
        wire = Wire(ours.family, ours.type, ours.proto, ours.detach())
        wire.network = self
        wire.settimeout(timeout)
        self.wires.append(wire)
        return wire

    def start_tls(self, sock: Any) -> Any:
        """Start TLS on a connection, which stays as it is."""
        if self.tls_refusal:
            raise self.tls_refusal
        return sock

    def close(self) -> None:
        """Close all connections."""
        for sock in (*self.wires, *self._others):
            sock.close()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The network of a test, without proxies of the environment."""
    own = Network()
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(urllib3_connection, "create_connection", own.connect)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_given, **_named: None)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", lambda _context, sock, **_named: own.start_tls(sock))
    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: own.now))
    yield own
    own.close()


def respond(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Build the bytes of a response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
