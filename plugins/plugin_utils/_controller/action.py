# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of every module: run the operation in the worker process, where the module would run on this machine.

Starting a module costs about 0.6 s, running here about 0.03 s. The module is shipped as usual where the connection is
not local, or where the task has C(become) or C(async).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import build_argument_spec
from ansible_collections.community.onelogin.plugins.module_utils._ansible.masking import hide_results, install_masking
from ansible_collections.community.onelogin.plugins.module_utils._api.requests_library import REQUESTS_IMPORT_ERROR
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import convert
from ansible_collections.community.onelogin.plugins.module_utils._engine.batch import execute
from ansible_collections.community.onelogin.plugins.module_utils._engine.items import read_batch
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import CONNECTION
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.arguments import (
    build_invocation,
    drop_blank,
    validate_arguments,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.shutdown import (
    end_with_parent,
    remove_token_at_end,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.token_file import TokenFile

display = Display()


def build_action(name: str) -> type[ActionBase]:
    """Build the action plugin of the module that has the same name.

    :param name: the plugin's ``__name__``; its last part is the module's.
    """
    remove_token_at_end(os.getpid(), constants.DEFAULT_LOCAL_TMP)
    module = import_module(f"ansible_collections.community.onelogin.plugins.modules.{name.rpartition('.')[2]}")

    class ActionModule(OperationAction):
        operation = module.OPERATION

    return ActionModule


def require_requests() -> None:
    """Fail if an operation cannot run in this process.

    :raises AnsibleActionFail: the library requests is missing.
    """
    if REQUESTS_IMPORT_ERROR:
        raise AnsibleActionFail(f"{missing_required_lib('requests')} It says: {REQUESTS_IMPORT_ERROR}")


@cache
def _freeze_garbage_collector(process: int) -> None:  # noqa: ARG001 - once in each
    """Exclude the parent's objects from garbage collection.

    They are never garbage in a worker, and going through them costs a fifth of a long task's time.
    """
    gc.freeze()


class OperationAction(ActionBase):
    """Runs an operation in process, or ships its module."""

    _supports_check_mode = True
    _supports_async = True
    operation: Operation[Any]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the operation here, or ship the module."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            self._check_text()
        except OneLoginError as error:
            return {**result, "failed": True, "msg": f"{error.message} {error.hint}", "error": error.as_result()}
        if self._runs_here():
            return {**result, **self._run_here(task_vars or {})}
        wrap_async = bool(self._task.async_val) and not self._connection.has_native_async
        args = self._build_shipped_args()
        shipped = self._execute_module(module_args=args, task_vars=task_vars, wrap_async=wrap_async)
        return {**result, **shipped}

    def _check_text(self) -> None:
        """Refuse a name that is not text, before Ansible makes text of it: it may have been written differently.

        :raises OneLoginError: ``invalid``.
        """
        for name, spec in self.operation.item.specs.items():
            if spec.get("text") and self._task.args.get(name) is not None:
                convert(name, self._task.args[name], spec)

    def _build_shipped_args(self) -> dict[str, Any]:
        """Return the task's arguments, with the results of earlier tasks cut down to what the module reads."""
        args = drop_blank(self._task.args)
        if args.get("batch") is not None:
            with suppress(OneLoginError):  # the module reports it
                args["batch"] = read_batch(args["batch"])
        return args

    def _runs_here(self) -> bool:
        """Return whether the module would run on this machine, as this user, and synchronously."""
        return (
            self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not REQUESTS_IMPORT_ERROR  # the interpreter of the module may have it
        )

    def _run_here(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        spec = build_argument_spec(self.operation)
        with self._set_environment():
            options = validate_arguments(self._task.action, self._task.args, spec)
            result = self.execute(self.operation, options)
        if self._task.no_log:
            hide_results(result)
        return {**result, **build_invocation(options, spec, variables)}

    def run_operation(self, operation: Operation[Any], own: Mapping[str, Any]) -> dict[str, Any]:
        """Run an operation for a role in this process, with the connection options of the task, and return its result.

        :param own: the other options.
        :raises AnsibleActionFail: an option is wrong, or the library requests is missing.
        """
        require_requests()
        connection = {name: value for name, value in self._task.args.items() if name in CONNECTION.specs}
        with self._set_environment():
            options = validate_arguments(self._task.action, {**connection, **own}, build_argument_spec(operation))
            return self.execute(operation, options)

    def execute(self, operation: Operation[Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """Run an operation with validated options in this process, and return its result."""
        install_masking()
        _freeze_garbage_collector(os.getpid())
        end_with_parent(os.getpid(), constants.DEFAULT_LOCAL_TMP)
        return execute(
            operation,
            options,
            check_mode=self._task.check_mode,
            diff=self._task.diff,
            store=TokenFile(constants.DEFAULT_LOCAL_TMP),
            show_line=display.display,
        )

    @contextmanager
    def _set_environment(self) -> Iterator[None]:
        """Set the task's C(environment), which a module would find in its own."""
        wanted: dict[str, Any] = {}
        self._compute_environment_string(wanted)
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update({name: str(value) for name, value in wanted.items()})
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
