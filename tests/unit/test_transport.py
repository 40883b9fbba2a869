# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request: the bytes that are sent, the response that is returned, and what a failure is reported as."""

from __future__ import annotations

import os
import runpy
import socket
import ssl
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.community.onelogin.plugins.module_utils._api import requests_library
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.deadline import limit_time
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import (
    RequestFailed,
    Response,
    Transport,
    transport_to,
)
from urllib3.util.ssl_match_hostname import CertificateError

from tests.unit.wires import Network, network, respond

__all__ = ["network"]

pytestmark = pytest.mark.libraries("it is about requests and urllib3")

VERSION = yaml.safe_load((Path(__file__).parents[2] / "galaxy.yml").read_text(encoding="utf-8"))["version"]
HOST = "https://acme.example"
EMPTY = respond("200 OK", b"{}")


def send(method: str = "GET", path: str = "/x", url: str = HOST, verify: bool | str = True, **more: Any) -> Response:
    """Send one request to an account."""
    return Transport(Connection(url, verify=verify)).send(method, path, "Bearer token-1", **more)


def split(sent: bytes) -> tuple[str, list[str], str]:
    """Split the bytes of a request: its first line, its headers in their alphabetic order, and its body."""
    head, _blank, body = sent.decode().partition("\r\n\r\n")
    first, *headers = head.split("\r\n")
    return first, sorted(headers), body


@pytest.mark.parametrize(
    ("url", "host", "prefix", "address"),
    [
        (HOST, "acme.example", "", ("acme.example", 443)),
        ("https://gateway.example:8443/onelogin", "gateway.example:8443", "/onelogin", ("gateway.example", 8443)),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000", "", ("127.0.0.1", 8000)),
    ],
)
def test_a_request_has_these_bytes(network: Network, url: str, host: str, prefix: str, address: Any) -> None:
    network.replies = [EMPTY, EMPTY]
    headers = ["Accept-Encoding: identity", "Accept: application/json", "Authorization: Bearer token-1"]
    agent = f"User-Agent: ansible-collection/community.onelogin/{VERSION}"
    send("GET", "/api/2/users", url, query={"limit": 100, "email": "a*", "name": "J D"})
    first, found, body = split(network.sent)
    assert first == f"GET {prefix}/api/2/users?limit=100&email=a%2A&name=J+D HTTP/1.1"
    assert found == [*headers, f"Host: {host}", agent]
    assert body == ""
    network.sent = b""
    send("POST", "/api/2/y", url, body={"factor_id": 1})
    posted = ["Content-Length: 16", "Content-Type: application/json", f"Host: {host}", agent]
    assert split(network.sent) == (f"POST {prefix}/api/2/y HTTP/1.1", [*headers, *posted], '{"factor_id": 1}')
    assert network.opened == [(address, 30), (address, 30)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (respond("201 Created", b'[{"a": 1}]'), (201, [{"a": 1}], True, '[{"a": 1}]', None)),
        (respond("200 OK", b"null", "X-Request-Id: r-1"), (200, None, True, "null", "r-1")),
        (respond("200 OK", b'"\xc3\xa9"', "Content-Type: text/html; charset=latin-1"), (200, "é", True, '"é"', None)),
        (respond("204 No Content", b""), (204, None, False, "", None)),
        (respond("302 Found", b"", "Location: https://elsewhere.example"), (302, None, False, "", None)),
        (respond("502 Bad", b"<p>\xff</p>"), (502, None, False, "<p>\ufffd</p>", None)),
        (respond("200 OK", b"x" * 2001), (200, None, False, "x" * 2000, None)),
        (respond("200 OK", b"[" * 100_000), (200, None, False, "[" * 2000, None)),
        (respond("200 OK", b"1", "Content-Encoding: Identity "), (200, 1, True, "1", None)),
        (respond("200 OK", b"1", "Content-Encoding:"), (200, 1, True, "1", None)),
    ],
    ids=range(10),
)
def test_a_response_has_these_values(network: Network, sent: bytes, expected: tuple[Any, ...]) -> None:
    network.replies = [sent]
    got = send()
    assert (got.status, got.body, got.is_json, got.text, got.request_id) == expected


