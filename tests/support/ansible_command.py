# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of ansible_server.py, and a program that behaves like one of Ansible's commands.

``ansible_command.py REAL ARGUMENTS`` runs the command in a process that the server forks, with the files, the folder
and the environment of this process. It becomes the real command, whose path is REAL, if the server has other settings.
It imports little, because it starts often.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

SERVER = "ONELOGIN_TEST_ANSIBLE"
"""The environment variable that names the folder of the server."""
# These are read when they are needed, not when Ansible is imported: by requests, and by the playbooks of tests.
_READ_LATE = ("ONELOGIN_",)
_READ_LATE_NAMES = {
    *("PATH", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", "HTTPS_PROXY", "NO_PROXY", "no_proxy"),
    *("CODE", "VAULT_PASSWORD"),
}
_OF_THE_SHELL = {"PWD", "OLDPWD", "SHLVL", "_"}
_FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


def fits(env: Mapping[str, str], cwd: Path, server: Mapping[str, str]) -> bool:
    """Whether a run with this environment in this folder has the settings of a server.

    :param server: the environment of the server
    """
    configured = (cwd / "ansible.cfg").exists() or Path(env["HOME"], ".ansible.cfg").exists()
    return _settings(env) == _settings(server) and not configured


def _settings(env: Mapping[str, str]) -> dict[str, str]:
    """The settings that Ansible can read when it is imported, with the same name for every home folder."""
    return {
        name: value.replace(env["HOME"], "~")
        for name, value in env.items()
        if not name.startswith(_READ_LATE) and name not in _READ_LATE_NAMES | _OF_THE_SHELL
    }


class ForkedCommand:
    """A command that a server has forked.

    :param folder: the folder of the server
    :param command: the path of the real command, and its arguments
    :param files: the descriptors of its standard input, output and error
    """

    def __init__(
        self, folder: Path, command: Sequence[str], cwd: Path, env: Mapping[str, str], files: Sequence[int]
    ) -> None:
        self._received = b""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(folder / "socket"))
        request = json.dumps({"command": list(command), "cwd": str(cwd), "env": dict(env)}).encode() + b"\n"
        sent = socket.send_fds(self._socket, [request], list(files))
        self._socket.sendall(request[sent:])
        self.pid = self._answer(60)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, and return its exit status, which is negative for a signal.

        :raises TimeoutError: it takes longer
        """
        status = self._answer(timeout)
        self._socket.close()
        return status

    def _answer(self, timeout: float | None) -> int:
        self._socket.settimeout(timeout)
        while b"\n" not in self._received:
            part = self._socket.recv(64)
            if not part:
                raise ConnectionError("the server of Ansible's commands has ended")
            self._received += part
        line, _newline, self._received = self._received.partition(b"\n")
        return int(line)


def _can_fork(folder: Path) -> bool:
    server = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    at_home = Path(server["HOME"]).resolve() == Path(os.environ["HOME"]).resolve()
    # Python and Ansible look for a terminal when they start.
    return at_home and not any(map(os.isatty, range(3))) and fits(os.environ, Path.cwd(), server)


def main() -> None:
    """Behave like the command.

    :raises SystemExit: it has ended
    """
    command, folder = sys.argv[1:], Path(os.environ[SERVER])
    if not _can_fork(folder):
        os.execv(command[0], command)
    forked = ForkedCommand(folder, command, Path.cwd(), os.environ, range(3))

    def forward(number: int, _frame: FrameType | None) -> None:
        os.kill(forked.pid, number)

    for number in _FORWARDED:
        signal.signal(number, forward)
    status = forked.wait()
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    raise SystemExit(status)


if __name__ == "__main__":
    main()
