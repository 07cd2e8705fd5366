"""What a change is for: business data, a record of what happened, something that lasts shortly, the progress of a job.

Halves of which one only tells of the other, or can be made anew at any time, are no broken unit of work. Names decide here: nothing else
says what a table is for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import dotted
from backend_lint.semantics.project import Function
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.unit_events import Event, Write

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: What rows that only tell of what happened are called.
_RECORDS = frozenset({
    "log", "logs", "logging", "audit", "audits", "history", "histories", "notification", "notifications", "notify", "metric", "metrics",
    "statistics", "stats", "analytics", "tracking", "telemetry", "trail", "impression", "impressions", "changelog", "webhook", "webhooks",
    "activity", "activities", "snapshot", "snapshots",
})  # fmt: skip
#: What classes that write records, or send messages, are called: `NotificationService`, `AuditLogger`, `MailSender`.
_TELLERS = frozenset(
    {"service", "services", "manager", "logger", "sender", "publisher", "notifier", "client", "helper", "recorder", "writer"}
)
_TOLD = frozenset({"notification", "notifications", "audit", "message", "messages", "mail", "email", "sms", "log", "logs", "history",
                   "activity", "push", "alert", "alerts"})  # fmt: skip
#: The same for words that name a business of their own where they stand alone: `Event`, but `AccessEvent`.
_RECORDS_OF = frozenset({
    "event", "events", "alert", "alerts", "hit", "hits", "visit", "visits", "view", "views", "timeline", "feed",
    "email", "emails", "mail", "mails", "sms", "action", "actions", "exception", "failure",
})  # fmt: skip
#: What rows that are made anew at any time are called.
_SHORT_LIVED = frozenset({
    "token", "tokens", "otp", "otps", "nonce", "captcha", "session", "sessions", "cache", "caches", "cached", "lock", "locks", "reset",
    "resets", "verification", "verifications",
})  # fmt: skip
#: What makes a code one that is sent and used once: `LoginCode`, and no `PromoCode`.
_OF_CODE = frozenset({"auth", "verification", "verify", "confirmation", "confirm", "sms", "login", "reset", "activation", "otp", "email"})
#: What rows that tell how far a piece of work is are called.
_WORK = frozenset({"job", "jobs", "execution", "executions", "progress", "import", "imports", "export", "exports"})
#: What rows that each hold one setting are called: each stands alone, and setting them again does no harm.
_SETTINGS = frozenset({"config", "configs", "configuration", "setting", "settings", "preference", "preferences", "option", "options"})
#: What comes in from outside, each by itself.
MESSAGES = frozenset({"event", "message", "msg", "update", "notification", "webhook"})
#: What functions do that take something back.
TAKING_BACK = frozenset({"delete", "adelete", "remove", "undo", "revert", "cancel", "cleanup", "destroy", "purge"})
#: How functions that write records, or keep copies for later, begin, or what else their names hold.
_RECORDING = re.compile(
    r"(?:^|_)(?:log|audit|notify|notification|notifications|track|record_(?:action|event|activity|login|view|visit|usage)|emit|alert|alerts|send|push|queue|enqueue|metric|metrics|"
    r"analytics|history|activity|event|events|cache|cached)(?:_|$)"
)
#: What functions that copy one side's state to the other are called.
_SYNCHRONIZING = frozenset({"sync", "resync", "synchronize", "synchronise", "synchronization", "reconcile"})
_ENSURING = re.compile(
    r"(?:^|_)(?:or_(?:create|update|insert|add|make)|upsert|o_(?:crear|actualizar))(?:_|$)|_if_(?:missing|absent|not_exists)$"
)
#: The first words of functions that are called for what they return: what they write is a by-product.
_LOOKUP = frozenset({
    "get", "aget", "find", "fetch", "load", "lookup", "list", "search", "read", "check", "is", "has", "can", "retrieve", "resolve", "query",
    "ensure", "require", "authenticate", "download", "instantiate", "build", "validate", "verify", "obtener", "buscar", "consultar",
})  # fmt: skip
#: The decorators of queues and schedulers: calling what they decorate enqueues it, or is their business alone.
_JOB_DECORATORS = re.compile(
    r"(?:^|\.)(?:scheduler|celery|huey|dramatiq|cron|crons)\.|"
    r"(?:^|\.)(?:\w+_task|task|periodic_task|actor|job|scheduled_job|repeat_every|cron|db_task|db_periodic_task|on_after_configure|"
    r"background|crontab|every|register_job|interval_schedule)$"
)
#: Fields that only say when or how often something was used.
_STAMP = re.compile(
    r"^(?:last_(?:login|seen|active|activity|used|access|accessed|visit|visited|ip|request|read|viewed|ping|checked|sync|synced|login_at|"
    r"seen_at|used_at|active_at|login_ip|active_date)\w*|last_\w+_(?:at|on|time|date)|(?:view|views|visit|visits|hit|hits|download|login|access|click|usage|read)_?counts?|"
    r"views|visits|hits|clicks|downloads|login_count|updated_at|modified_at|updated|modified|date_modified|accessed_at|seen_at|read_at|"
    r"(?:updated|modified|changed)_by)$"
)
#: Fields that say that a record was dealt with.
_DEALT_WITH = re.compile(r"^(?:is_)?(?:processed|handled|consumed|dispatched|published)(?:_at|_on)?$")
#: Fields that tell how far a piece of work is.
_PROGRESS = re.compile(
    r"^(?:status|state|progress\w*|stage|step|phase|error|errors|error_\w+|message|started_at|finished_at|completed_at|"
    r"ended_at|failed_at|started|finished|completed|failed|is_running|running|processed|processed_at|retries|retry_count|attempts|result|"
    r"percent|processing_\w+|\w*_status|\w*_progress|\w*_error|heartbeat\w*)$"
)


def words_of(name: str) -> list[str]:
    """The words of a name in lower case: `AuditLogEntry` and `audit_log_entry` are audit, log, entry."""
    return [word.lower() for word in _WORD.findall(name)]


def is_lookup(function: Function) -> bool:
    """Whether a function is called for what it returns: `get_settings()` that makes the row when there is none."""
    words = words_of(function.node.name)
    return bool(words) and words[0] in _LOOKUP


def is_decorated_job(function: Function) -> bool:
    """Whether a queue or a scheduler runs a function, by its decorators: those of the libraries, and the project's own around them."""
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        if _JOB_DECORATORS.search(dotted(target) or "") or _hands_to_queue(target, function):
            return True
    return False


