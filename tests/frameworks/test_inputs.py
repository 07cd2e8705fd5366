"""What a handler's parameters are filled with, by FastAPI's rules."""

from __future__ import annotations

import pytest

from backend_lint.frameworks import request_handlers_in
from backend_lint.frameworks.model import Input
from backend_lint.semantics.project import Class, Function
from tests.support import project_of

SCHEMAS = """
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypedDict
from fastapi import Body, Depends, Header
from pydantic import BaseModel
from sqlmodel import SQLModel

class Item(BaseModel):
    name: str

class Row(SQLModel):
    name: str

class Kind(str, Enum):
    A = "a"

@dataclass
class Point:
    x: int

class Payload(TypedDict):
    name: str

def get_session():
    yield 1

class Paging:
    def __init__(self, limit: int = 10): ...

SessionDep = Annotated[object, Depends(get_session)]
Token = Annotated[str, Header()]
Loose = Annotated[dict[str, Any], Body()]
"""

HEAD = """
import datetime
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Dict, List, Literal, Optional, Union
from uuid import UUID
from fastapi import (APIRouter, BackgroundTasks, Body, Cookie, Depends, File, Form, Header, Path, Query, Request, Response, Security,
    UploadFile, WebSocket)
from fastapi.security import OAuth2PasswordRequestForm, SecurityScopes
import schemas
from schemas import Item, Kind, Loose, Paging, Payload, Point, Row, SessionDep, Token, get_session
router = APIRouter(prefix="/tenants/{tenant}")
"""


def inputs_of(parameters: str, path: str = "/x") -> list[Input]:
    project = project_of({"schemas.py": SCHEMAS, "api.py": f'{HEAD}\n@router.post("{path}")\nasync def view({parameters}): ...\n'})
    (handler,) = request_handlers_in(project.module("api.py"))
    return handler.inputs


@pytest.mark.parametrize(
    ("parameter", "kind", "is_validated"),
    [
        # scalars: query, or path when the name is in the route or its router's prefix
        ("q: str", "query", True),
        ("q: int = 1", "query", True),
        ("q: Optional[str] = None", "query", True),
        ("q: str | None = None", "query", True),
        ("q: 'int | None' = None", "query", True),
        ("q: date", "query", True),
        ("q: datetime.datetime", "query", True),
        ("q: UUID", "query", True),
        ("q: Decimal = Decimal(0)", "query", True),
        ("q: Kind", "query", True),
        ("q: Literal['a', 'b'] = 'a'", "query", True),
        ("q: List[str] = Query([])", "query", True),
        ("q: Annotated[int, Query(ge=1)] = 1", "query", True),
        ("item_id: int", "path", True),
        ("tenant: str", "path", True),
        ("q", "query", False),
        ("q=None", "query", False),
        ("q: Any = None", "query", False),
        ("item_id", "path", False),
        ("item_id: int = Path(gt=0)", "path", True),
        # a class where a type was meant leaves the parameter untyped
        ("q=Item", "query", False),
        # bodies
        ("body: Item", "body", True),
        ("body: Optional[Item] = None", "body", True),
        ("body: Item | None = None", "body", True),
        ("body: schemas.Item", "body", True),
        ("body: Row", "body", True),
        ("body: Point", "body", True),
        ("body: Payload", "body", True),
        ("body: list[Item]", "body", True),
        ("body: List[int]", "body", True),
        ("body: Dict[str, int]", "body", True),
        ("body: Annotated[Item, Body(embed=True)]", "body", True),
        ("body: str = Body(...)", "body", True),
        ("body: dict", "body", False),
        ("body: dict = Body(...)", "body", False),
        ("body: Dict[str, Any]", "body", False),
        ("body: Dict", "body", False),
        ("body: list", "body", False),
        ("body: List[dict]", "body", False),
        ("body: List[Any]", "body", False),
        ("body: Optional[dict] = None", "body", False),
        ("body: Union[Item, dict]", "body", False),
        ("body: Any = Body(...)", "body", False),
        ("body = Body(...)", "body", False),
        ("body: Loose", "body", False),
        # headers, cookies, forms, files
        ("token: str = Header()", "header", True),
        ("token: Token", "header", True),
        ("token: schemas.Token", "header", True),
        ("seen: str | None = Cookie(None)", "cookie", True),
        ("name: str = Form()", "form", True),
        ("name = Form()", "form", False),
        ("upload: UploadFile", "file", True),
        ("upload: UploadFile = File(...)", "file", True),
        ("upload: list[UploadFile]", "file", True),
        ("upload: bytes = File()", "file", True),
        # the framework's own objects
        ("request: Request", "request", False),
        ("request: 'Request'", "request", False),
        ("response: Response", "response", True),
        ("tasks: BackgroundTasks", "background", True),
        ("scopes: SecurityScopes", "other", True),
        ("form: OAuth2PasswordRequestForm = Depends()", "dependency", True),
        ("db = Depends(get_session)", "dependency", True),
        ("db: SessionDep", "dependency", True),
        ("user = Security(get_session, scopes=['x'])", "dependency", True),
        ("**extra", "other", False),
    ],
)
def test_kind_and_validation(parameter: str, kind: str, is_validated: bool) -> None:
    (found,) = inputs_of(parameter, "/x/{item_id}")
    assert (found.kind, found.is_validated) == (kind, is_validated)


