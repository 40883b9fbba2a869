# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One or many: the same work for an item at the top level and for a batch of them, and the same results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import IDENTIFYING
from ansible_collections.community.onelogin.plugins.module_utils._api.auth import TokenStore
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.users import UserDirectory
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import (
    refuse_concurrency,
    refuse_outside,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine import duplicates
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Item,
    Operation,
    Outcome,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress, Say
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Journal, NullJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.opening import open_journal

_BULK = 500  # calls from which on it is worth one more to learn what is left
_INTERRUPTED = Outcome.failed(OneLoginError("timeout", "The run was interrupted before this was done."))
_SKIPPED = Outcome("skipped", msg="Not tried, since another item failed and on_error is stop.")


def execute(
    operation: Operation[Any],
    options: Mapping[str, Any],
    *,
    check_mode: bool = False,
    diff: bool = False,
    store: TokenStore | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """Run an operation with a module's validated options and return the module's result.

    A result with ``failed`` true is a failed task. Nothing is raised.

    :param store: where processes of one run share their access token.
    :param say: takes lines that tell where long work stands.
    """
    try:
        return _execute(
            operation, options, _Surroundings(check_mode, diff, store, say if options["progress"] else None)
        )
    except OneLoginError as error:
        return {"changed": False, **operation.always, **_failure(error)}


@dataclass(frozen=True)
class _Surroundings:
    check_mode: bool
    diff: bool
    store: TokenStore | None
    say: Say | None


def _execute(operation: Operation[Any], options: Mapping[str, Any], around: _Surroundings) -> dict[str, Any]:
    many = operation.batch and options["batch"] is not None
    if many:
        _refuse_both(operation, options)
    rows: Sequence[Mapping[str, Any]] = options["batch"] if many else [options]
    concurrency = options["concurrency"] if operation.batch else 1
    refuse_concurrency(concurrency)
    if options["journal_keep_days"] is not None:
        refuse_outside("journal_keep_days", options["journal_keep_days"], 0)

    outcomes: dict[int, Outcome] = {}
    done_at: dict[int, str] = {}
    work: dict[int, Item] = {}
    for index, row in enumerate(rows):
        try:
            foreseen = operation.foreseen(row) if around.check_mode else None
            if foreseen:
                outcomes[index] = foreseen
            else:
                work[index] = operation.parse(row)
        except OneLoginError as error:
            outcomes[index] = Outcome.failed(error)
    _sort_out(duplicates.as_written(work), work, outcomes, options)
    if options.get("on_error") == "stop" and any(outcome.error for outcome in outcomes.values()):
        work = {}

    clock = Clock()
    connection = Connection.from_options(options, offline=not any(operation.calls))
    client = Client(connection, clock, around.store)
    with Progress(around.say, clock, len(work)) as progress:
        client.limit.on_sleep = progress.announce
        progress.calls_left = lambda: client.limit.remaining
        users = UserDirectory(client)
        find_users = partial(users.prepare, [item.user for item in work.values() if item.user], concurrency)
        with closing(_journal(operation, connection, options, clock, around, find_users)) as journal:
            journal.enter(min(concurrency, max(1, len(work))))
            client.limit.under_way = journal.calls_under_way
            context = Context(client, users, journal, clock, around.check_mode, progress, work)
            whole = _perform(operation, work, context, options, outcomes, done_at)

    missing = _INTERRUPTED if whole.get("interrupted") else _SKIPPED
    results = [
        {**operation.always, **_result(outcomes.setdefault(index, missing), row, around.diff)}
        for index, row in enumerate(rows)
    ]
    for index, moment in done_at.items():
        results[index]["done_at"] = moment
    if not many:
        return results[0]
    for result, row in zip(results, rows):
        result["item"] = {key: row[key] for key in _identifying(operation) if row.get(key) is not None}
    return {**_together(results, outcomes), **whole, "api": _api(client)}


def _journal(
    operation: Operation[Any],
    connection: Connection,
    options: Mapping[str, Any],
    clock: Clock,
    around: _Surroundings,
    meanwhile: Callable[[], None],
) -> Journal:
    """Open the journal. What it needs takes a while to load, so something else is done at the same time."""
    where = options["journal"] if operation.journals else None
    if not where:
        meanwhile()
        return NullJournal()
    with ThreadPoolExecutor(1) as aside:
        opening = aside.submit(
            open_journal,
            where,
            connection.account,
            clock,
            read_only=around.check_mode or not any(operation.calls),
            keep_days=options["journal_keep_days"],
        )
        meanwhile()
    return opening.result()


def _perform(
    operation: Operation[Any],
    work: dict[int, Item],
    context: Context,
    options: Mapping[str, Any],
    outcomes: dict[int, Outcome],
    done_at: dict[int, str],
) -> Mapping[str, Any]:
    def done(index: int, outcome: Outcome) -> None:
        outcomes[index] = outcome
        done_at[index] = context.clock.after(0)
        context.progress.done(outcome.status)

    try:
        _sort_out(duplicates.as_looked_up(operation, work, context), work, outcomes, options)
        _plan(operation, len(work), context.client)
        return operation.perform(work, context, options, done)
    except KeyboardInterrupt:
        return {"interrupted": True}


def _sort_out(
    meanings: Mapping[int, duplicates.Meaning],
    work: dict[int, Item],
    outcomes: dict[int, Outcome],
    options: Mapping[str, Any],
) -> None:
    """Take those items out of the work that mean the same as one before them.

    :raises OneLoginError: ``invalid`` where the batch is refused for them.
    """
    for index, outcome in duplicates.found(work, meanings, fail=options.get("on_duplicate") == "fail").items():
        outcomes[index] = outcome
        del work[index]


def _plan(operation: Operation[Any], items: int, client: Client) -> None:
    """Set what bulk work needs against what the hour has left, while nothing is done yet."""
    least, most = (items * calls for calls in operation.calls)
    if client.limit.budget() is None and most > _BULK:
        client.look_at_limit()
    client.limit.plan(least, most)


def _refuse_both(operation: Operation[Any], options: Mapping[str, Any]) -> None:
    own = operation.item.options
    beside = sorted(name for name, spec in own.items() if options.get(name) != spec.get("default"))
    if beside:
        raise OneLoginError(
            "invalid",
            f"batch stands beside {', '.join(beside)}: a task has one item at its top level, or a batch of items.",
            hint="Put the options into the items of the batch.",
        )


def _identifying(operation: Operation[Any]) -> tuple[str, ...]:
    return tuple(name for name in IDENTIFYING if name in operation.item.options)


def _failure(error: OneLoginError, row: Mapping[str, Any] | None = None) -> dict[str, Any]:
    who = ", ".join(str(row[key]) for key in IDENTIFYING if row and row.get(key) is not None)
    return {
        "failed": True,
        "msg": f"{who}: {error.message} {error.hint}" if who else f"{error.message} {error.hint}",
        "error": error.as_result(),
    }


def _result(outcome: Outcome, row: Mapping[str, Any], diff: bool) -> dict[str, Any]:
    result: dict[str, Any] = {"changed": outcome.changed, "failed": False, **outcome.result}
    if outcome.msg:
        result["msg"] = outcome.msg
    if outcome is _SKIPPED:
        result["skipped"] = True
    if outcome.error:
        result |= _failure(outcome.error, row)
    if diff and (outcome.before is not None or outcome.after is not None):
        result["diff"] = {"before": outcome.before or {}, "after": outcome.after or {}}
    return result


def _together(results: Sequence[dict[str, Any]], outcomes: Mapping[int, Outcome]) -> dict[str, Any]:
    summary = Counter(outcome.status for outcome in outcomes.values())
    failures = [result for result in results if result["failed"]]
    together: dict[str, Any] = {
        "changed": any(result["changed"] for result in results),
        "failed": bool(failures),
        "msg": f"{len(failures)} of {len(results)} failed" if failures else f"{len(results)} of {len(results)} done",
        "results": list(results),
        "summary": dict(sorted(summary.items())),
    }
    diffs = [result["diff"] for result in results if "diff" in result]
    if diffs:
        together["diff"] = diffs
    return together


def _api(client: Client) -> dict[str, Any]:
    return {
        "calls": client.calls,
        "retries": client.retries,
        "waited": round(client.limit.waited, 1),
        "remaining": client.limit.remaining,
    }
