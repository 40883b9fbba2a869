# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy between the collection and the simulator, which rewrites some responses."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

import urllib3

Rewrite = Callable[[int, list[tuple[str, str]], bytes], bytes]
"""Builds the bytes to send from a real response: its status, headers and body."""


@dataclass
class RewritingProxy:
    """The calls to rewrite.

    :param to: connections to the simulator.
    :param times: how many of the next calls are rewritten.
    """

    to: urllib3.HTTPConnectionPool
    method: str = ""
    path: re.Pattern[str] = re.compile("")
    rewrite: Rewrite | None = None
    times: int = 0
    url: str = ""

    def rewrite_calls(self, method: str, path: str, rewrite: Rewrite, times: int) -> None:
        """Rewrite the responses to calls with this method whose paths match the pattern."""
        self.method, self.path, self.rewrite, self.times = method, re.compile(path), rewrite, times

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        """Return the bytes to send."""
        truth = self.to.request(method, path, headers=headers, body=body, redirect=False)
        named = [(name, value) for name, value in truth.headers.items() if name.lower() != "content-length"]
        if self.times > 0 and method == self.method and self.path.search(path.partition("?")[0]):
            self.times -= 1
            assert self.rewrite
            return self.rewrite(truth.status, named, truth.data)
        return wire(truth.status, named, truth.data)


def wire(status: object, headers: list[tuple[str, str]], body: bytes, length: bool = True) -> bytes:
    """Format a response as HTTP."""
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers)]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace") + body


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    proxy: RewritingProxy


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def handle_one_request(self) -> None:
        """Handle one request, and close the connection after any response."""
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        self.wfile.write(self.server.proxy.answer(self.command, self.path, kept, body))

    def log_message(self, *_said: object) -> None:
        """Print nothing."""


@contextmanager
def serve_proxy(url: str) -> Iterator[RewritingProxy]:
    """Run the proxy."""
    proxy = RewritingProxy(urllib3.connection_from_url(url, timeout=10, retries=False, maxsize=8))
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.proxy = proxy
        proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
