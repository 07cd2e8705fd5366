"""What the server is asked for and told by an editor, method by method of the protocol.

`pygls` is imported with this module, and nothing but the command imports it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types

from backend_lint.lsp.messages import Options
from backend_lint.lsp.server import Server

#: What else than Python files changes findings: configurations, baselines and API descriptions.
_WATCHED = ("**/*.{py,pyi}", "**/pyproject.toml", "**/backend-lint.toml", "**/*.{yml,yaml,json}", "**/.gitignore", "**/*baseline*")

#: How long to wait for what is changing on the disk to be at rest, as when branches are switched, in seconds.
_DISK_PAUSE = 0.5

T = TypeVar("T")


def make_server(options: Options, folder: Path | None = None) -> Server:
    """A server that checks as `options` say. `folder` is where pages of rules may be written for the editor to open, None for nowhere."""
    server = Server(options, folder)

    def on(method: str, options: Any = None) -> Callable[[Callable[..., T]], Callable[..., T]]:
        return server.feature(method, options) if options is not None else server.feature(method)

    @on(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        if params.initialization_options is not None:
            ls.configure(params.initialization_options)

    @on(types.INITIALIZED)
    async def initialized(ls: Server, params: types.InitializedParams) -> None:
        ls.begin()
        workspace = ls.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is not None and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration("watching", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            with contextlib.suppress(Exception):
                await ls.client_register_capability_async(types.RegistrationParams([registration]))

    @on(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        ls.opened(document.uri, document.version, document.text)

    @on(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        document = ls.workspace.get_text_document(params.text_document.uri)
        ls.changed(document.uri, params.text_document.version, document.source)

    @on(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        document = ls.workspace.get_text_document(params.text_document.uri)
        ls.changed(document.uri, document.version or 0, document.source, pause=0.0)

    @on(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        ls.closed(params.text_document.uri)

    @on(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
        return ls.hover(params.text_document.uri, params.position)

    kinds = [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]

    @on(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(kinds))
    async def code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        return await ls.actions(params)

    @on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        ls.checker.refresh(_DISK_PAUSE)

    @on(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
        ls.configure(params.settings)

    @on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.refolder()

    @on(types.SHUTDOWN)
    def shutdown(ls: Server, params: None) -> None:
        ls.checker.stop()

    return server
