# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that has loaded Ansible, and forks a process for each command that it is asked to run.

It prints its process id when it is ready. Then it reads requests as lines of JSON. ``{"start": {...}}`` prints a
process id, and ``{"wait": ID}`` prints an exit status, which is negative for a signal. See ansible_process.py for its
client.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from ansible import constants as C  # noqa: N812
from ansible.cli.inventory import InventoryCLI
from ansible.cli.playbook import PlaybookCLI
from ansible.plugins import loader

ROOT = Path(__file__).parents[2]
COMMANDS = {"ansible-inventory": InventoryCLI, "ansible-playbook": PlaybookCLI}
MODULES = (
    "ansible.executor.playbook_executor",
    "ansible.executor.task_queue_manager",
    "ansible.plugins.strategy.linear",
    "requests",
    "sqlalchemy",
)


def load() -> None:
    """Import what commands need, and read the documentation of the plugins that Ansible loads in every run."""
    # While a task runs, Ansible looks for its result a thousand times a second by default.
    C.DEFAULT_INTERNAL_POLL_INTERVAL = 0.01
    for name in MODULES:
        importlib.import_module(name)
    loader.init_plugin_loader()
    # A command configures this again, which changes nothing, and Ansible warns of it.
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
    list(loader.filter_loader.all())
    list(loader.test_loader.all())


def run(request: dict[str, Any]) -> None:
    """Become the command that is asked for.

    :raises SystemExit: it has ended; Python's own end then removes Ansible's temporary files.
    """
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
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
    COMMANDS[Path(sys.argv[0]).name].cli_executor(sys.argv)


def main() -> None:
    """Serve until the standard input ends."""
    load()
    # In a forked process, a garbage collection would go through all that is loaded here. Without that, a short command
    # takes a quarter of the processor time.
    gc.freeze()
    print(os.getpid(), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            print(os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1]), flush=True)
            continue
        child = os.fork()
        if not child:
            run(request["start"])
        print(child, flush=True)


if __name__ == "__main__":
    # As for Ansible's own commands, the folder of this file is not on the path, and that of the interpreter is.
    sys.path[0] = str(Path(sys.executable).parent)
    main()
