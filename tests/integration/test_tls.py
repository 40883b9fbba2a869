# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: which certificates are trusted, whatever the environment says, and that nothing takes the token's place."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.integration.conftest import Playbook
from tests.integration.harness import task

LIMITS = {"data": {"X-RateLimit-Limit": 5000, "X-RateLimit-Remaining": 4999, "X-RateLimit-Reset": 60}}


class Server:
    """Answers the rate limit call over TLS and keeps the Authorization headers it was sent."""

    def __init__(self, name: str = "127.0.0.1", *, not_after: datetime | None = None) -> None:
        self.seen: list[str | None] = []
        self.authority = trustme.CA()
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(self.headers["Authorization"])
                body = json.dumps(LIMITS).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Keep quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(name, not_after=not_after).configure_cert(context)
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A TLS server whose authority nobody knows."""
    own = getattr(request, "param", Server)()
    yield own
    own.stop()


def test_trust_and_the_authorization_header(server: Server, playbook: Playbook, tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.pem", tmp_path / "wrong.pem"
    server.authority.cert_pem.write_to_path(str(right))
    trustme.CA().cert_pem.write_to_path(str(wrong))
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    done = playbook(
        [
            task("rate_limit_info", {"ca_path": str(right)}, name="trusted"),
            task("rate_limit_info", {"validate_certs": False}, name="blind"),
            task("rate_limit_info", name="unknown authority"),
            task("rate_limit_info", {"ca_path": str(wrong)}, name="other authority"),
            task("rate_limit_info", {"validate_certs": False, "ca_path": "/no/such/file"}, name="needs no file"),
        ],
        url=server.url,
        env={
            "ONELOGIN_ACCESS_TOKEN": "the-token-of-this-test",
            "ONELOGIN_CLIENT_SECRET": "",
            "REQUESTS_CA_BUNDLE": str(wrong),
            "CURL_CA_BUNDLE": str(wrong),
            "NETRC": str(netrc),
        },
    )
    for name in ("trusted", "blind", "needs no file"):
        assert done[name]["rate_limit"]["limit"] == 5000, done[name]
    for name in ("unknown authority", "other authority"):
        assert done[name]["error"]["code"] == "unavailable"
        assert "No trusted TLS connection" in done[name]["error"]["message"]
        assert "ca_path" in done[name]["error"]["hint"]
    assert server.seen == ["Bearer the-token-of-this-test"] * 3


def test_ca_path_from_the_environment(server: Server, playbook: Playbook, tmp_path: Path) -> None:
    right = tmp_path / "right.pem"
    server.authority.cert_pem.write_to_path(str(right))
    env = {"ONELOGIN_ACCESS_TOKEN": "t", "ONELOGIN_CA_PATH": str(right)}
    assert playbook([task("rate_limit_info")], url=server.url, env=env).only["rate_limit"]["remaining"] == 4999


@pytest.mark.parametrize(
    ("server", "said", "hint"),
    [
        # The words are OpenSSL's, or those of urllib3 before 2.
        (
            lambda: Server("onelogin.example.com"),
            "certificate is not valid for '127.0.0.1'|'127.0.0.1' doesn't match 'onelogin.example.com'",
            "another server's",
        ),
        (lambda: Server(not_after=datetime.now(UTC) - timedelta(days=1)), "certificate has expired", "has expired"),
    ],
    ids=["wrong name", "expired"],
    indirect=["server"],
)
def test_what_is_wrong_with_a_certificate_is_said(
    server: Server, said: str, hint: str, playbook: Playbook, tmp_path: Path
) -> None:
    right = tmp_path / "right.pem"
    server.authority.cert_pem.write_to_path(str(right))
    env = {"ONELOGIN_ACCESS_TOKEN": "t", "ONELOGIN_CA_PATH": str(right)}
    error = playbook([task("rate_limit_info")], url=server.url, env=env).only["error"]
    assert error["code"] == "unavailable"
    assert re.search(said, error["message"])
    assert hint in error["hint"]
    assert server.seen == []


class Proxy(socketserver.ThreadingTCPServer):
    """Connects whoever asks to whom they name, and keeps the names."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Tunnel(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        """Answer CONNECT, then pass on what comes, both ways."""
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        self.server.asked.append(target)
        host, _colon, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_pass_on, args=(there, self.connection), daemon=True)
            back.start()
            _pass_on(self.connection, there)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy for TLS."""
    with Proxy() as own:
        yield own
        own.shutdown()


def test_the_proxy_of_the_environment_is_used(server: Server, proxy: Proxy, playbook: Playbook, tmp_path: Path) -> None:
    right = tmp_path / "right.pem"
    server.authority.cert_pem.write_to_path(str(right))
    direct = {"ONELOGIN_ACCESS_TOKEN": "t", "ONELOGIN_CA_PATH": str(right), "NO_PROXY": "", "no_proxy": ""}
    through = {**direct, "HTTPS_PROXY": proxy.url}
    tasks = [task("rate_limit_info")]
    assert playbook(tasks, url=server.url, env=through).only["rate_limit"]["limit"] == 5000
    assert proxy.asked == [server.url.partition("//")[2]]
    spared = playbook(tasks, url=server.url, env={**through, "NO_PROXY": "127.0.0.1"}).only
    assert (spared["rate_limit"]["limit"], len(proxy.asked)) == (5000, 1)
    gone = playbook(tasks, url=server.url, env={**direct, "HTTPS_PROXY": "http://127.0.0.1:9"}).only
    assert gone["error"]["code"] == "unavailable"
    assert "proxy" in gone["error"]["hint"]
    assert len(server.seen) == 2
