# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the functions whose cyclomatic complexity, as radon measures it, is above the limit.

The limit of ruff's C901 does not replace this one: radon also counts boolean operators and comprehensions.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from radon.visitors import ComplexityVisitor

LIMIT = 15


def find_complex_functions(path: Path) -> Iterator[str]:
    """Yield the file, line, name and complexity of each function above the limit, nested functions included.

    :raises SyntaxError: the file is not valid Python
    """
    for node in ast.walk(ast.parse(path.read_bytes(), filename=str(path))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            (function,) = ComplexityVisitor.from_ast(node).functions
            if function.complexity > LIMIT:
                yield f"{path}:{node.lineno}: {node.name} has a complexity of {function.complexity}, above {LIMIT}"


def main(folders: Sequence[str]) -> int:
    """Check the Python files of the folders.

    :returns: 1 if a function is above the limit or a folder contains no Python file, else 0
    """
    files = {folder: sorted(Path(folder).rglob("*.py")) for folder in folders}
    problems = [f"{folder} contains no Python file" for folder, paths in files.items() if not paths]
    problems += [line for paths in files.values() for path in paths for line in find_complex_functions(path)]
    print("\n".join(problems) or f"{sum(map(len, files.values()))} files, no function above {LIMIT}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
