"""The language server: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/.

The server itself only keeps documents and answers; analysing is the work of another process (`lsp.checker`). What it is asked for and told,
`lsp.features` hands to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass, replace
from io import BufferedWriter
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

import backend_lint
from backend_lint.findings.model import Finding
from backend_lint.fixes.proposal import Fix
from backend_lint.lsp import comments, preferences
from backend_lint.lsp.actions import fix_actions, fix_all, suppress_actions
from backend_lint.lsp.checker import TYPING_PAUSE, Checker, Delivery, Document
from backend_lint.lsp.diagnostics import diagnostic, range_of
from backend_lint.lsp.messages import FileAnswer, Options
from backend_lint.lsp.pages import Pages
from backend_lint.lsp.positions import Lines
from backend_lint.report.plain import visible
from backend_lint.source.decoding import Undecodable, decode

#: How long somebody who asks for corrections waits at most, in seconds.
_PATIENCE = 15.0


@dataclass
class _Open:
    """A document that the editor has open. `found` is what was last found, in the text `checked`; `fixes` are made when asked for."""

    uri: str
    document: Document
    found: FileAnswer | None = None
    checked: str = ""
    fixes: tuple[Fix, ...] | None = None

    @property
    def is_current(self) -> bool:
        """Whether the text is the one that was checked."""
        return self.found is not None and self.checked == self.document.text


class Server(LanguageServer):
    """A server that checks as `options` say. `folder` is where pages of rules may be written for the editor to open, None for nowhere."""

    def __init__(self, options: Options, folder: Path | None = None) -> None:
        # Whole texts on each change: the library counts lines otherwise than the protocol where one holds a form feed.
        super().__init__("backend-lint", backend_lint.__version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._options = options
        self._open: dict[str, _Open] = {}
        self._pages = Pages(folder)
        self._said: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.checker = Checker(self._hand_over, options)

    # --- documents

    def opened(self, uri: str, version: int, text: str) -> None:
        path = to_fs_path(uri)
        if path is None or not path.endswith((".py", ".pyi")):
            return
        folder = self._folder_of(path)
        if folder is None:
            return
        document = Document(os.path.realpath(path), folder, version, text)
        self._open[uri] = _Open(uri, document)
        self.checker.put(document, pause=0.0)

    def changed(self, uri: str, version: int, text: str, pause: float = TYPING_PAUSE) -> None:
        known = self._open.get(uri)
        if known is not None:
            known.document = replace(known.document, version=version, text=text)
            known.fixes = None
            self.checker.put(known.document, pause=pause)

    def closed(self, uri: str) -> None:
        known = self._open.pop(uri, None)
        if known is not None:
            self.checker.close(known.document.path)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def refolder(self) -> None:
        """The folders of the workspace are others now."""
        for document in list(self.workspace.text_documents.values()):
            known = self._open.get(document.uri)
            path = to_fs_path(document.uri)
            if known is None:
                self.opened(document.uri, document.version or 0, document.source)
            elif path is not None and self._folder_of(path) is None:
                self.closed(document.uri)
        self.checker.refresh()

    def _folder_of(self, path: str) -> str | None:
        """The folder of the workspace that a file lies in, the innermost; without any its own; None for a file outside of all."""
        folders = [found for each in self.workspace.folders.values() if (found := to_fs_path(each.uri))]
        if not folders and self.workspace.root_path:
            folders = [self.workspace.root_path]
        if not folders:
            return os.path.dirname(path)
        real = os.path.realpath(path)
        inside = [each for each in folders if _is_inside(path, each) or _is_inside(real, os.path.realpath(each))]
        return max(inside, key=len, default=None)

    # --- what was found

    def _hand_over(self, delivery: Delivery) -> None:
        """Called in the checker's thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._take, delivery)

    def _take(self, delivery: Delivery) -> None:
        try:
            self._publish(delivery)
        except Exception as fault:
            self.report_server_error(fault, FeatureRequestError)

    def _publish(self, delivery: Delivery) -> None:
        answer = delivery.answer
        self._pages.add(answer.rules)
        for message in answer.faults:
            self.say_once(message, types.MessageType.Error)
        for problem in answer.problems:
            place = f"{problem.path}: " if problem.path else ""
            self.say_once(f"{place}{problem.message}", types.MessageType.Error)
        if not answer.faults and not answer.problems:
            self._said.clear()
        for known in list(self._open.values()):
            document = known.document
            found = answer.files.get(document.path)
            if found is None or delivery.versions.get(document.path) != document.version:
                continue
            known.found, known.checked, known.fixes = found, document.text, None
            lines = self.lines(document.text)
            root = Path(found.root)

            def lines_of(path: str, root: Path = root) -> Lines | None:
                return self._lines_of(root, path)

            listed = [diagnostic(each, lines, root, lines_of, self._pages.address(each.rule)) for each in found.findings]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(known.uri, listed, document.version))

    def lines(self, text: str) -> Lines:
        """The lines of a text as this editor counts them."""
        return Lines(text, str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or "utf-16"))

    def _lines_of(self, root: Path, path: str) -> Lines | None:
        """The lines of a file of a project, as the editor has it, or else the disk."""
        real = str(root / path)
        for known in self._open.values():
            if known.document.path == real:
                return self.lines(known.document.text)
        try:
            return self.lines(decode(Path(real).read_bytes()))
        except (OSError, Undecodable):
            return None

    # --- what is asked for

    def hover(self, uri: str, position: types.Position) -> types.Hover | None:
        """The pages of the rules whose findings stand at a place, or of the rule that a comment there names."""
        known = self._open.get(uri)
        if known is None:
            return None
        lines = self.lines(known.document.text)
        named = comments.named_at(known.document.text, lines.offset(position))
        if named is not None:
            page = self._pages.page(named[0])
            if page is None:
                return None
            return types.Hover(_markdown(page), types.Range(lines.position(named[1]), lines.position(named[2])))
        if known.found is None or not known.is_current:
            return None
        found = [each for each in known.found.findings if _holds(range_of(each, lines), position)]
        if not found:
            return None
        parts = []
        for code in dict.fromkeys(each.rule for each in found):
            said = [f"**{each.severity.value}**: {_plain(each.message)}" for each in found if each.rule == code]
            parts.append("\n\n".join([*said, self._pages.page(code) or ""]))
        return types.Hover(_markdown("\n\n---\n\n".join(parts)), range_of(found[0], lines))

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """The corrections of the findings in a range, and comments that hide them; all safe corrections of the file as one action."""
        known = self._open.get(params.text_document.uri)
        if known is None or not known.is_current or known.found is None:
            return None
        only = params.context.only
        lines = self.lines(known.document.text)
        found = [each for each in known.found.findings if _overlap(range_of(each, lines), params.range)]
        edits = _Edits(known.uri, known.document.version, lines)
        actions: list[types.CodeAction] = []
        diagnostics = {
            (each.code, each.range.start.line, each.range.start.character): each
            for each in params.context.diagnostics
            if each.source == "backend-lint"
        }

        def shown(finding: Finding) -> list[types.Diagnostic]:
            start = range_of(finding, lines).start
            same = diagnostics.get((finding.rule, start.line, start.character))
            return [same] if same is not None else []

        wants_fixes, wants_all = _wants(only, types.CodeActionKind.QuickFix), _wants(only, types.CodeActionKind.SourceFixAll)
        fixes: tuple[Fix, ...] = ()
        if (wants_fixes and any(each.fixable for each in found)) or (wants_all and any(each.fixable for each in known.found.findings)):
            checked = known.found
            fixes = await self._fixes(known)
            if known.found is not checked:
                return None
        if wants_fixes:
            actions += fix_actions(found, fixes, edits, shown)
            actions += suppress_actions(known.document.text, found, edits, shown)
        if wants_all:
            actions += fix_all(fixes, edits)
        return actions

    async def _fixes(self, known: _Open) -> tuple[Fix, ...]:
        if known.fixes is None and known.found is not None:
            found, document = known.found, known.document
            future = self.checker.fixes(document, Path(found.root), found.path, found.findings)
            try:
                made = await asyncio.wait_for(asyncio.wrap_future(future), _PATIENCE)
            except (TimeoutError, asyncio.TimeoutError):
                return ()
            if known.document is document:
                known.fixes = made
        return known.fixes or ()

    # --- settings

    def configure(self, given: Any) -> None:
        """Take the editor's settings, of which those that are wrong are told."""
        line, faults = preferences.read(given, self._options.command_line)
        for fault in faults:
            self.say_once(fault, types.MessageType.Warning)
        self.checker.configure(replace(self._options, command_line=line))

    # --- messages

    def say_once(self, message: str, kind: types.MessageType) -> None:
        """Show a message, unless it was shown since all was well."""
        if message in self._said:
            return
        self._said.add(message)
        self.window_show_message(types.ShowMessageParams(kind, f"backend-lint: {visible(message)}"))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A fault of the server's own is told once and ends nothing."""
        print(f"backend-lint: {type(error).__name__}: {error}", file=sys.stderr)
        with contextlib.suppress(Exception):
            self.say_once(f"internal error: {type(error).__name__}: {str(error)[:200]}", types.MessageType.Error)

    # --- its life

    def begin(self) -> None:
        """The editor has said who it is."""
        self._loop = asyncio.get_running_loop()
        self.checker.start()

    def serve(self) -> None:
        """Serve the editor at standard input and output until it goes."""
        # What anything else prints must not get into the protocol.
        protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        sys.stdout = sys.stderr
        assert isinstance(protocol, BufferedWriter), "a file that is opened in binary is buffered"
        try:
            self.start_io(stdout=protocol)
        finally:
            self.checker.stop()


