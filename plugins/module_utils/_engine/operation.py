# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What an operation is: typed items in, outcomes out, and nothing known of Ansible."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import (
    CONNECTION,
    Arguments,
    one_or_many,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import Device, Factor, get_devices
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserDirectory, UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, Unforeseen
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import FactorDirectory, FactorSelector
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Journal


@dataclass(frozen=True)
class Outcome:
    """What came of one item.

    :param status: a word for the summary: the state of the object, or the code of the error.
    :param result: what the module returns for it, such as ``{"registration": {...}}``.
    :param changed: whether OneLogin was changed, or in check mode would be.
    :param msg: a sentence for the reader, where there is something to say.
    :param error: why the item failed.
    :param before: the object before, for diff mode.
    :param after: the object after, for diff mode.
    """

    status: str
    result: Mapping[str, Any] = field(default_factory=dict)
    changed: bool = False
    msg: str | None = None
    error: OneLoginError | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None

    @classmethod
    def failed(cls, error: OneLoginError, result: Mapping[str, Any] | None = None, *, changed: bool = False) -> Outcome:
        """The outcome of an item that failed, with what is known of its object."""
        return cls(error.code, result or {}, changed=changed, error=error)


class Item(Protocol):
    """One piece of work."""

    @property
    def user(self) -> UserSelector | None:
        """Whom it is for; None for what concerns the account."""

    @property
    def target(self) -> tuple[Any, ...]:
        """What of that user's it is about: two items with equal user and target mean the same work."""


class Context:
    """What an operation works with.

    :param client: the way to OneLogin.
    :param users: finds users by their names.
    :param journal: what is known of earlier runs.
    :param clock: the time to go by.
    :param check_mode: whether to predict only.
    :param progress: told what is done.
    :param items: the items of the batch, by their places in it.
    """

    def __init__(
        self,
        client: Client,
        users: UserDirectory,
        journal: Journal,
        clock: Clock,
        check_mode: bool,
        progress: Progress,
        items: Mapping[int, Item] | None = None,
    ) -> None:
        self.client = client
        self.users = users
        self.journal = journal
        self.clock = clock
        self.check_mode = check_mode
        self.progress = progress
        self.factors = FactorDirectory(client)
        self._items = items or {}
        self._lock = threading.Lock()
        self._claims: dict[tuple[Any, ...], Item] = {}

    def user_id(self, selector: UserSelector) -> int:
        """The id of the user that is meant.

        :raises OneLoginError: ``unknown_user``, ``ambiguous``.
        """
        return self.users.id_of(selector)

    def devices(self, user_id: int) -> list[Device]:
        """The user's devices.

        :raises OneLoginError: ``unknown_user`` for an id that no user has.
        """
        try:
            return get_devices(self.client, user_id)
        except OneLoginError as error:
            raise no_such_user(error, user_id) from None

    def factor(self, selector: FactorSelector, user_id: int) -> tuple[Factor, list[Device]]:
        """The factor that is meant, and the user's devices, of whatever factors.

        :raises OneLoginError: ``unknown_user``, ``unknown_factor``, ``ambiguous``.
        """
        devices = self.devices(user_id)
        try:
            return self.factors.find(selector, user_id, devices), devices
        except OneLoginError as error:
            if error.code != "unknown_factor":
                raise
        # One enrolled between the two looks is neither a device in the first nor available in the second.
        devices = self.devices(user_id)
        return self.factors.find(selector, user_id, devices), devices

    def claim(self, item: Item, *work: Any) -> None:
        """Take a piece of work, so that two items of a batch do not both do it.

        It finds those that only the answers about their users show to mean the same.

        :raises OneLoginError: ``invalid`` where another item has it.
        """
        with self._lock:
            owner = self._claims.setdefault(work, item)
        if owner is not item:
            one, other = (place for place, its in self._items.items() if its is owner or its is item)
            raise same_work(one, other)


def same_work(one: int, other: int, what: str = "") -> OneLoginError:
    """The error that names two items by their places in the batch."""
    message = f"batch[{one}] and batch[{other}] mean the same work{what and ': '}{what}."
    return OneLoginError("invalid", message, hint="Leave one of them out.")


def no_such_user(error: OneLoginError, user_id: int) -> OneLoginError:
    """What a 404 below a user's address means: there is no such user. Other errors are left as they are."""
    if error.code != "not_found":
        return error
    return OneLoginError(
        "unknown_user", f"No user has the id {user_id}.", http_status=error.http_status, request_id=error.request_id
    )


AnyItem = TypeVar("AnyItem", bound=Item)
Done = Callable[[int, Outcome], None]
Perform = Callable[[Mapping[int, AnyItem], Context, Mapping[str, Any], Done], Mapping[str, Any]]
"""Does the work, tells each item's outcome by its index, and returns what is to be said of the whole."""


def _as_they_are(items: Sequence[Item], user_id: int, context: Context) -> Sequence[tuple[Any, ...]]:  # noqa: ARG001
    return [item.target for item in items]


@dataclass(frozen=True)
class Operation(Generic[AnyItem]):
    """An operation as the modules run it.

    :param item: the options of one item.
    :param parse: makes an item of such options; raises OneLoginError ``invalid``, and asks nobody.
    :param perform: does the work.
    :param settings: options of the task as a whole.
    :param batch: whether a list of items is taken.
    :param journals: whether the journal has something to say or to be told.
    :param calls: least and most calls an item takes, as far as they can be told beforehand.
    :param always: what each result holds, whatever else came of it.
    :param foreseen: in check mode, the outcome of an item that an earlier task would have made first; None for others.
    :param targets: the targets of several items of one user, in a form in which equal ones are equal; may ask OneLogin.
    """

    item: Arguments
    parse: Callable[[Mapping[str, Any]], AnyItem]
    perform: Perform[AnyItem]
    settings: Arguments = field(default_factory=lambda: Arguments({}))
    batch: bool = True
    journals: bool = False
    calls: tuple[int, int] = (1, 1)
    targets: Callable[[Sequence[AnyItem], int, Context], Sequence[tuple[Any, ...]]] = _as_they_are
    always: Mapping[str, Any] = field(default_factory=dict)
    foreseen: Callable[[Mapping[str, Any]], Outcome | None] = lambda _options: None

    @property
    def arguments(self) -> Arguments:
        """All options of the module."""
        return CONNECTION + self.settings + (one_or_many(self.item) if self.batch else self.item)


@contextmanager
def threads(workers: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads, which an interruption does not wait for."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def each(run: Callable[[AnyItem, Context], Outcome]) -> Perform[AnyItem]:
    """Perform by running the items, some at a time, each on its own."""

    def perform(
        work: Mapping[int, AnyItem], context: Context, settings: Mapping[str, Any], done: Done
    ) -> Mapping[str, Any]:
        stopped = threading.Event()

        def one(index: int) -> None:
            if stopped.is_set():
                return
            try:
                outcome = run(work[index], context)
            except OneLoginError as error:
                outcome = Outcome.failed(error)
            except Exception as mistake:  # noqa: BLE001 - the others must not be lost with it
                outcome = Outcome.failed(Unforeseen(mistake))
            if outcome.error and settings.get("on_error") == "stop":
                stopped.set()
            done(index, outcome)

        workers = min(len(work), settings.get("concurrency", 1))
        if workers == 1:
            for index in work:
                one(index)
        elif workers:
            with threads(workers) as pool:
                for future in [pool.submit(one, index) for index in work]:
                    future.result()
        return {}

    return perform
