# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Run an operation with the options of a task, and build the task's result from the outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.auth import TokenStore
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import HINTS, OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import list_names
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import (
    check_concurrency,
    check_range,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.duplicates import (
    WorkKey,
    find_duplicates,
    list_declared_keys,
    resolve_keys,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.items import (
    Entry,
    describe,
    describe_user,
    read_entries,
    read_single_entry,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Item,
    Operation,
    Outcome,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress, ShowLine
from ansible_collections.community.onelogin.plugins.module_utils._engine.users import UserDirectory
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import (
    NO_JOURNAL,
    Account,
    Journal,
    NullJournal,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.opening import open_journal

_BULK = 500  # with at least as many calls, an extra call reads the rate limit first
_INTERRUPTED = Outcome.failed(OneLoginError("timeout", "The run was interrupted before this was done."))
_SKIPPED = Outcome("skipped", msg="Not tried: another item failed and on_error is stop.")


def execute(
    operation: Operation[Any],
    options: Mapping[str, Any],
    *,
    check_mode: bool = False,
    diff: bool = False,
    store: TokenStore | None = None,
    show_line: ShowLine | None = None,
) -> dict[str, Any]:
    """Run an operation with a module's validated options and return the module's result.

    A result with ``failed`` true is a failed task. Nothing is raised.

    :param store: where processes of one run share their access token.
    :param show_line: takes lines that report the progress of long work.
    """
    try:
        task = _Task(operation, options, check_mode, store, show_line if options["progress"] else None, Clock())
        return task.run(diff)
    except OneLoginError as error:
        return {"changed": False, **operation.always, **_failure(error)}


@dataclass
class _Task:
    """One run of an operation.

    :param work: the items still to do, by their indexes.
    """

    operation: Operation[Any]
    options: Mapping[str, Any]
    check_mode: bool
    store: TokenStore | None
    show_line: ShowLine | None
    clock: Clock
    work: dict[int, Item] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    done_at: dict[int, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def run(self, diff: bool) -> dict[str, Any]:
        """Do all of it.

        :raises OneLoginError: for an error of the task as a whole.
        """
        operation, options = self.operation, self.options
        many = operation.batch and options["batch"] is not None
        concurrency = options["concurrency"] if operation.batch else 1
        check_concurrency(concurrency)
        if options["journal_keep_days"] is not None:
            check_range("journal_keep_days", options["journal_keep_days"], 0)
        entries = read_entries(operation, options, self.check_mode) if many else [read_single_entry(operation, options)]
        self._parse(entries)
        self._drop_duplicates(list_declared_keys(self.work))
        if options.get("on_error") == "stop" and any(outcome.error for outcome in self.outcomes.values()):
            self.work = {}
        client, whole = self._perform(concurrency)
        results = self._results(entries, _INTERRUPTED if whole.get("interrupted") else _SKIPPED, diff)
        result = {**_together(results, self.outcomes), **whole, "api": _api(client)} if many else results[0]
        return {**result, "warnings": self.warnings} if self.warnings else result

    def _parse(self, entries: Sequence[Entry]) -> None:
        for index, entry in enumerate(entries):
            try:
                outcome = entry.outcome
                if not outcome and self.check_mode:
                    outcome = self.operation.predict(entry.options)
                if outcome:
                    self.outcomes[index] = outcome
                else:
                    self.work[index] = self.operation.parse(entry.options)
            except OneLoginError as error:
                self.outcomes[index] = Outcome.failed(error)

    def _drop_duplicates(self, keys: Mapping[int, WorkKey]) -> None:
        """Remove the duplicates from the work.

        :raises OneLoginError: ``invalid`` if the batch is rejected because of them.
        """
        fail = self.options.get("on_duplicate") == "fail"
        for index, outcome in find_duplicates(self.work, keys, fail=fail).items():
            self.outcomes[index] = outcome
            del self.work[index]

    def _perform(self, concurrency: int) -> tuple[Client, Mapping[str, Any]]:
        connection = Connection.from_options(self.options, offline=not any(self.operation.calls))
        client = Client(connection, self.clock, self.store)
        with Progress(self.show_line, self.clock, len(self.work)) as progress:
            client.limit.on_sleep = progress.announce
            progress.calls_left = lambda: client.limit.remaining
            users = UserDirectory(client, batch=self.options.get("batch") is not None)
            with closing(self._open_journal(client, users, concurrency)) as journal:
                self.warnings += [journal.warning] if journal.warning else []
                journal.announce(min(concurrency, max(1, len(self.work))))
                client.limit.under_way = journal.count_calls_in_progress
                context = Context(client, users, journal, self.clock, self.check_mode, progress, self.work)
                return client, self._perform_in(context)

    def _open_journal(self, client: Client, users: UserDirectory, concurrency: int) -> Journal:
        """Open the journal, and look up the users: its libraries take a while to load."""
        where = self.options["journal"] if self.operation.journals else None
        account = self._account(client) if where and where != NO_JOURNAL and self.work else None
        selectors = [item.user for item in self.work.values() if item.user]
        if not account:
            users.prepare(selectors, concurrency)
            return NullJournal()
        with ThreadPoolExecutor(1) as aside:
            opening = aside.submit(
                open_journal,
                where,
                account,
                self.clock,
                read_only=self.check_mode,
                keep_days=self.options["journal_keep_days"],
            )
            users.prepare(selectors, concurrency)
        return opening.result()

    def _account(self, client: Client) -> Account | None:
        """Find out which account the journal is for. Without a token, no item can be done."""
        try:
            return Account(client.connection.host, client.connection.region, client.tokens.find_account_id())
        except OneLoginError as error:
            self.outcomes.update(dict.fromkeys(self.work, Outcome.failed(error)))
            self.work = {}
            return None

    def _perform_in(self, context: Context) -> Mapping[str, Any]:
        def done(index: int, outcome: Outcome) -> None:
            self.outcomes[index] = outcome
            self.done_at[index] = self.clock.format_time_after(0)
            context.progress.count_completed(outcome.status)

        try:
            self._drop_duplicates(resolve_keys(self.operation, self.work, context))
            self._check_budget(context.client)
            return self.operation.perform(self.work, context, self.options, done)
        except KeyboardInterrupt:
            return {"interrupted": True}
        finally:
            self.warnings += context.warnings

    def _check_budget(self, client: Client) -> None:
        """Compare the calls of bulk work with those that remain, before anything is done."""
        least, most = (len(self.work) * calls for calls in self.operation.calls)
        if client.limit.read_budget() is None and most > _BULK:
            client.read_rate_limit()
        client.limit.check_budget(least, most)

    def _results(self, entries: Sequence[Entry], missing: Outcome, diff: bool) -> list[dict[str, Any]]:
        results = []
        for index, entry in enumerate(entries):
            outcome = self.outcomes.setdefault(index, missing)
            result = {**self.operation.always, **_result(outcome, entry.item, diff)}
            if index in self.done_at:
                result["done_at"] = self.done_at[index]
            if self.operation.batch:
                result["item"] = dict(entry.item)
            results.append(result)
        return results


def _failure(error: OneLoginError, item: Mapping[str, Any] | None = None) -> dict[str, Any]:
    who = describe(item or {})
    return {
        "failed": True,
        "msg": f"{who}: {error.message} {error.hint}" if who else f"{error.message} {error.hint}",
        "error": error.as_result(),
    }


def _result(outcome: Outcome, item: Mapping[str, Any], diff: bool) -> dict[str, Any]:
    result: dict[str, Any] = {"changed": outcome.changed, "failed": False, **outcome.result}
    if outcome.msg:
        result["msg"] = outcome.msg
    if outcome.status == "skipped":
        result["skipped"] = True
    if outcome.error:
        result |= _failure(outcome.error, item)
    if diff and (outcome.before is not None or outcome.after is not None):
        result["diff"] = {"before": outcome.before or {}, "after": outcome.after or {}}
    return result


def _together(results: Sequence[dict[str, Any]], outcomes: Mapping[int, Outcome]) -> dict[str, Any]:
    summary = Counter(outcome.status for outcome in outcomes.values())
    failures = [result for result in results if result["failed"]]
    together: dict[str, Any] = {
        "changed": any(result["changed"] for result in results),
        "failed": bool(failures),
        "msg": _explain(failures, len(results)) if failures else f"{len(results)} of {len(results)} done.",
        "results": list(results),
        "summary": dict(sorted(summary.items())),
    }
    diffs = [result["diff"] for result in results if "diff" in result]
    if diffs:
        together["diff"] = diffs
    return together


def _explain(failures: Sequence[Mapping[str, Any]], total: int) -> str:
    """Describe the causes of failure, the people concerned, and what to do."""
    causes: dict[str, list[Mapping[str, Any]]] = {}
    for failure in failures:
        causes.setdefault(failure["error"]["code"], []).append(failure)
    parts = [f"{len(failures)} of {total} failed."]
    for code, its in sorted(causes.items(), key=lambda cause: -len(cause[1])):
        users = [describe_user(failure["item"]) for failure in its]
        names = list(dict.fromkeys(user or "an item without a user" for user in users))
        people = f"{list_names(names)}: " if any(users) else ""  # items of some modules are not about users
        parts.append(f"{code} ({len(its)}): {people}{_advise(code, its)}")
    return " ".join(parts)


def _advise(code: str, failures: Sequence[Mapping[str, Any]]) -> str:
    """Describe the failure, if it is the same for all, and what to do."""
    messages = {failure["error"]["message"] for failure in failures}
    hints = {failure["error"]["hint"] for failure in failures}
    hint = hints.pop() if len(hints) == 1 else HINTS[code]
    if len(messages) == 1:
        return f"{messages.pop()} {hint}"
    return f"{hint[:1].lower()}{hint[1:]}"


def _api(client: Client) -> dict[str, Any]:
    host, region = client.connection.host, client.connection.region
    return {
        "host": host,
        "account": Account(host, region, client.tokens.known_account_id).name,
        "calls": client.calls,
        "retries": client.retries,
        "waited": round(client.limit.waited, 1),
        "remaining": client.limit.remaining,
    }
