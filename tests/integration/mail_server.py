# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real SMTP server on the loopback interface, which stores the messages it receives."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME, PASSWORD = "mailer", "mail-password-7f3k9q2x"


class MailServer:
    """The server. ``mails`` are accepted messages.

    ``refused`` are addresses that it refuses. ``at`` are functions that it calls at a point of the session: at the
    ``greeting``, at an ``address``, and at the ``text``, which is stored but not yet acknowledged.
    """

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refused: set[str] = set()
        self.greetings = 0
        self.at: Mapping[str, Callable[[], None]] = {}

    async def handle_EHLO(  # noqa: N802 - the library's names
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greetings += 1
        self._reach("greeting")
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._reach("address")
        if address in self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content)
        message["X-To"] = ",".join(envelope.rcpt_tos)
        self.mails.append(message)
        self._reach("text")
        return "250 OK"

    def _reach(self, point: str) -> None:
        if point in self.at:
            self.at[point]()

    @property
    def received(self) -> Counter[str]:
        """The number of messages that each person got, by the name before the @."""
        return Counter(str(mail["X-To"]).partition("@")[0] for mail in self.mails)

    def mail_to(self, name: str) -> tuple[str, str]:
        """The subject and the text of the message to a person."""
        (mail,) = (mail for mail in self.mails if str(mail["X-To"]).startswith(f"{name}@"))
        (part,) = (part for part in mail.walk() if not part.is_multipart())
        text = part.get_payload(decode=True)
        assert isinstance(text, bytes)
        return str(make_header(decode_header(mail["Subject"]))), text.decode().rstrip()


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data == LoginPassword(USERNAME.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def serve(**options: Any) -> Iterator[tuple[MailServer, dict[str, Any]]]:
    """Run a server, and yield it with the value of ``mfa_reminder_mail`` for it.

    :param options: options of the server.
    """
    server = MailServer()
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(
        loop.create_server(lambda: SMTP(server, authenticator=_authenticate, loop=loop, **options), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = listening.sockets[0].getsockname()[1]
        yield server, {"host": "127.0.0.1", "port": port, "sender": "IT Support <it@example.com>"}
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
