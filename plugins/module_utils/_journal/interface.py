# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A durable record of what was sent, so that nobody is messaged twice and no id is lost.

A claim is committed before a request leaves and completed after its answer. A claim that another live run holds is
waited for; one whose run is dead is a request of unknown outcome. Codes, tokens, secrets and phone numbers are never in
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import State
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock


@dataclass(frozen=True)
class Work:
    """What a message is for.

    :param kind: ``registration`` or ``verification``.
    :param user_name: how the item names the user.
    :param target: the factor's id for a registration, the device's for a verification.
    :param auth_name: OneLogin's own name for the factor.
    """

    kind: str
    user_id: int
    user_name: str
    target: str
    auth_name: str


@dataclass(frozen=True)
class Claim:
    """What the journal says to a piece of work.

    :param state: ``mine``: send; ``known``: a pending one has this object_id; ``unsure``: a request of unknown
        outcome stands in the way; ``again``: another run has just ended the same work, look what it came to.
    :param lately: another run may have done the work since this one looked.
    :param answered: the id of what another run has seen accepted since this one began.
    """

    state: str
    entry: int = 0
    object_id: str | None = None
    expires_at: float | None = None
    lately: bool = False
    answered: str | None = None


class NoJournal:
    """The journal of a stateless task: it knows nothing and keeps nothing."""

    is_there = False

    def claim(self, work: Work, lifetime: float | None) -> Claim:  # noqa: ARG002
        """The work is this run's."""
        return Claim("mine")

    def renew(self, claim: Claim, work: Work, lifetime: float | None, ended: str) -> Claim:  # noqa: ARG002
        """The work is this run's."""
        return Claim("mine")

    def sending(self, claim: Claim, lifetime: float | None) -> None:
        """Nothing is kept."""

    def peek(self, work: Work) -> Claim | None:  # noqa: ARG002
        """Nothing is known."""
        return None

    def recall(self, work: Work, device_id: str) -> str | None:  # noqa: ARG002
        """Nothing is known."""
        return None

    def complete(self, claim: Claim, state: State) -> None:
        """Nothing is kept."""

    def leave_open(self, claim: Claim) -> None:
        """Nothing is kept."""

    def drop(self, claim: Claim) -> None:
        """Nothing is kept."""

    def settle(self, kind: str, user_id: int, object_id: str | None, state: State) -> None:
        """Nothing is kept."""

    def enter(self, concurrency: int) -> None:
        """Nobody is to know of this run."""

    def calls_under_way(self) -> int:
        """Nothing is known of other runs."""
        return 0

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Nothing is known."""
        return ()

    def close(self) -> None:
        """Nothing is open."""


def open_journal(
    where: str | None, account: str, clock: Clock, *, read_only: bool, keep_days: float | None
) -> NoJournal:
    """The journal to work with.

    :param read_only: neither make it nor note anything in it.
    :param keep_days: remove entries that ended longer ago.
    :raises OneLoginError: where it cannot serve; there is no going on without it.
    """
    if not where:
        return NoJournal()
    # Here, so that nobody loads SQLAlchemy who keeps no journal.
    from ansible_collections.community.onelogin.plugins.module_utils._journal.database import (  # noqa: PLC0415
        DatabaseJournal,
        exists,
    )

    if read_only and not exists(where):
        return NoJournal()  # check mode makes none
    journal = DatabaseJournal(where, account, clock, read_only=read_only)
    if keep_days is not None and not read_only:
        journal.prune(keep_days)
    return journal
