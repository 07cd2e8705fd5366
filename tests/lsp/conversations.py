"""Conversations with the server over real pipes, by the client of another project."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
SOURCE = Path(__file__).resolve().parents[2]
PATIENCE = 40.0


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

    for edit in sorted(document.edits, key=lambda each: place(each.range.start), reverse=True):  # type: ignore[union-attr]
        assert isinstance(edit, types.TextEdit)
        data = data[: place(edit.range.start)] + edit.new_text.encode("utf-16-le") + data[place(edit.range.end) :]
    return data.decode("utf-16-le")


def converse(
    folders: Sequence[Path],
    conversation: Callable[[Editor], Awaitable[T]],
    *words: str,
    encodings: Sequence[types.PositionEncodingKind] | None = None,
    settings: Any = None,
    environment: dict[str, str] | None = None,
    patience: float = 90.0,
) -> T:
    """What comes of a conversation with a server for some folders, which is started with further words on its command line."""

    async def session() -> T:
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

        variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")]), **(environment or {})}
        await client.start_io(sys.executable, "-m", "backend_lint", "server", *words, env=variables, cwd=folders[0] if folders else None)
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=list(encodings) if encodings else None),
            workspace=types.WorkspaceClientCapabilities(
                did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
            ),
        )
        listed = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
        params = types.InitializeParams(capabilities, workspace_folders=listed or None, initialization_options=settings)
        is_over = False
        try:
            await client.initialize_async(params)
            client.initialized(types.InitializedParams())
            found = await conversation(editor)
            await client.shutdown_async(None)
            client.exit(None)
            is_over = True
            return found
        finally:
            server = client._server
            if server is not None and server.returncode is None:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(server.wait(), 5 if is_over else 0.1)
                if server.returncode is None:
                    server.kill()
            await client.stop()

    return asyncio.run(asyncio.wait_for(session(), patience))
