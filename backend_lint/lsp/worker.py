"""The process that analyses for the server, so that what takes long keeps nobody waiting, can be ended, and harms nobody when it fails.

It answers one question after the other. Between two files it looks whether the answer is still wanted.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.lsp.messages import Answer, Check, FileAnswer, MakeFixes, Options, Stop

if TYPE_CHECKING:
    from backend_lint.engine.check import Request
    from backend_lint.engine.discovery import Excluded

#: After so many answers what they left behind is collected, when nobody waits.
_ANSWERS_A_COLLECTION = 8


class _Stopped(Exception):
    """The question is wanted no more."""


def work(connection: Connection) -> None:
    """Answer the questions that come through a connection until it is closed."""
    # Standard output belongs to the protocol: what a rule prints must not get there.
    os.dup2(sys.stderr.fileno() if sys.stderr is not None else os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout = sys.stderr
    _warm_up()
    answers = 0
    while True:
        try:
            question = connection.recv()
        except (EOFError, OSError):
            return
        if isinstance(question, Stop):
            continue
        try:
            answer = _Worker(connection).answer(question)
        except _Stopped:
            answer = Answer(question.number, is_stopped=True)
        try:
            connection.send(answer)
        except OSError:
            return
        answers += 1
        if connection.poll():
            continue
        if answers == 1:
            # What fixes need, which takes a moment: somebody who asks for them waits.
            import_module("backend_lint.fixes.editing")
        if answers % _ANSWERS_A_COLLECTION == 0:
            gc.collect()


def _warm_up() -> None:
    """Import what each check needs, while the user still looks for the file to open."""
    from backend_lint.engine.registry import built_in
    from backend_lint.libraries import registry

    import_module("backend_lint.engine.whole")
    registry()
    for rule in built_in().rules:
        rule.load()


class _Worker:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def answer(self, question: Check | MakeFixes) -> Answer:
        from backend_lint.engine.analysis import internal
        from backend_lint.engine.settings import ConfigurationFault

        answer = Answer(question.number)
        try:
            if isinstance(question, Check):
                self._check(question, answer)
            else:
                self._make_fixes(question, answer)
        except ConfigurationFault as fault:
            answer.faults.extend(fault.messages)
        except _Stopped:
            raise
        except Exception as fault:
            traceback.print_exc()
            answer.problems.append(internal(fault, None))
        return answer

    def _check(self, question: Check, answer: Answer) -> None:
        from backend_lint.engine.settings import ConfigurationFault

        for root, targets in _by_root(question.targets).items():
            try:
                self._check_project(Path(root), targets, question, answer)
            except ConfigurationFault as fault:
                # Another project's files may be in order.
                answer.faults.extend(fault.messages)

    def _check_project(self, root: Path, targets: Mapping[str, str], question: Check, answer: Answer) -> None:
        from backend_lint.engine.check import ProjectConfigurations
        from backend_lint.engine.discovery import ProjectFiles
        from backend_lint.engine.registry import load_pack
        from backend_lint.engine.runner import run

        configurations = ProjectConfigurations(_request(question.options))
        settings = configurations.of(root)
        packs = configurations.packs(root)
        found = {path for path in targets.values() if _is_looked_at(root, path) and not _is_excluded(path, settings.excluded)}
        files = ProjectFiles(root=root, targets=tuple(sorted(found)))
        result = run(
            files,
            settings,
            hiding=configurations.hiding(files),
            jobs=1,
            texts=dict(_changed_texts(root, question.texts)),
            progress=self._look_up,
            pack=packs,
            cache=question.options.cache,
        )
        for real, path in targets.items():
            findings = tuple(each for each in result.findings if each.path == path) if path in found else ()
            answer.files[real] = FileAnswer(str(root), path, findings)
        answer.problems += result.problems
        if packs != "backend_lint_rules":
            from backend_lint.report.rules import as_markdown

            answer.rules.update((rule.code, (rule.name, as_markdown(rule))) for rule in load_pack(packs).rules if rule.pack)

    def _make_fixes(self, question: MakeFixes, answer: Answer) -> None:
        from backend_lint.engine.fixing import fixes_for
        from backend_lint.engine.result import Result

        result = Result(root=question.root, findings=list(question.findings))
        answer.fixes = tuple(fixes_for(result, question.path, question.text, _request(question.options)))

    def _look_up(self, done: int, total: int) -> None:
        """Look up from the work between two files. Raises `_Stopped`."""
        if self._connection.poll():
            raise _Stopped


def _request(options: Options) -> Request:
    from backend_lint.engine.check import Request

    return Request(
        current=options.current,
        command_line=options.command_line,
        config=options.config,
        use_config=options.use_config,
        jobs=1,
        cache=options.cache,
    )


def _by_root(targets: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The files by the roots of their projects: real path to the path below the root."""
    from backend_lint.engine.roots import project_root

    found: dict[str, dict[str, str]] = {}
    for real, folder in targets.items():
        root = project_root(Path(real), Path(os.path.realpath(folder)))
        found.setdefault(str(root), {})[real] = Path(real).relative_to(root).as_posix()
    return found


def _is_looked_at(root: Path, path: str) -> bool:
    """Whether a file is the project's own: an editor shows installed packages as well."""
    from backend_lint.engine.ignores import is_left_out

    folders = path.split("/")[:-1]
    return not any(
        name in ("site-packages", "dist-packages") or is_left_out(name, str(root.joinpath(*folders[: place + 1])))
        for place, name in enumerate(folders)
    )


def _is_excluded(path: str, excluded: Excluded) -> bool:
    """Whether the configuration leaves out a file, or a folder above it."""
    parts = path.split("/")
    return excluded(path) or any(excluded("/".join(parts[:place]) + "/") for place in range(1, len(parts)))


def _changed_texts(root: Path, texts: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The open documents of a project that hold something else than the disk does, as bytes, by their paths below the root."""
    for real, text in texts.items():
        try:
            path = Path(real).relative_to(root).as_posix()
        except ValueError:
            continue
        data = _encoded(text)
        try:
            if Path(real).read_bytes() == data:
                continue
        except OSError:
            pass
        yield path, data


def _encoded(text: str) -> bytes:
    """A text as its file would hold it: in the encoding that it declares."""
    from backend_lint.source.decoding import Undecodable, encoding_of

    data = text.encode("utf-8", "replace")
    try:
        return text.encode(encoding_of(data), "replace")
    except (Undecodable, LookupError):
        return data
