# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that has loaded Ansible, and forks a process for each command that it is asked to run.

It prints a line when it listens on the socket that its argument names, and ends when its standard input ends. A
connection is for one command: a line of JSON with the three standard files, the answers are the process id and then the
exit status, which is negative for a signal. See ansible_command.py for its client.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import logging
import os
import select
import shutil
import socket
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, NoReturn

from ansible import constants as C  # noqa: N812
from ansible.cli.inventory import InventoryCLI
from ansible.cli.playbook import PlaybookCLI
from ansible.plugins import loader

from tests.support.compiled_templates import CompiledTemplates

ROOT = Path(__file__).parents[2]
COMMANDS = {"ansible-inventory": InventoryCLI, "ansible-playbook": PlaybookCLI}
MODULES = (
    "ansible.executor.playbook_executor",
    "ansible.executor.task_queue_manager",
    "ansible.playbook.handler_task_include",
    "ansible.plugins.strategy.linear",
    "multiprocessing.popen_fork",
    "multiprocessing.synchronize",
    "requests",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
)
ACTIONS = ("debug", "fail", "normal", "set_fact", "set_stats")
JOURNAL = "ansible_collections.community.onelogin.plugins.module_utils._journal.database"


def load() -> None:
    """Import what commands need, and read the documentation of the plugins that Ansible loads in every run."""
    # By default, Ansible checks for the result of a running task a thousand times a second.
    C.DEFAULT_INTERNAL_POLL_INTERVAL = 0.01
    for name in MODULES:
        importlib.import_module(name)
    loader.init_plugin_loader()
    # A command configures this again, which changes nothing but causes a warning.
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    kinds = (loader.callback_loader, loader.connection_loader, loader.shell_loader, loader.become_loader)
    for kind in kinds:
        list(kind.all(class_only=True))
    for name in C.INVENTORY_ENABLED:
        loader.inventory_loader.get(name)
    loader.vars_loader.get("host_group_vars")
    # The loader of collections compiles a plugin, and all that it imports, in every process.
    for plugin in sorted((ROOT / "plugins/action").glob("*.py")):
        loader.action_loader.get(f"community.onelogin.{plugin.stem}", class_only=True)
    importlib.import_module(JOURNAL)
    for name in ACTIONS:
        loader.action_loader.get(f"ansible.builtin.{name}", class_only=True)
    list(loader.filter_loader.all())
    list(loader.test_loader.all())


def run(request: dict[str, Any], files: list[int]) -> NoReturn:
    """Become the requested command.

    It ends without Python's own end, which takes a tenth of a second to release what is loaded here. The exit handlers
    remove Ansible's temporary files.

    :param files: the descriptors of its standard input, output and error
    """
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    folder = Path(C.DEFAULT_LOCAL_TMP).parent
    folder.mkdir(parents=True, exist_ok=True)
    C.DEFAULT_LOCAL_TMP = tempfile.mkdtemp(prefix=f"ansible-local-{os.getpid()}", dir=folder)
    atexit.register(shutil.rmtree, C.DEFAULT_LOCAL_TMP, ignore_errors=True)
    for handler in logging.getLogger().handlers:
        handler.close()  # it opens the log in the new folder when it writes
    sys.argv = request["command"]
    status = 1
    try:
        COMMANDS[Path(sys.argv[0]).name].cli_executor(sys.argv)
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return a request and its files."""
    text, files, _flags, _address = socket.recv_fds(connection, 65536, 3)
    while not text.endswith(b"\n"):
        text += connection.recv(65536)
    return json.loads(text), files


def attend(connection: socket.socket) -> NoReturn:
    """Fork a command, and answer when it ends."""
    request, files = receive(connection)
    child = os.fork()
    if not child:
        connection.close()
        run(request, files)
    try:
        for file in files:
            os.close(file)
        connection.sendall(f"{child}\n".encode())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(f"{status}\n".encode())
    finally:
        os._exit(0)  # without the exit handlers of Python and Ansible


def reap() -> None:
    """Wait for the parents of commands that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    """Serve until the standard input ends."""
    load()
    # In a forked process, a garbage collection would scan everything that is loaded here. Without it, a short command
    # takes a quarter of the processor time. A command ends before it needs a collection.
    gc.freeze()
    gc.disable()
    templates = CompiledTemplates(Path(sys.argv[1]).with_name("templates"))
    templates.install()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen()
    print("ready", flush=True)
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _address = listener.accept()
        templates.read()
        if not os.fork():
            listener.close()
            attend(connection)
        connection.close()
        reap()


if __name__ == "__main__":
    # As for Ansible's own commands, the folder of the tests is not on the path, and that of the interpreter is.
    sys.path[:2] = [str(Path(sys.executable).parent)]
    main()
