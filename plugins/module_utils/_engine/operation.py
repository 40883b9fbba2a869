# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a module does: an operation, its items, and what it works with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.events import list_event_types
from ansible_collections.community.onelogin.plugins.module_utils._api.groups import (
    get_policy,
    list_groups,
    list_policies,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import get_devices
from ansible_collections.community.onelogin.plugins.module_utils._api.models import (
    Device,
    Policy,
    find_factor_type,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, Unforeseen
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import FactorDirectory, FoundFactor
from ansible_collections.community.onelogin.plugins.module_utils._engine.groups import SharedList
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import BATCH, CONNECTION, KEY, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.policies import PolicyDirectory
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import EarlierResult
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import (
    DeviceSelector,
    FactorSelector,
    Key,
    UserSelector,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.users import UserDirectory
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Journal


@dataclass(frozen=True)
class Outcome:
    """The outcome of one item.

    :param status: a word for the summary: the state of the object, or the code of the error.
    :param result: the fields that the module returns for it, such as ``{"registration": {...}}``.
    :param changed: whether OneLogin was changed, or in check mode would be.
    :param msg: a sentence for the reader, if necessary.
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
        """Return the outcome of a failed item, with the known fields of its object."""
        return cls(error.code, result or {}, changed=changed, error=error)


class Item(Protocol):
    """One piece of work."""

    @property
    def user(self) -> UserSelector | None:
        """The user that it is about; None if it is about the account."""

    @property
    def target(self) -> Key:
        """The factor, device or other object of the user. Two items with equal user and target are duplicates."""


@dataclass(frozen=True)
class AccountItem:
    """The only item of an operation that concerns the account and no user."""

    @property
    def user(self) -> None:
        """None: no user."""
        return None

    @property
    def target(self) -> Key:
        """Empty: there is nothing to choose."""
        return ()


@dataclass(frozen=True)
class UserItem:
    """One user, with nothing else to select."""

    user: UserSelector

    @property
    def target(self) -> Key:
        """Empty: there is nothing to choose."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> UserItem:
        """Read the user from the options.

        :raises OneLoginError: ``invalid``.
        """
        return cls(UserSelector.from_options(options))


class Context:
    """What an operation works with.

    :param client: calls the OneLogin API.
    :param users: finds users by their names.
    :param journal: records of earlier runs.
    :param clock: the time.
    :param check_mode: whether to predict only.
    :param progress: counts completed items.
    :param items: the items of the batch, by their indexes in it.
    :ivar warnings: warnings for the reader of the result.
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
        self.warnings: list[str] = []
        self.factors = FactorDirectory(client, users.find_group_key, journal.list_device_factors)
        self.groups = SharedList(lambda: list_groups(client))
        self.policies = SharedList(lambda: list_policies(client))
        self.event_types = SharedList(lambda: list_event_types(client).types)
        self._policies = PolicyDirectory(
            self.groups.read, self.policies.read, lambda policy_id: get_policy(client, policy_id)
        )
        self._items = items or {}
        self._lock = threading.Lock()
        self._reserved: dict[Key, Item] = {}

    def find_user_id(self, selector: UserSelector) -> int:
        """Return the id of the user.

        :raises OneLoginError: ``unknown_user``, ``ambiguous``, ``invalid``.
        """
        return self.users.find_id(selector)

    def read_devices(self, user_id: int) -> list[Device]:
        """Return the user's devices.

        :raises OneLoginError: ``unknown_user`` for an id that no user has.
        """
        try:
            return get_devices(self.client, user_id)
        except OneLoginError as error:
            raise convert_not_found(error, user_id) from None

    def find_factor(self, selector: FactorSelector, user_id: int) -> FoundFactor:
        """Return the factor, with the user's devices of it.

        :raises OneLoginError: ``unknown_user``, ``unknown_factor``, ``ambiguous``.
        """
        try:
            return self.factors.find(selector, user_id, self.read_devices(user_id))
        except OneLoginError as error:
            if error.code != "unknown_factor":
                raise
        # One enrolled between the two calls is neither among the first devices nor available in the second list.
        return self.factors.find(selector, user_id, self.read_devices(user_id))

    @contextmanager
    def explain_missing_factor(self, selector: FactorSelector, user_id: int) -> Iterator[None]:
        """Change ``unknown_factor`` to ``not_in_policy`` if the user's policy is the reason.

        :raises OneLoginError: ``not_in_policy``, and any error from within.
        """
        try:
            yield
        except OneLoginError as error:
            user = self.users.find_record(user_id)
            if error.code != "unknown_factor" or not user:
                raise
            factor, known = self.factors.find_elsewhere(selector), self.factors.list_known_factors(user_id)
            if not factor and selector.name:
                factor_type = find_factor_type(selector.name)
                if not factor_type or any(its.type == factor_type for its in known):
                    raise  # misspelt, or renamed in this account
            name, factor_id = (factor.name, factor.id) if factor else (selector.name or str(selector), selector.id)
            others = {its.id for its in known}
            raise self._policies.explain(error, user.record, name, factor_id, others) from None

    def find_policy(self, user_id: int) -> Policy | None:
        """Return the policy that applies to a user of a batch; None if it cannot be read, and outside a batch.

        Groups and policies are read once a task.
        """
        self.users.find_group_key(user_id)  # reads the records of users named by id
        user = self.users.find_record(user_id)
        return self._policies.find_policy(user.record) if user else None

    def find_device(self, selector: DeviceSelector, user_id: int) -> Device | None:
        """Find the device; None if the user does not have it.

        :raises OneLoginError: ``unknown_factor``, ``ambiguous``.
        """
        if selector.factor is None:
            return next((device for device in self.read_devices(user_id) if device.id == selector.id), None)
        found = self.find_factor(selector.factor, user_id)
        found.refuse_unclear()
        if len(found.enrolled) > 1:
            choices = ", ".join(f"{device.id} ({device.display_name})" for device in found.enrolled)
            raise OneLoginError("ambiguous", f"The user has several: {choices}.", hint="Use device_id.")
        return found.enrolled[0] if found.enrolled else None

    def resolve_device_keys(self, selectors: Sequence[DeviceSelector], user_id: int) -> Sequence[Key]:
        """Return keys of several devices of one user, equal for equal devices.

        The user's devices are read only if some items identify them by id and others by factor.
        """
        factors = [selector.factor for selector in selectors if selector.factor]
        if len(factors) == len(selectors):
            return [self.factors.resolve_key(factor, user_id, self.read_devices) for factor in factors]
        if not factors:
            return [selector.key for selector in selectors]
        chosen = [self.find_device(selector, user_id) for selector in selectors]
        return [("device_id", device.id) if device else its.key for device, its in zip(chosen, selectors)]

    def reserve(self, item: Item, *work: Any) -> None:
        """Reserve a piece of work, so that two items of a batch do not both do it.

        This finds duplicates that show only after the API was asked about their users.

        :raises OneLoginError: ``invalid`` if another item has reserved it.
        """
        with self._lock:
            owner = self._reserved.setdefault(work, item)
        if owner is not item:
            one, other = (index for index, its in self._items.items() if its is owner or its is item)
            raise build_duplicate_error(one, other)


def build_duplicate_error(one: int, other: int, what: str = "") -> OneLoginError:
    """Return the error that names two items by their indexes in the batch."""
    message = f"batch[{one}] and batch[{other}] are duplicates{what and ': '}{what}."
    return OneLoginError("invalid", message, hint="Leave one of them out.")


def convert_not_found(error: OneLoginError, user_id: int) -> OneLoginError:
    """Return ``unknown_user`` for a 404 below a user's path. Other errors are returned unchanged."""
    if error.code != "not_found":
        return error
    return OneLoginError(
        "unknown_user", f"No user has the id {user_id}.", http_status=error.http_status, request_id=error.request_id
    )


T = TypeVar("T")
AnyItem = TypeVar("AnyItem", bound=Item)
Done = Callable[[int, Outcome], None]
Perform = Callable[[Mapping[int, AnyItem], Context, Mapping[str, Any], Done], Mapping[str, Any]]
"""Does the work, reports each item's outcome by its index, and returns what the result of the whole task adds."""


def _declared_keys(items: Sequence[Item], user_id: int, context: Context) -> Sequence[Key]:  # noqa: ARG001
    return [item.target for item in items]


@dataclass(frozen=True)
class Operation(Generic[AnyItem]):
    """An operation as the modules run it.

    :param item: the options of one item.
    :param parse: makes an item of its options, to which the results of earlier tasks add ``label`` and ``earlier``;
        raises OneLoginError ``invalid`` and makes no call.
    :param perform: does the work.
    :param settings: options of the task as a whole.
    :param batch: whether a list of items is taken.
    :param per_user: whether each item is about one user.
    :param journals: whether it works with the journal of the account.
    :param calls: least and most API calls of an item, as far as they are known in advance.
    :param always: fields of each result, whatever its outcome.
    :param predict: in check mode, the outcome of an item that an earlier task would have made first; None for others.
    :param finish: the outcome of an earlier result that needs no further work; None for others.
    :param resolve_keys: keys of several items of one user, equal for duplicates; may call the API.
    """

    item: Options
    parse: Callable[[Mapping[str, Any]], AnyItem]
    perform: Perform[AnyItem]
    settings: Options = field(default_factory=lambda: Options({}))
    batch: bool = True
    per_user: bool = True
    journals: bool = False
    calls: tuple[int, int] = (1, 1)
    resolve_keys: Callable[[Sequence[AnyItem], int, Context], Sequence[Key]] = _declared_keys
    always: Mapping[str, Any] = field(default_factory=dict)
    predict: Callable[[Mapping[str, Any]], Outcome | None] = lambda _options: None
    finish: Callable[[EarlierResult, bool], Outcome | None] = lambda _earlier, _check_mode: None

    @property
    def options(self) -> Options:
        """All options of the module."""
        return CONNECTION + self.settings + self.item + (BATCH if self.batch else Options({}))

    @property
    def batch_item(self) -> Options:
        """The options of an item of ``batch``."""
        return KEY + self.item


@contextmanager
def open_pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Return a pool of threads, which an interruption does not wait for."""
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

        def run_one(index: int) -> None:
            if stopped.is_set():
                return
            try:
                outcome = run(work[index], context)
            except OneLoginError as error:
                outcome = Outcome.failed(error)
            except Exception as mistake:  # noqa: BLE001 - it must not lose the results of the others
                outcome = Outcome.failed(Unforeseen(mistake))
            if outcome.error and settings.get("on_error") == "stop":
                stopped.set()
            done(index, outcome)

        workers = min(len(work), settings.get("concurrency", 1))
        if workers == 1:
            for index in work:
                run_one(index)
        elif workers:
            with open_pool(workers) as pool:
                for future in [pool.submit(run_one, index) for index in work]:
                    future.result()
        return {}

    return perform


def read_each(
    work: Mapping[int, AnyItem],
    context: Context,
    settings: Mapping[str, Any],
    done: Done,
    read: Callable[[AnyItem], T],
) -> dict[int, T]:
    """Read something for each item, several at the same time; report the items for which that fails."""
    found: dict[int, T] = {}

    def collect(index: int, outcome: Outcome) -> None:
        if outcome.error:
            done(index, outcome)
        else:
            found[index] = outcome.result["read"]

    def run(item: AnyItem, _context: Context) -> Outcome:
        return Outcome("", {"read": read(item)})

    each(run)(work, context, settings, collect)
    return {index: found[index] for index in work if index in found}