def _hands_to_queue(decorator: n.Expr, function: Function) -> bool:
    """Whether a project's decorator calls one of a queue: `def queued(f): return app.task(bind=True)(f)`."""
    value = function.project.inference.value(decorator, function.module, function.parent)
    made = value.definition if value is not None else None
    if not isinstance(made, Function):
        return False
    return any(isinstance(node, n.Call) and _JOB_DECORATORS.search(dotted(node.func) or "") is not None for node in n.walk(made.node.body))


def is_synchronizing(function: Function) -> bool:
    """Whether a function, by its name, makes one side like the other: whatever it leaves half done the next run completes."""
    words = words_of(function.node.name)
    return not _SYNCHRONIZING.isdisjoint(words) and TAKING_BACK.isdisjoint(words)


def ensures_by_name(function: Function) -> bool:
    """Whether a function, by its name, stores something or finds it stored: `find_or_create_tag`, `upsert_tag`."""
    return bool(_ENSURING.search(function.node.name))


def is_record(event: Event) -> bool:
    """Whether an event only adds a row that tells of what happened, a notification, or a copy, or marks one as handled."""
    if event.called is not None and (_RECORDING.search(event.called.node.name) or _is_of_teller(event.called)):
        return True
    named = [write for write in event.writes if write.subject is not None]
    return bool(named) and all(tells(write) and (write.action in ("create", "unknown", "ensure") or _marks(write)) for write in named)


def _marks(write: Write) -> bool:
    """Whether a change only says that a record was dealt with."""
    return bool(write.fields) and all(_DEALT_WITH.match(field) or _STAMP.match(field) for field in write.fields)


def _is_of_teller(function: Function) -> bool:
    """Whether a method's class is there to tell people or logs of what happened: `NotificationService`, `AuditLogger`."""
    words = words_of(function.cls.node.name) if function.cls is not None else []
    return len(words) > 1 and words[-1] in _TELLERS and not _TOLD.isdisjoint(words)


def tells(write: Write) -> bool:
    """Whether a change concerns a row that only tells of what happened."""
    words = words_of(write.subject or "")
    if not _RECORDS.isdisjoint(words) or (len(words) > 1 and not _RECORDS_OF.isdisjoint(words)):
        return True
    # What was said in a conversation: `ChatMessage`, `ConversationMessage`.
    return 1 < len(words) <= 3 and words[-1] in ("message", "messages")


def is_short_lived(event: Event) -> bool:
    """Whether an event is about rows only that anybody may ask for anew: tokens, one-time passwords, sessions."""
    named = [write for write in event.writes if write.subject is not None]
    return bool(named) and all(_is_among(write, _SHORT_LIVED) or _is_code(write) for write in named)


