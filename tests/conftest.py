from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from backend_lint.source.stack import make_room

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Hypothesis wants to find the limit of recursion as it was before an example, and the first analysis raises it.
make_room()


@pytest.fixture(scope="session", autouse=True)
def caches_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what the user keeps in their cache."""
    folder = tmp_path_factory.mktemp("user-cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("LOCALAPPDATA", str(folder))
        patch.setenv("BACKEND_LINT_CACHE_DIR", str(folder / "checks"))
        yield
