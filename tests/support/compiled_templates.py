# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the templates that Ansible compiled, for later processes.

Ansible compiles the templates of a task in the process that it forks for the task, and the code ends with that process.
It is a twentieth of the processor time of a role's run.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment
from jinja2.environment import TemplateExpression

Key = tuple[str, str, str]


class CompiledTemplates:
    """The code of templates by the kind of environment, the kind of template and the source.

    :param file: forked processes add what they compile to this file
    """

    def __init__(self, file: Path) -> None:
        self._path = file
        self._path.touch()
        self._new = file.open("rb")
        self._codes: dict[Key, CodeType] = {}

    def install(self) -> None:
        """Have Ansible's environments use the kept code."""
        compile_template, compile_expression = Environment.compile, Environment.compile_expression
        last: list[CodeType] = []

        def compile_once(environment: Environment, source: Any, *args: Any, **keywords: Any) -> Any:
            def compile_now() -> Any:
                return compile_template(environment, source, *args, **keywords)

            if isinstance(source, str) and not args and not keywords:
                return self._find(environment, "template", source, compile_now)
            last[:] = [compile_now()]
            return last[0]

        def compile_expression_once(
            environment: Environment, source: str, undefined_to_none: bool = True
        ) -> TemplateExpression:
            def compile_now() -> CodeType:
                compile_expression(environment, source, undefined_to_none)
                return last[0]

            code = self._find(environment, "expression", source, compile_now)
            template = environment.template_class.from_code(environment, code, environment.make_globals(None))
            return TemplateExpression(template, undefined_to_none)

        Environment.compile = compile_once  # type: ignore[assignment,method-assign]
        Environment.compile_expression = compile_expression_once  # type: ignore[assignment,method-assign]

    def read(self) -> None:
        """Read what other processes have added."""
        while True:
            start = self._new.tell()
            try:
                key, code = marshal.load(self._new)
            except EOFError:
                self._new.seek(start)
                return
            self._codes[key] = code

    def _find(self, environment: Environment, kind: str, source: str, compile_now: Callable[[], CodeType]) -> CodeType:
        # The caller decides what a backslash means, and the header of a template may set other delimiters.
        if not type(environment).__module__.startswith("ansible.") or "\\" in source or environment.overlayed:
            return compile_now()
        key = (type(environment).__qualname__, kind, str(source))
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = compile_now()
            with self._path.open("ab", buffering=0) as file:
                file.write(marshal.dumps((key, code)))
        return code