def test_providers() -> None:
    db, paging, other, aliased = inputs_of(
        "db=Depends(get_session), paging: Paging = Depends(), other=Depends(schemas.Paging), aliased: SessionDep = None"
    )
    assert isinstance(db.provider, Function)
    assert db.provider.name == "schemas.get_session"
    assert isinstance(paging.provider, Class)
    assert paging.provider.name == "schemas.Paging"
    assert isinstance(other.provider, Class)
    assert isinstance(aliased.provider, Function)


def test_values_of_inputs() -> None:
    body, count = inputs_of("body: Item, count: int")
    assert body.value is not None
    assert body.value.name == "schemas.Item"
    assert count.value is not None
    assert count.value.name == "int"


def test_websocket_parameters() -> None:
    project = project_of(
        {"schemas.py": SCHEMAS, "api.py": f'{HEAD}\n@router.websocket("/ws/{{room}}")\nasync def ws(websocket: WebSocket, room): ...\n'}
    )
    (handler,) = request_handlers_in(project.module("api.py"))
    assert [(i.kind, i.is_validated) for i in handler.inputs] == [("request", False), ("path", False)]


@pytest.mark.parametrize(
    ("rule", "parameter", "is_validated"),
    [
        ("/<int:x>", "x", True),
        ("/<uuid:x>", "x", True),
        ("/<any(a, b):x>", "x", True),
        ("/<x>", "x", False),
        ("/<string:x>", "x", False),
        ("/<string(length=2):x>", "x", False),
        ("/<path:x>", "x", False),
    ],
)
def test_flask_converters(rule: str, parameter: str, is_validated: bool) -> None:
    source = f'from flask import Flask\napp = Flask(__name__)\n@app.route("{rule}")\ndef view({parameter}): ...\n'
    (handler,) = request_handlers_in(project_of({"app.py": source}).module("app.py"))
    assert [(i.kind, i.is_validated) for i in handler.inputs] == [("path", is_validated)]


def test_flask_arguments_that_a_decorator_checks() -> None:
    source = """
    from flask import Flask
    from webargs.flaskparser import use_args
    app = Flask(__name__)

    @app.post("/users/<int:user_id>")
    @use_args({"name": str})
    def save(args, user_id): ...
    """
    (handler,) = request_handlers_in(project_of({"app.py": source}).module("app.py"))
    assert [(i.name, i.kind, i.is_validated) for i in handler.inputs] == [("args", "body", True), ("user_id", "path", True)]