def test_a_response_of_the_greatest_length_is_read_to_its_end(network: Network) -> None:
    network.replies = [respond("200 OK", b" " * (16 * 1024 * 1024 - 1) + b"7")]
    assert send().body == 7


def _certificate(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, message)
    error.verify_code = code
    return error


BROKE = f"The connection to {HOST} broke before the response was complete."
SILENT = f"No response from {HOST} within 30 s."
NO_TLS = f"No trusted TLS connection to {HOST}: "
LATER = "Run again later; completed items are found and skipped."
NETWORK = "Check the subdomain or base_url, the network and the proxy."
ANOTHER = "Check the subdomain or base_url: the certificate belongs to another server."
AUTHORITY = "Set ca_path to the certificate authority that signed the server's certificate."
PROXY = "Check the subdomain or base_url, and any proxy between this machine and OneLogin."

FAILURES: dict[str, tuple[dict[str, Any], tuple[str, str, str, bool, bool]]] = {
    "refused": (
        {"refusal": ConnectionRefusedError(111, "Connection refused")},
        ("unavailable", f"No connection to {HOST}: Connection refused.", NETWORK, False, False),
    ),
    "unknown name": (
        {"refusal": socket.gaierror(-2, "Name or service not known")},
        ("unavailable", f"No connection to {HOST}: Name or service not known.", NETWORK, False, False),
    ),
    "no connection in time": (
        {"refusal": TimeoutError("timed out")},
        ("unavailable", f"No connection to {HOST} within 30 s.", LATER, False, False),
    ),
    "not yet valid": (
        {"tls_refusal": _certificate(9, "certificate is not yet valid")},
        (
            "unavailable",
            f"{NO_TLS}certificate is not yet valid.",
            "The server's certificate is not valid yet. Check this machine's clock.",
            False,
            True,
        ),
    ),
    "expired": (
        {"tls_refusal": _certificate(10, "certificate has expired")},
        (
            "unavailable",
            f"{NO_TLS}certificate has expired.",
            "The server's certificate has expired. Renew it, or correct this machine's clock.",
            False,
            True,
        ),
    ),
    "unknown authority": (
        {"tls_refusal": _certificate(18, "self-signed certificate")},
        ("unavailable", f"{NO_TLS}self-signed certificate.", AUTHORITY, False, True),
    ),
    "another name": (
        {"tls_refusal": _certificate(62, "hostname mismatch")},
        ("unavailable", f"{NO_TLS}hostname mismatch.", ANOTHER, False, True),
    ),
    "another address": (
        {"tls_refusal": _certificate(64, "IP address mismatch")},
        ("unavailable", f"{NO_TLS}IP address mismatch.", ANOTHER, False, True),
    ),
    "another name, urllib3 before 2": (
        {"tls_refusal": CertificateError("hostname 'a' doesn't match 'b'")},
        ("unavailable", f"{NO_TLS}hostname 'a' doesn't match 'b'.", ANOTHER, False, True),
    ),
    "broken TLS": (
        {"tls_refusal": ssl.SSLError(1, "bad record mac")},
        ("unavailable", f"{NO_TLS}bad record mac.", AUTHORITY, True, True),
    ),
    "closed": ({"replies": []}, ("unavailable", BROKE, LATER, True, False)),
    "reset": (
        {"replies": [ConnectionResetError(104, "Connection reset by peer")]},
        ("unavailable", BROKE, LATER, True, False),
    ),
    "cut": (
        {"replies": [respond("200 OK", b"[1, 2]")[:-2]]},
        ("unavailable", BROKE, LATER, True, False),
    ),
    "reset in the body": (
        {"replies": [respond("200 OK", b"[1, 2]")[:-2], ConnectionResetError(104, "Connection reset by peer")]},
        ("unavailable", BROKE, LATER, True, False),
    ),
    "provisional": (
        {"replies": [b"HTTP/1.1 103 Early Hints\r\n\r\n", EMPTY]},
        ("unavailable", BROKE, LATER, True, False),
    ),
    "a chunk of negative length": (
        {"replies": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n[1, 2]\r\n"]},
        ("unavailable", BROKE, LATER, True, False),
    ),
    "silent": ({"replies": [TimeoutError("timed out")]}, ("unavailable", SILENT, LATER, True, False)),
    "silent in the body": (
        {"replies": [respond("200 OK", b"[1, 2]")[:-2], TimeoutError("timed out")]},
        ("unavailable", BROKE, LATER, True, False),
    ),
    "two lengths": (
        {"replies": [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"]},
        (
            "unavailable",
            f"The response from {HOST} is not valid: Content-Length contained multiple unmatching values (2, 3).",
            LATER,
            True,
            True,
        ),
    ),
    "compressed": (
        {"replies": [respond("203 OK", b"xx", "Content-Encoding: GZIP")]},
        ("bad_response", "OneLogin's response is compressed as gzip, which was not requested.", PROXY, True, True),
    ),
    "compressed in an unknown way": (
        {"replies": [respond("203 OK", b"xx", f"Content-Encoding: {'y' * 21}")]},
        (
            "bad_response",
            f"OneLogin's response is compressed as {'y' * 20}, which was not requested.",
            PROXY,
            True,
            True,
        ),
    ),
    "far too long": (
        {"replies": [b"HTTP/1.1 203 OK\r\nContent-Length: 99999999\r\n\r\n", b" " * (17 * 1024 * 1024)]},
        ("bad_response", "OneLogin's response is longer than 16 MiB.", PROXY, True, True),
    ),
    "too long": (
        {"replies": [respond("203 OK", b" " * (16 * 1024 * 1024 + 1))]},
        ("bad_response", "OneLogin's response is longer than 16 MiB.", PROXY, True, True),
    ),
}


# urllib3 before 2 does not compare the length of a body. Half of a JSON text is no JSON, so it is a bad response then.
WITHOUT_LENGTHS = ("cut",) if version("urllib3").startswith("1.") else ()


@pytest.mark.parametrize("name", [name for name in FAILURES if name not in WITHOUT_LENGTHS])
def test_a_failure_is_reported_as(network: Network, name: str) -> None:
    given, (code, message, hint, sent, lasting) = FAILURES[name]
    for field, value in given.items():
        setattr(network, field, value)
    with pytest.raises(RequestFailed) as caught:
        send("POST")
    assert caught.value.error.as_result() == {
        "code": code,
        "http_status": 203 if code == "bad_response" else None,
        "message": message,
        "request_id": None,
        "hint": hint,
    }
    assert (str(caught.value), caught.value.sent, caught.value.lasting) == (message, sent, lasting)
    assert len(network.opened) == 1, "it is not sent again"
    if name != "too long":  # which was read to its end
        assert {wire.fileno() for wire in network.wires} <= {-1}, "no other request uses the connection"


def test_a_missing_file_of_authorities_is_reported(network: Network, tmp_path: Path) -> None:
    missing = tmp_path / "none.pem"
    with pytest.raises(RequestFailed) as caught:
        send(verify=str(missing))
    error = caught.value.error
    assert (error.message, error.hint, caught.value.sent, caught.value.lasting, network.opened) == (
        f"{NO_TLS}Could not find a suitable TLS CA certificate bundle, invalid path: {missing}.",
        AUTHORITY,
        False,
        True,
        [],
    )


def test_a_proxy_without_a_host_is_reported(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://")
    with pytest.raises(RequestFailed) as caught:
        send()
    message = f"No connection to {HOST}: Please check proxy URL. It is malformed and could be missing the host."
    assert (caught.value.error.message, caught.value.sent, caught.value.lasting) == (message, False, True)
    assert network.opened == []


def test_without_an_account_nothing_is_sent(network: Network) -> None:
    network.refusal = socket.gaierror(-2, "Name or service not known")
    with pytest.raises(RequestFailed, match="Name or service not known"):
        send(url="")
    assert network.opened == [(("nobody.invalid", 443), 30)]


@pytest.mark.parametrize(
    ("pace", "replies", "timeouts"),
    [
        (29.0, 3, [30, 30, 30]),
        (29.75, 4, [30, 30, 30, 0.75]),
        (40.0, 9, [30, 30, 10]),
        (45.0, 9, [30, 30]),
        (100.0, 9, [30]),
    ],
)
def test_a_slow_response_is_read_for_three_timeouts(
    network: Network, pace: float, replies: int, timeouts: list[float]
) -> None:
    whole = respond("200 OK", b"[1]")
    network.pace, network.replies = pace, [*(whole[at : at + 1] for at in range(replies - 1)), whole[replies - 1 :]]
    if len(timeouts) == replies:
        assert send().body == [1]
    else:
        with pytest.raises(RequestFailed, match=SILENT):
            send()
    assert network.timeouts == timeouts


def test_an_earlier_limit_shortens_the_timeout(network: Network) -> None:
    network.replies = [EMPTY, EMPTY]
    with limit_time(7):
        send()
    assert (network.opened, network.timeouts) == ([(("acme.example", 443), 7)], [7])
    with limit_time(0), pytest.raises(RequestFailed):
        send()
    assert network.opened[1] == (("acme.example", 443), 0.001)


def test_requests_share_a_connection_until_the_server_closes_it(network: Network) -> None:
    network.replies = [EMPTY, respond("200 OK", b"[1]", "Connection: close"), respond("200 OK", b"[2]")]
    transport = Transport(Connection(HOST))
    assert [transport.send("GET", "/x", "t").body for _request in range(3)] == [{}, [1], [2]]
    assert len(network.wires) == 2
    assert network.wires[0].fileno() == -1


@pytest.mark.parametrize("proxy", [None, "http://proxy.example:3128"])
def test_a_provisional_response_is_not_taken_for_that_of_the_next_request(
    network: Network, monkeypatch: pytest.MonkeyPatch, proxy: str | None
) -> None:
    """A 103 ends the connection, also through a proxy."""
    connected: list[bytes] = []
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        connected = [b"HTTP/1.1 200 OK\r\n\r\n"]
    early = b"HTTP/1.1 103 Early Hints\r\n\r\n" + respond("200 OK", b"[1]")
    network.replies = [*connected, early]
    transport = Transport(Connection(HOST))
    with pytest.raises(RequestFailed, match=BROKE):
        transport.send("GET", "/x", "t")
    network.replies = [*connected, respond("200 OK", b"[2]")]
    assert transport.send("GET", "/x", "t").body == [2]
    address = ("proxy.example", 3128) if proxy else ("acme.example", 443)
    assert [opened for opened, _timeout in network.opened] == [address, address]
    assert network.sent.startswith(b"CONNECT acme.example:443 HTTP/1." if proxy else b"GET /x HTTP/1.1\r\n")


def test_no_proxy_is_used_for_this_machine(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    network.replies = [EMPTY]
    send(url="http://127.0.0.1:8000")
    assert network.opened == [(("127.0.0.1", 8000), 30)]


def test_the_transport_of_a_process_is_kept_for_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = Connection("https://kept.example"), Connection("https://other.example")
    transport = transport_to(first)
    assert transport_to(Connection("https://kept.example")) is transport
    assert transport_to(other) is not transport
    assert transport_to(first) is transport
    monkeypatch.setattr(os, "getpid", lambda: -7)
    assert transport_to(first) is not transport


def test_without_requests_its_names_can_be_imported_and_the_reason_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    found = runpy.run_path(requests_library.__file__)
    assert {name: found[name] for name in found["__all__"]} == {
        "REQUESTS_IMPORT_ERROR": "import of requests halted; None in sys.modules",
        "CertificateError": None,
        "HTTPAdapter": object,
        "HTTPConnection": object,
        "HTTPConnectionPool": object,
        "HTTPSConnection": object,
        "HTTPSConnectionPool": object,
        "NewConnectionError": None,
        "requests": None,
    }
    assert requests_library.REQUESTS_IMPORT_ERROR is None
