"""What the user's configuration says of the project's own names is believed."""

from __future__ import annotations

from backend_lint.semantics.calls import callee
from backend_lint.semantics.resources import acquired
from backend_lint.semantics.settings import is_used_in_production
from backend_lint.source import nodes as n
from tests.support import function_of, project_of


def test_a_declared_factory_opens_a_session() -> None:
    files = {
        "app/db.py": "def make():\n    return registry.lookup('session')\n",
        "app/views.py": "from app.db import make\n\ndef total():\n    db = make()\n    return db.query(1)\n",
    }
    for declared, kinds in ((frozenset[str](), []), (frozenset({"app.db.make"}), ["session"])):
        project = project_of(files)
        project.names["session-factories"] = declared
        function = function_of(project, "app/views.py", "total")
        calls = [node for node in n.walk(function.node.body) if isinstance(node, n.Call)]
        opening = next(call for call in calls if isinstance(call.func, n.Name))
        assert [resource.kind for resource in acquired(opening, function.module, function)] == kinds
        query = next(call for call in calls if isinstance(call.func, n.Attribute))
        assert ("builds-query" in callee(query, function.module, function).effects) == bool(kinds)


def test_declared_settings_are_those_of_production() -> None:
    files = {"conf/one.py": "DEBUG = True\nINSTALLED_APPS = []\n", "conf/two.py": "DEBUG = True\nINSTALLED_APPS = []\n"}
    project = project_of(files)
    project.names["settings-modules"] = frozenset({"conf.two"})
    assert [is_used_in_production(project.module(path), "DEBUG") for path in files] == [False, True]
