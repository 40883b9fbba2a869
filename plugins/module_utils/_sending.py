# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Sending at most one message: a POST whose outcome is unknown is looked into, and repeated only where nobody hears it.

This file is private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.community.onelogin.plugins.module_utils._clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._errors import OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._mfa import PENDING, Progress


def start(
    post: Callable[[], Progress],
    effect: Callable[[], Progress | None],
    *,
    sends_message: bool,
    lifetime: int,
    tries: int,
    clock: Clock,
) -> Progress:
    """Start a registration or a verification.

    :param post: sends the request.
    :param effect: looks for what a request of unknown outcome left behind.
    :param sends_message: whether the request sends the person something.
    :param lifetime: seconds for which such a message is good.
    :param tries: how often a request that sends nothing is tried.
    :raises OutcomeUnknown: where a message may have been sent, with the time from which another may be.
    """
    while True:
        may_send_again = clock.after(lifetime)
        try:
            return post()
        except OutcomeUnknown as unknown:
            made = effect()
            if made:
                return made
            tries -= 1
            if sends_message:
                unknown.hint = (
                    f"A message may have been sent: ask the person. Run again after {may_send_again}, when it is no"
                    " longer good, or name it by its id if that becomes known."
                )
                raise
            if tries < 1:
                unknown.hint = "Run again: doing so sends no message."
                raise


def confirm(put: Callable[[], Progress], get: Callable[[], Progress]) -> Progress:
    """Give a code back. Doing so twice does no harm: an unknown outcome is looked at and, if need be, repeated.

    :raises OneLoginError: ``otp_rejected``, ``unconfirmed``, and what a request can bring.
    """
    try:
        return put()
    except OutcomeUnknown:
        seen = get()
        return put() if seen.status == PENDING else seen
