"""Who holds a transaction around a function: the framework by its settings, a view class, every caller. And who runs it in the background.

Sources: Django's documentation of `ATOMIC_REQUESTS`, `non_atomic_requests` and of the admin, whose add, change and delete views run in
`transaction.atomic` (`ModelAdmin.changeform_view`, `delete_view`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks import handler_of, route_layer
from backend_lint.semantics import effects, unit_blocks, unit_roles
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.importing import naming
from backend_lint.semantics.overriding import calls_by_base
from backend_lint.semantics.roles import is_main_guard
from backend_lint.semantics.settings import is_development_name
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.project import Class, Function, Module, Project

#: How far upwards callers are followed.
_MAX_DEPTH = 6
_ATOMIC = "django.db.transaction.atomic"
_NON_ATOMIC = "django.db.transaction.non_atomic_requests"
_KEY = "ATOMIC_REQUESTS"
#: What the admin's add, change and delete views call inside their transaction.
_ADMIN_HOOKS = frozenset({
    "save_model", "save_form", "save_formset", "save_related", "delete_model", "log_addition", "log_change", "log_deletion", "response_add",
    "response_change", "response_delete", "changeform_view", "add_view", "change_view", "delete_view", "construct_change_message",
})  # fmt: skip
_JOB_FILE = re.compile(
    r"(?:^|/)(?:tasks?|jobs?|scheduled|workers?|cron\w*|crons?|schedulers?|schedules?|consumers?|daemons?|celery\w*|background\w*)(?:/|\.py$|_)"
)
_JOB_STEM = re.compile(r"_(?:tasks?|jobs?|workers?|scheduler|cron|consumer|daemon|poller)\.py$")
_SEED = re.compile(
    r"(?:^|_)(?:seed\w*|populate|bootstrap|initdb|init_db|create_default\w*|create_initial\w*|ensure_default\w*|load_fixtures?|"
    r"backfill\w*|migrate\w*|migrations?|fix|fixes|first_run|setup_initial\w*|initial_data|demo_data|dummy\w*|random_data|fake\w*|sample_data|init_data|fixtures)(?:_|$)"
)

Setting = Literal["request", "job", "command", "start"]


def atomic_requests(project: Project) -> bool:
    """Whether Django's settings put each request into a transaction (some database's `ATOMIC_REQUESTS`)."""
    return project.remember("transactions: atomic requests", lambda: _atomic_requests(project))


def _atomic_requests(project: Project) -> bool:
    return any(_switches_on(module) for module in project.containing(_KEY.encode()) if not is_development_name(module.path))


def _switches_on(module: Module) -> bool:
    """Whether a module sets a database's `ATOMIC_REQUESTS` to something else than False; at top level it would mean nothing."""
    for node in module.nodes_of(n.Dict, n.Assign, n.AnnAssign, n.Arg):
        if isinstance(node, n.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, n.Constant) and key.value == _KEY and _may_be_true(value):
                    return True
        elif isinstance(node, (n.Assign, n.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, n.Assign) else [node.target]
            for target in targets:
                if isinstance(target, n.Subscript) and isinstance(target.index, n.Constant) and target.index.value == _KEY:
                    if _may_be_true(node.value):
                        return True
        elif isinstance(node, n.Arg) and node.keyword == _KEY and _may_be_true(node.value):
            return True
    return False


def _may_be_true(value: n.Expr) -> bool:
    return not (isinstance(value, n.Constant) and value.value in ("False", "None", "0"))


def is_held(function: Function) -> bool:
    """Whether a transaction is open whenever the function runs, as far as the project shows: none known that calls it without one."""
    return function.project.remember(("held in a transaction", id(function)), lambda: _is_held(function, 0, set()))


def _is_held(function: Function, depth: int, seen: set[int]) -> bool:
    if unit_blocks.decorated(function) == "atomic" or _by_class(function):
        return True
    handler = handler_of(function)
    if handler is not None and _ATOMIC in handler.decorators:
        return True
    if handler is not None and handler.kind in ("request", "error") and handler.framework in ("django", "drf", "ninja"):
        return not function.is_async and _NON_ATOMIC not in handler.decorators and atomic_requests(function.project)
    if handler is not None:
        return False
    if function.cls is not None and atomic_requests(function.project) and (route_layer(function) or _is_form(function.cls)):
        return True
    if id(function) in seen or depth >= _MAX_DEPTH:
        return depth > 0
    seen.add(id(function))
    found = False
    for caller, call in _callers(function):
        if caller is function or caller.module.role in ("test", "migration", "example"):
            continue
        found = True
        if not in_block(caller, call) and not _is_held(caller, depth + 1, seen):
            return False
    return found


def _callers(function: Function) -> Iterator[tuple[Function, n.Call]]:
    """The calls of a function and of the methods of base classes that it stands in for."""
    yield from effects.callers(function)
    yield from calls_by_base(function)


def in_block(function: Function, node: n.Node) -> bool:
    """Whether a node of a function stands in one of its transaction blocks."""
    for block in function.nodes_of(n.With):
        if block.body and block.body[0].start <= node.start < block.end:
            for item in block.items:
                if unit_blocks.block_of(item.value, function, is_async=block.is_async) in ("atomic", "savepoint"):
                    return True
    return False


def _is_form(cls: Class) -> bool:
    return any(name.startswith("django.forms.") for name in cls.external_ancestors)


def _by_class(function: Function) -> bool:
    """Whether the method's class sees to it: the admin's hooks, a `dispatch` in a transaction."""
    cls = function.cls
    if cls is None:
        return False
    if function.node.name in _ADMIN_HOOKS and any(name.startswith("django.contrib.admin.") for name in cls.external_ancestors):
        return True
    handler = handler_of(function)
    if handler is None and not route_layer(function):
        return False
    for name in ("dispatch", "_process", "dispatch_request", "as_view"):
        method = cls.method(name)
        if method is None or method is function:
            continue
        if unit_blocks.decorated(method) == "atomic":
            return True
        if name != "as_view" and any(
            isinstance(node, n.With)
            and any(unit_blocks.block_of(item.value, method, is_async=node.is_async) == "atomic" for item in node.items)
            for node in n.walk_scope(method.node.body)
        ):
            return True
    return False


def setting_of(function: Function) -> Setting:
    """How a function comes to run: for a request (or nobody knows), as a job in the background, as a command, when the process starts."""
    return function.project.remember(("transactions: setting", id(function)), lambda: _setting_of(function, 0, set()))


def _setting_of(function: Function, depth: int, seen: set[int]) -> Setting:
    handler = handler_of(function)
    if handler is not None and handler.kind in ("request", "websocket", "event", "dependency", "error", "middleware"):
        return "request"
    role = function.module.role
    if role in ("script", "command", "migration", "example", "test", "generated"):
        return "command"
    if unit_roles.is_decorated_job(function):
        return "job"
    if any(_is_command_decorator(decorator) for decorator in function.node.decorators):
        return "command"
    if id(function) in seen or depth >= _MAX_DEPTH:
        return "request"
    seen.add(id(function))
    if function.parent is not None and function.cls is None:
        return _setting_of(function.parent, depth + 1, seen)
    settings: set[Setting] = set()
    if _is_run_by_main(function):
        settings.add("command")
    for caller, _ in _callers(function):
        if caller is not function and caller.module.role != "test":
            settings.add(_setting_of(caller, depth + 1, seen))
            if "request" in settings:
                break
    if "request" not in settings and (_is_job_file(function.module.path) or (not settings and _is_handed_to_queue(function))):
        return "job"
    if is_start_up(function):
        return "start"
    order: tuple[Setting, ...] = ("request", "job", "command", "start")
    return next((setting for setting in order if setting in settings), "request")


def _is_run_by_main(function: Function) -> bool:
    """Whether a module calls its own function under `if __name__ == "__main__":`."""
    if function.cls is not None:
        return False
    return any(
        isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id == function.node.name
        for statement in function.module.tree.body
        if is_main_guard(statement)
        for node in n.walk(statement)
    )


def is_start_up(function: Function) -> bool:
    """Whether a function runs when the process starts, or fills an empty database, by its name or its file's."""
    from backend_lint.frameworks.reach import is_start

    stem = function.module.path.rsplit("/", 1)[-1].rpartition(".")[0].lower()
    return is_start(function) or bool(_SEED.search(function.node.name.lower()) or _SEED.search(stem))


#: Calls that run what they are given at once, and wait for it.
_AT_ONCE = frozenset({
    "to_thread", "run_in_threadpool", "run_in_executor", "sync_to_async", "run_sync", "map", "filter", "partial", "gather", "atomic",
    "on_commit", "path", "re_path", "url", "add_url_rule", "add_api_route", "connect", "Depends",
})  # fmt: skip


def _is_handed_to_queue(function: Function) -> bool:
    """Whether a function that nobody calls is given to something that runs it later: `AsyncTask(scan, user)`, `Thread(target=work)`."""
    name = function.node.name
    for module in naming(function):
        for holder, call, given in module.calls_given.get(name, ()):
            if holder is not None:
                value = function.project.inference.value(given, module, holder)
                if value is not None and value.definition is function:
                    called = call.func.attr if isinstance(call.func, n.Attribute) else getattr(call.func, "id", "")
                    return called not in _AT_ONCE
    return False


def _is_job_file(path: str) -> bool:
    return bool(_JOB_FILE.search(path) or _JOB_STEM.search(path))


def _is_command_decorator(decorator: n.Expr) -> bool:
    text = dotted(decorator.func if isinstance(decorator, n.Call) else decorator) or ""
    return text.endswith(("cli.command", "click.command", ".cli", "typer.command", "manager.command")) or ".cli." in f".{text}"


def is_unattended(function: Function) -> bool:
    """Whether a command goes on for ever by itself: its file loops until told to stop, and sleeps or waits in between."""
    return function.module.project.remember(("unattended", function.module.path), lambda: _loops_for_ever(function.module))


def _loops_for_ever(module: Module) -> bool:
    for node in module.nodes_of(n.While):
        if never_ends(node.test):
            return "sleep(" in module.tree.text or ".wait(" in module.tree.text
    return False


def never_ends(test: n.Expr) -> bool:
    """Whether a loop with this test goes on until the process is told to stop: `while True`, `while not self.stopped`."""
    if isinstance(test, n.Constant):
        return test.value in ("True", "1")
    return isinstance(test, n.UnaryOp) and test.op == "not" and isinstance(test.operand, n.Attribute)
