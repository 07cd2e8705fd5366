"""Conversations with the server over real pipes, by the client of another project."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
SOURCE = Path(__file__).resolve().parents[2]
PATIENCE, PATIENCE_ALTOGETHER = 40.0, 90.0


class Editor:
    """An editor of a few words."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.messages: list[str] = []
        self.log: list[types.PublishDiagnosticsParams] = []
        self.registered: list[types.Registration] = []
        self.versions: dict[str, int] = {}

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        self.versions[uri] = 1
        document = types.TextDocumentItem(uri, "python", 1, path.read_text(encoding="utf-8") if text is None else text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return uri

    def type(self, uri: str, text: str) -> None:
        self.versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri])
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def until(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """What a condition gives as soon as that is something."""
        end = time.monotonic() + patience
        while True:
            found = condition()
            if found:
                return found
            assert time.monotonic() < end, f"in vain; messages: {self.messages}"
            await asyncio.sleep(0.02)

    async def diagnostics(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """The diagnostics of the text as it is now, waited for."""
        wanted = self.versions[uri] if version is None else version

        def published() -> list[types.Diagnostic] | None:
            return next((each for checked, each in reversed(self.published(uri)) if checked == wanted), None)

        end = time.monotonic() + PATIENCE
        while (found := published()) is None:
            assert time.monotonic() < end, f"nothing was published; messages: {self.messages}"
            await asyncio.sleep(0.02)
        return found

    def published(self, uri: str) -> list[tuple[int | None, list[types.Diagnostic]]]:
        """All that was published of a document: version and diagnostics."""
        return [(each.version, list(each.diagnostics)) for each in self.log if each.uri == uri]

    async def hover(self, uri: str, line: int, character: int) -> str | None:
        """The text at a place, counted from 0."""
        place = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        found = await self.client.text_document_hover_async(place)
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def actions(
        self, uri: str, diagnostic: types.Diagnostic | None = None, only: Sequence[str] | None = None
    ) -> list[types.CodeAction]:
        context = types.CodeActionContext([diagnostic] if diagnostic is not None else [], list(only) if only is not None else None)
        place = diagnostic.range if diagnostic is not None else types.Range(types.Position(0, 0), types.Position(0, 0))
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
        found = await self.client.text_document_code_action_async(params)
        return [each for each in found or () if isinstance(each, types.CodeAction)]


def applied(text: str, action: types.CodeAction) -> str:
    """A text after an action, its edits read by the protocol's words: lines, and columns in UTF-16 units."""
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (document,) = action.edit.document_changes
    assert isinstance(document, types.TextDocumentEdit)
    data = text.encode("utf-16-le")
    starts = [0, *(len(text[: match.end()].encode("utf-16-le")) for match in re.finditer("\r\n|\n|\r", text))]

    def place(position: types.Position) -> int:
        return starts[position.line] + 2 * position.character

    for edit in sorted(document.edits, key=lambda each: place(each.range.start), reverse=True):  # type: ignore[union-attr]  # the server sends none else
        assert isinstance(edit, types.TextEdit)
        data = data[: place(edit.range.start)] + edit.new_text.encode("utf-16-le") + data[place(edit.range.end) :]
    return data.decode("utf-16-le")


def converse(
    folders: Sequence[Path],
    conversation: Callable[[Editor], Awaitable[T]],
    *words: str,
    encodings: Sequence[types.PositionEncodingKind] | None = None,
    settings: Any = None,
) -> T:
    """What comes of a conversation with a server for some folders. With further words for its command line, or other things to say when it
    is met, a server of its own is started; else all such conversations of a module are with one."""
    if not words and encodings is None and settings is None:
        if _shared is not None:
            return _shared.converse(folders, conversation)
        return converse(folders, conversation, "--stdio")

    async def session() -> T:
        editor = await _started(folders, *words, encodings=encodings, settings=settings)
        is_over = False
        try:
            found = await conversation(editor)
            is_over = True
            return found
        finally:
            await _ended(editor, gently=is_over)

    return asyncio.run(asyncio.wait_for(session(), PATIENCE_ALTOGETHER))


class Shared:
    """A server that several conversations are with, one after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._editor = self._do(_started([]))

    def converse(self, folders: Sequence[Path], conversation: Callable[[Editor], Awaitable[T]]) -> T:
        async def session() -> T:
            editor = self._editor
            editor.log.clear()
            editor.messages.clear()
            listed = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
            change = types.WorkspaceFoldersChangeEvent(added=listed, removed=[])
            editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
            try:
                return await conversation(editor)
            finally:
                for uri in list(editor.versions):
                    editor.close(uri)
                editor.versions.clear()

        return self._do(asyncio.wait_for(session(), PATIENCE_ALTOGETHER))

    def end(self) -> None:
        self._do(_ended(self._editor, gently=True))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()


_shared: Shared | None = None


@contextlib.contextmanager
def shared_server() -> Iterator[None]:
    """One server for all conversations that want nothing special."""
    global _shared
    _shared = Shared()
    try:
        yield
    finally:
        _shared, server = None, _shared
        server.end()


async def _started(
    folders: Sequence[Path], *words: str, encodings: Sequence[types.PositionEncodingKind] | None = None, settings: Any = None
) -> Editor:
    client = LanguageClient("test", "1")
    editor = Editor(client)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def publish(params: types.PublishDiagnosticsParams) -> None:
        editor.log.append(params)

    @client.feature(types.WINDOW_SHOW_MESSAGE)
    def show(params: types.ShowMessageParams) -> None:
        editor.messages.append(params.message)

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        editor.registered.extend(params.registrations)

    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")])}
    await client.start_io(sys.executable, "-m", "backend_lint", "server", *words, env=variables, cwd=folders[0] if folders else None)
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=list(encodings) if encodings else None),
        workspace=types.WorkspaceClientCapabilities(
            workspace_folders=True,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
    )
    listed = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
    await client.initialize_async(types.InitializeParams(capabilities, workspace_folders=listed, initialization_options=settings))
    client.initialized(types.InitializedParams())
    return editor


async def _ended(editor: Editor, *, gently: bool) -> None:
    """Say goodbye, or end a server after a failure."""
    client = editor.client
    server = client._server
    if server is not None and server.returncode is None:
        with contextlib.suppress(asyncio.TimeoutError):
            if gently:
                await asyncio.wait_for(client.shutdown_async(None), 20)
                client.exit(None)
                await asyncio.wait_for(server.wait(), 20)
        if server.returncode is None:
            server.kill()
            assert not gently, "the server does not go when it is told to"
    await client.stop()
