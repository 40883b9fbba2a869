# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The SQLAlchemy library, or the reason why it cannot be imported. Only the journal needs it."""

from __future__ import annotations

try:
    import sqlalchemy
except ImportError as problem:
    SQLALCHEMY_IMPORT_ERROR: str | None = str(problem)
    # The name must exist, because a task without a journal works without the library.
    sqlalchemy = None  # type: ignore[assignment]
else:
    SQLALCHEMY_IMPORT_ERROR = None

__all__ = ["SQLALCHEMY_IMPORT_ERROR", "sqlalchemy"]
