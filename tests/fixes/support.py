"""Small projects for tests of fixes, made of sources in a dict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from backend_lint.engine.baselines import Hiding
from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.fix_rounds import Workshop
from backend_lint.engine.plan import make_plans
from backend_lint.engine.registry import BUILT_IN_PACK, load_pack
from backend_lint.engine.runner import run
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, Configurations


def workshop(files: Mapping[str, bytes], *, select: Sequence[str], unsafe: bool = True, pedantic: bool = True) -> Workshop:
    """The workshop of a project of these files (root-relative POSIX path -> bytes), with all rules but those selected switched off."""
    root = Path("/project-without-files")
    paths = tuple(sorted(path for path in files if path.endswith((".py", ".pyi"))))
    found = ProjectFiles(root=root, targets=paths)
    found.__dict__["all"] = paths
    line = CommandLine(choice=Choice(select=tuple(select)), pedantic=pedantic)
    plans = make_plans(found, Configurations(root, load_pack(BUILT_IN_PACK), line, use_files=False))
    return Workshop(files=found, plans=plans, pack=BUILT_IN_PACK, hiding=Hiding(), unsafe=unsafe, texts=dict(files))


def repair(shop: Workshop) -> int:
    """Make the fixes of all files, removals of unused suppressions among them; how many were made."""
    for _ in range(3):
        before = dict(shop.texts)
        result = run(shop.files, _configurations(shop), texts=shop.texts, pack=BUILT_IN_PACK)
        assert [problem.detail or problem.message for problem in result.problems] == []
        shop.remove_comments(result.findings, result.directives)
        shop.repair({finding.path for finding in result.findings if finding.fixable and finding.rule != "BL001"})
        if shop.texts == before:
            break
    return sum(len(made) for made in shop.made.values())


def fixed(text: str, *, select: Sequence[str], path: str = "app.py", unsafe: bool = True, pedantic: bool = True, **others: str) -> str:
    """A file after its fixes. `others` are further files by their names without `.py`."""
    files = {path: text.encode(), **{f"{name}.py": held.encode() for name, held in others.items()}}
    shop = workshop(files, select=select, unsafe=unsafe, pedantic=pedantic)
    repair(shop)
    return shop.texts[path].decode()


def _configurations(shop: Workshop) -> Configurations:
    (plan, *_) = shop.plans.plans
    line = CommandLine(choice=Choice(select=tuple(sorted(plan.enabled))), pedantic=plan.pedantic)
    return Configurations(shop.files.root, load_pack(BUILT_IN_PACK), line, use_files=False)
