# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports what ``ansible-playbook`` needs once, and forks a process of it whenever told to on the standard input."""

from __future__ import annotations

import importlib
import os
import sys

from ansible.cli.playbook import PlaybookCLI

for name in (
    "ansible.executor.playbook_executor",
    "ansible.executor.task_queue_manager",
    "ansible.plugins.strategy.linear",
    "requests",
    "sqlalchemy",
):
    importlib.import_module(name)


def _become_playbook() -> None:
    os.setsid()
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        PlaybookCLI.cli_executor(["ansible-playbook", "playbook.yml"])
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)


def main() -> None:
    """``start`` answers with a process id, ``wait`` with an exit status, negative for a signal."""
    child = 0
    for line in sys.stdin:
        if line.strip() == "start":
            child = os.fork()
            if not child:
                _become_playbook()
            print(child, flush=True)
        else:
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