def _is_code(write: Write) -> bool:
    words = words_of(write.subject or "")
    return not _OF_CODE.isdisjoint(words) and ("code" in words or "codes" in words)


def is_setting(event: Event) -> bool:
    """Whether an event stores a single setting: `set_config("name", name)`."""
    if event.called is not None and not _SETTINGS.isdisjoint(words_of(event.called.node.name)):
        return True
    named = [write for write in event.writes if write.subject is not None]
    return bool(named) and all(_is_among(write, _SETTINGS) for write in named)


def is_stamp(event: Event) -> bool:
    """Whether an event only notes when or how often something was used."""
    return bool(event.writes) and all(
        write.action in ("update", "unknown") and write.fields and all(_STAMP.match(field) for field in write.fields)
        for write in event.writes
    )


def is_progress(event: Event) -> bool:
    """Whether an event tells how far a piece of work is: it concerns a job's row, or changes such fields only."""
    return bool(event.writes) and all(_is_of_work(write) or tells_progress(write) for write in event.writes)


def is_of_job(event: Event) -> bool:
    """Whether an event concerns the rows of jobs only."""
    return bool(event.writes) and all(_is_of_work(write) for write in event.writes)


def _is_of_work(write: Write) -> bool:
    words = words_of(write.subject or "")
    # `PipelineRun`, and no `Run` of a sports club.
    return not _WORK.isdisjoint(words) or (len(words) > 1 and "run" in words)


def tells_progress(write: Write) -> bool:
    """Whether a change only says how far a piece of work is."""
    fields = [field for field in write.fields if not _STAMP.match(field)]
    return write.action == "update" and bool(fields) and all(_PROGRESS.match(field) for field in fields)


def makes_rows(event: Event) -> bool:
    """Whether running an event again would make rows of business data anew."""
    return any(write.action == "create" and not tells(write) and not _is_of_work(write) for write in event.writes)


def _is_among(write: Write, names: frozenset[str]) -> bool:
    return write.subject is not None and not names.isdisjoint(words_of(write.subject))


def is_weak(event: Event) -> bool:
    """Whether an event only sees to it that something exists: `get_or_create`, `if tag is None: tag = Tag(...)`."""
    if event.is_ensured or (event.writes and all(write.action == "ensure" for write in event.writes)):
        return True
    made = {write.row for write in event.writes if write.action == "create" and write.row is not None}
    if not made or len({write.row for write in event.writes if write.row is not None}) != 1:
        return False
    return any(
        (isinstance(node, n.If) and branch == "body" and _asks_whether_missing(node.test, made | _named_in(node.body, made)))
        or (isinstance(node, n.If) and branch == "orelse" and _is_found(node, made))
        or (isinstance(node, n.Try) and branch.startswith("handler "))
        for node, branch in event.where
    )


def _named_in(body: list[n.Stmt], made: set[str]) -> set[str]:
    """The names that a block gives what it has made: `days` of `days = [first]`."""
    return {
        target.id
        for statement in body
        if isinstance(statement, n.Assign) and any(isinstance(part, n.Name) and part.id in made for part in n.walk_scope(statement.value))
        for target in statement.targets
        if isinstance(target, n.Name)
    }


def _is_found(node: n.If, made: set[str]) -> bool:
    """Whether `else` of an `if` is for what was not found: `if known: order = known`, `else: order = Order.objects.create()`."""
    test = node.test
    if isinstance(test, n.Compare) and test.ops == ["is not"]:
        test = test.left
    if not isinstance(test, n.Name):
        return False
    return test.id in made or any(
        isinstance(statement, n.Assign)
        and isinstance(statement.value, n.Name)
        and statement.value.id == test.id
        and any(isinstance(target, n.Name) and target.id in made for target in statement.targets)
        for statement in node.body
    )


def _asks_whether_missing(test: n.Expr, names: set[str]) -> bool:
    if isinstance(test, n.UnaryOp) and test.op == "not":
        return isinstance(test.operand, n.Name) and test.operand.id in names
    if isinstance(test, n.Compare) and test.ops == ["is"] and isinstance(test.left, n.Name):
        return test.left.id in names
    return isinstance(test, n.BoolOp) and any(_asks_whether_missing(value, names) for value in test.values)


def is_incidental(event: Event) -> bool:
    """Whether an event is no part of a unit of work for those who call the function it stands in."""
    return is_weak(event) or is_record(event) or is_stamp(event) or is_short_lived(event)