@dataclass(frozen=True)
class _Edits:
    """Makes changes of a document out of edits of its text."""

    uri: str
    version: int
    lines: Lines

    def __call__(self, edits: Any) -> types.WorkspaceEdit:
        changes = [
            types.TextEdit(types.Range(self.lines.position(each.start), self.lines.position(each.end)), each.replacement) for each in edits
        ]
        document = types.OptionalVersionedTextDocumentIdentifier(self.uri, self.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(changes))])


def _wants(only: Any, kind: types.CodeActionKind) -> bool:
    """Whether an editor that asks for certain kinds of actions, or for none in particular, asks for a kind. Kinds are nested by dots."""
    if only is None:
        return kind is types.CodeActionKind.QuickFix
    return any(
        kind.value == asked or kind.value.startswith(f"{asked}.") or str(asked).startswith(f"{kind.value}.") for asked in map(_value, only)
    )


def _value(kind: Any) -> str:
    return str(getattr(kind, "value", kind))


def _markdown(text: str) -> types.MarkupContent:
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def _plain(text: str) -> str:
    """A message inside Markdown: what it quotes stays code, and it makes no links and no HTML."""
    return visible(text).replace("<", "&lt;").replace("[", "\\[").replace("!", "\\!")


def _holds(place: types.Range, position: types.Position) -> bool:
    return (place.start.line, place.start.character) <= (position.line, position.character) <= (place.end.line, place.end.character)


def _overlap(one: types.Range, other: types.Range) -> bool:
    return (one.start.line, one.start.character) <= (other.end.line, other.end.character) and (
        other.start.line,
        other.start.character,
    ) <= (one.end.line, one.end.character)


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/\\") + os.sep)
