"""Which keywords a pydantic model takes notice of."""

from __future__ import annotations

import pytest

from backend_lint.semantics.calls import callee
from backend_lint.semantics.models import drops
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

HEADER = """
    from typing import Annotated, Any, Generic, Literal, TypeVar

    import pydantic
    from pydantic import AliasChoices, BaseModel, ConfigDict, Extra, Field, model_validator, root_validator
    from vendor.schemas import CamelModel

    T = TypeVar("T")

    class Answer(BaseModel):
        status_code: int
"""

#: Models that ignore `error`.
DROPPING = [
    "class Failure(BaseModel):\n    status_code: int",
    "class Failure(Answer):\n    detail: str | None = None",
    "class Failure(pydantic.BaseModel):\n    kind: Literal['error'] = Field('error', alias='type')",
    "class Failure(BaseModel, Generic[T]):\n    model_config = ConfigDict(frozen=True, extra='ignore')\n    data: T",
    "class Failure(BaseModel):\n    status_code: int\n    class Config:\n        orm_mode = True\n        extra = Extra.ignore",
    "class Failure(BaseModel):\n    status_code: int\n    @model_validator(mode='after')\n    def check(self):\n        return self",
]

#: Models that take it, or may.
KEEPING = [
    "class Failure(BaseModel):\n    error: str",
    "class WithError(BaseModel):\n    error: str = ''\nclass Failure(WithError):\n    status_code: int",
    "class Failure(BaseModel):\n    text: str = Field(alias='error')",
    "class Failure(BaseModel):\n    text: Annotated[str, Field(validation_alias=AliasChoices('error', 'err'))]",
    "ALIAS = 'error'\nclass Failure(BaseModel):\n    text: str = Field(alias=ALIAS)",
    "class Failure(BaseModel):\n    model_config = ConfigDict(extra='allow')\n    status_code: int",
    "class Failure(BaseModel):\n    model_config: ConfigDict = {'extra': 'allow'}\n    status_code: int",
    "class Open(BaseModel):\n    model_config = ConfigDict(extra='allow')\nclass Failure(Open):\n    status_code: int",
    "class Failure(BaseModel, extra='allow'):\n    status_code: int",
    "class Failure(BaseModel):\n    status_code: int\n    class Config:\n        extra = 'allow'",
    "class Failure(BaseModel):\n    status_code: int\n    class Config:\n        extra: Any = Extra.allow",
    "class Shared:\n    extra = 'allow'\nclass Failure(BaseModel):\n    status_code: int\n    class Config(Shared):\n        pass",
    "OPEN = ConfigDict(extra='allow')\nclass Failure(BaseModel):\n    model_config = OPEN\n    status_code: int",
    "class Failure(BaseModel):\n    model_config = ConfigDict(alias_generator=str.lower)\n    ERROR: str",
    "class Failure(CamelModel):\n    status_code: int",
    "class Failure(BaseModel, CamelModel):\n    status_code: int",
    "class Failure(BaseModel):\n    text: str\n    def __init__(self, error):\n        super().__init__(text=error)",
    "class Failure(BaseModel):\n    text: str\n    @model_validator(mode='before')\n    def read(cls, given):\n        return given",
    "class Failure(BaseModel):\n    text: str\n    @root_validator(pre=True)\n    def read(cls, given):\n        return given",
    "class Failure:\n    status_code: int",
]


def is_dropped(model: str, call: str = "Failure(error=text)") -> bool:
    indented = "".join(f"    {line}\n" for line in model.splitlines())
    project = project_of({"app.py": f"{HEADER}\n{indented}\n    def f(text, cls: type[Failure]):\n        return {call}\n"})
    function = function_of(project, "app.py", "f")
    (statement,) = function.node.body
    assert isinstance(statement, n.Return)
    made = statement.value
    assert isinstance(made, n.Call)
    target = callee(made, function.module, function)
    assert target.constructs is not None
    return drops(made, target, made.args[0])


@pytest.mark.parametrize("model", DROPPING)
def test_what_a_model_does_not_declare_is_dropped(model: str) -> None:
    assert is_dropped(model)


@pytest.mark.parametrize("model", KEEPING)
def test_what_a_model_declares_or_may_take_is_kept(model: str) -> None:
    assert not is_dropped(model)


def test_a_declared_field_of_a_model_that_drops_others_is_kept() -> None:
    assert not is_dropped(DROPPING[0], "Failure(status_code=text)")
    assert not is_dropped(DROPPING[0], "Failure(**text)")


def test_behind_a_parameter_a_class_may_stand_that_declares_more() -> None:
    assert not is_dropped(DROPPING[0], "cls(error=text)")
