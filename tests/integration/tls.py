# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS simulators, private certificate authorities, and a proxy for TLS."""

from __future__ import annotations

import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import trustme

from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, HERE, ROOT, Simulator

NAME = "onelogin.test"


def new_authority(folder: Path, name: str = "authority.pem") -> tuple[trustme.CA, Path]:
    """Create a certificate authority, and write its certificate to a file."""
    authority, file = trustme.CA(), folder / name
    authority.cert_pem.write_to_path(str(file))
    return authority, file


def _certificate(folder: Path, not_after: datetime | None = None) -> tuple[Path, str]:
    """Create a certificate for this address and for a name that only the proxy resolves."""
    authority, known = new_authority(folder)
    cert = str(folder / "server.pem")
    authority.issue_cert("127.0.0.1", NAME, not_after=not_after).private_key_and_cert_chain_pem.write_to_path(cert)
    return known, cert


def tls_simulator(folder: Path) -> Simulator:
    """Start a simulator that serves https."""
    known, cert = _certificate(folder)
    return Simulator(
        *("--people", str(HERE / "data/people.csv"), "--seed", "5", "--tls-cert", cert),
        *("--credential", f"{CLIENT_ID}:{CLIENT_SECRET}"),
        authority=known,
    )


@contextmanager
def expired(folder: Path) -> Iterator[tuple[str, Path]]:
    """The URL and the authority of a simulator whose certificate expired yesterday."""
    known, cert = _certificate(folder, datetime.now(timezone.utc) - timedelta(days=1))
    command = [sys.executable, "-m", "simulator", "--tls-cert", cert]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip(), known
        process.terminate()


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy that connects every name to this machine, and records the names."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Tunnel(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        """Answer CONNECT, and then pass data in both directions."""
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        self.server.asked.append(target)
        with socket.create_connection(("127.0.0.1", int(target.rpartition(":")[2]))) as there:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_pass_on, args=(there, self.connection), daemon=True)
            back.start()
            _pass_on(self.connection, there)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)
