"""Decides when which documents are checked, and has a process of its own do it.

A document is checked a moment after its last change. When that is done, and nobody types, the other open documents are checked as well, for
what is edited in one may concern them. A check whose text has changed meanwhile is told to stop; when it does not, its process is ended and
another one begun: a file that takes seconds keeps nothing else waiting.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from backend_lint.engine.result import Problem
from backend_lint.findings.model import Finding
from backend_lint.fixes.proposal import Fix
from backend_lint.lsp.messages import Answer, Check, MakeFixes, Options, Stop
from backend_lint.lsp.worker import work

#: How long after the last change a document is checked, and how long after that the others are, in seconds.
TYPING_PAUSE, REST = 0.15, 1.0

#: How long a check that is wanted no more may go on before its process is ended. To begin another takes about as long.
GRACE = 1.0

#: How often in a row the process may die over the same documents before they are left alone until they change.
_MAX_DEATHS = 2


@dataclass(frozen=True)
class Document:
    """An open document: its real path, the folder of the editor that it lies in, and what it holds."""

    path: str
    folder: str
    version: int
    text: str


@dataclass
class Delivery:
    """What was found, with the versions of the documents that were checked, by path."""

    answer: Answer
    versions: dict[str, int]


@dataclass
class _Wish:
    """Fixes that somebody waits for."""

    document: Document
    root: Path
    path: str
    findings: tuple[Finding, ...]
    future: Future[tuple[Fix, ...]] = field(default_factory=Future)

    def settle(self, fixes: tuple[Fix, ...]) -> None:
        """Tell who waits, unless nobody does any more."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(fixes)


