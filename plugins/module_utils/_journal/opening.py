# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Open the journal that a task names."""

from __future__ import annotations

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account, Journal, NullJournal


def open_journal(
    where: str | None, account: Account, clock: Clock, *, read_only: bool, keep_days: float | None
) -> Journal:
    """Open the journal, and create it if it is missing.

    :param where: a database URL, or the path of an SQLite file; None for no journal.
    :param read_only: do not create the journal, and record nothing in it.
    :param keep_days: remove entries that ended longer ago.
    :raises OneLoginError: ``invalid`` or ``unavailable``; the task must not go on without its journal.
    """
    if not where:
        return NullJournal()
    # Imported here, so that a task without a journal does not load SQLAlchemy.
    from ansible_collections.community.onelogin.plugins.module_utils._journal.database import (  # noqa: PLC0415
        DatabaseJournal,
    )
    from ansible_collections.community.onelogin.plugins.module_utils._journal.store import (  # noqa: PLC0415
        exists,
    )

    if read_only and not exists(where):
        return NullJournal()
    journal = DatabaseJournal(where, account, clock, read_only=read_only)
    if keep_days is not None and not read_only:
        try:
            journal.prune(keep_days)
        except OneLoginError:
            journal.close()
            raise
    return journal