class Checker:
    """Checks documents in the order in which that is useful. `deliver` is called with what was found, in a thread of the checker's."""

    def __init__(self, deliver: Callable[[Delivery], None], options: Options) -> None:
        self._deliver = deliver
        self._options = options
        self._changed = threading.Condition()
        self._documents: dict[str, Document] = {}
        self._due: dict[str, float] = {}
        self._later: dict[str, float] = {}
        self._wishes: deque[_Wish] = deque()
        self._deaths: dict[str, int] = {}
        self._is_closed = False
        self._number = 0
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._work, name="backend-lint-checker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    # --- what happens in the editor

    def put(self, document: Document, *, pause: float = TYPING_PAUSE) -> None:
        """A document was opened or changed."""
        with self._changed:
            self._documents[document.path] = document
            self._deaths.pop(document.path, None)
            now = time.monotonic()
            self._due[document.path] = now + pause
            self._later.pop(document.path, None)
            for other in self._documents:
                if other not in self._due:
                    self._later[other] = now + pause + REST
            self._changed.notify_all()

    def close(self, path: str) -> None:
        """A document was closed: the others see what lies on the disk from now on."""
        with self._changed:
            self._documents.pop(path, None)
            self._due.pop(path, None)
            self._later.pop(path, None)
            self._deaths.pop(path, None)
        self.refresh(REST)

    def refresh(self, pause: float = 0.0) -> None:
        """Check all open documents again: something else has changed."""
        with self._changed:
            due = time.monotonic() + pause
            for path in self._documents:
                self._deaths.pop(path, None)
                if path not in self._due:
                    self._later[path] = due
            self._changed.notify_all()

    def configure(self, options: Options) -> None:
        """Check otherwise from now on."""
        with self._changed:
            self._options = options
        self.refresh()

    def fixes(self, document: Document, root: Path, path: str, findings: tuple[Finding, ...]) -> Future[tuple[Fix, ...]]:
        """The fixes of findings in a document, as soon as they are made; none when the document changes before."""
        wish = _Wish(document, root, path, findings)
        with self._changed:
            self._wishes.append(wish)
            self._changed.notify_all()
        return wish.future

    def stop(self) -> None:
        """End the work, and the process that does it."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._end_process()

    # --- the thread

    def _work(self) -> None:
        with contextlib.suppress(OSError):
            self._connected()
        while True:
            with self._changed:
                task = self._next()
                while task is None and not self._is_closed:
                    self._changed.wait(self._time_to_wait())
                    task = self._next()
                if self._is_closed:
                    return
                assert task is not None, "the loop ends with something to do"
            try:
                if isinstance(task, _Wish):
                    self._fulfil(task)
                else:
                    self._check(*task)
            except Exception as fault:
                # Whatever it was, the next check may go well: only the message is lost otherwise.
                self._deliver(Delivery(_failed(f"{type(fault).__name__}: {fault}"), {}))

    def _next(self) -> _Wish | tuple[dict[str, Document], bool] | None:
        """What to do now: a wish, or documents to check and whether somebody waits for just these; None for nothing yet."""
        now = time.monotonic()
        while self._wishes:
            wish = self._wishes.popleft()
            if self._documents.get(wish.document.path) == wish.document:
                return wish
            wish.settle(())
        due = [path for path, when in self._due.items() if when <= now]
        waiting = bool(due)
        if not due and not self._due:
            due = [path for path, when in self._later.items() if when <= now]
        if not due:
            return None
        for path in due:
            self._due.pop(path, None)
            self._later.pop(path, None)
        return {path: self._documents[path] for path in due if path in self._documents}, waiting

    def _time_to_wait(self) -> float | None:
        whens = self._due.values() or self._later.values()
        return max(min(whens) - time.monotonic(), 0.0) if whens else None

    def _check(self, documents: Mapping[str, Document], waiting: bool) -> None:
        with self._changed:
            self._number += 1
            texts = {path: each.text for path, each in self._documents.items()}
            targets = {path: each.folder for path, each in documents.items()}
            question = Check(self._number, self._options, targets, texts)

        def is_wanted() -> bool:
            if any(self._documents.get(path) != each for path, each in documents.items()):
                return False
            return waiting or not self._due

        answer = self._ask(question, is_wanted)
        if answer is None:
            self._put_off(documents, died=True)
        elif answer.is_stopped:
            self._put_off(documents, died=False)
        else:
            self._deliver(Delivery(answer, {path: each.version for path, each in documents.items()}))

    def _put_off(self, documents: Mapping[str, Document], *, died: bool) -> None:
        """Have documents checked again whose check came to nothing."""
        given_up = []
        with self._changed:
            for path, document in documents.items():
                if self._documents.get(path) != document or path in self._due:
                    continue
                if died:
                    self._deaths[path] = self._deaths.get(path, 0) + 1
                    if self._deaths[path] >= _MAX_DEATHS:
                        given_up.append(path)
                        continue
                self._later[path] = time.monotonic() + REST
        if given_up:
            names = ", ".join(Path(path).name for path in given_up)
            self._deliver(Delivery(_failed(f"the process that checked {names} died, perhaps for want of memory"), {}))

    def _fulfil(self, wish: _Wish) -> None:
        self._number += 1
        question = MakeFixes(self._number, self._options, wish.root, wish.path, wish.document.text, wish.findings)
        answer = None
        try:
            answer = self._ask(question, lambda: self._documents.get(wish.document.path) == wish.document)
        finally:
            wish.settle(answer.fixes if answer is not None else ())

    # --- the process

    def _ask(self, question: Check | MakeFixes, is_wanted: Callable[[], bool]) -> Answer | None:
        """The answer to a question; None when the process died over it. One that is wanted no more gives an answer that says so."""
        stopped = Answer(question.number, is_stopped=True)
        try:
            connection = self._connected()
            connection.send(question)
            asked_to_stop: float | None = None
            while not self._is_closed:
                if connection.poll(0.05):
                    answer = connection.recv()
                    if isinstance(answer, Answer) and answer.number == question.number:
                        return answer
                    continue
                with self._changed:
                    is_over = not is_wanted()
                if is_over and asked_to_stop is None:
                    asked_to_stop = time.monotonic()
                    connection.send(Stop())
                if asked_to_stop is not None and time.monotonic() - asked_to_stop > GRACE:
                    self._end_process()
                    return stopped
        except (EOFError, OSError):
            self._end_process()
            return stopped if self._is_closed else None
        return stopped

    def _connected(self) -> Connection:
        """The connection to the process, which is begun when there is none. Raises OSError."""
        if self._connection is None or self._process is None or not self._process.is_alive():
            self._end_process()
            context = multiprocessing.get_context("spawn")
            own, other = context.Pipe()
            process = context.Process(target=work, args=(other,), name="backend-lint-analysis", daemon=True)
            process.start()
            other.close()
            self._process, self._connection = process, own
        return self._connection

    def _end_process(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
        if process is not None:
            with contextlib.suppress(OSError, ValueError):
                process.kill()
                process.join(2)


def _failed(message: str) -> Answer:
    return Answer(0, problems=[Problem(kind="internal", message=message)])
