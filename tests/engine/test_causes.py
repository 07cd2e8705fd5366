"""Findings of one cause, from the rules to the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.result import Result, grouped
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine

Write = Callable[..., Path]

HANDLERS = 14

RATES = """\
import requests


def fetch(name: str) -> float:
    return requests.get(f"https://rates.example/{name}", timeout=5).json()["rate"]
"""


def routes(*numbers: int, comment: str = "") -> str:
    head = "from fastapi import APIRouter\n\nfrom app.rates import fetch\n\nrouter = APIRouter()\n"
    body = '\n\n@router.get("/{n}")\nasync def read_{n}() -> float:\n    return fetch("{n}"){comment}\n'
    return head + "".join(body.replace("{n}", str(number)).replace("{comment}", comment) for number in numbers)


def service(rates: str = RATES, **changed: str) -> dict[str, str]:
    """A project whose fourteen handlers in two files call one helper that blocks."""
    files = {
        ".git/HEAD": "",
        "app/__init__.py": "",
        "app/main.py": "from fastapi import FastAPI\n\nfrom app import one, two\n\napp = FastAPI()\n"
        "app.include_router(one.router)\napp.include_router(two.router)\n",
        "app/rates.py": rates,
        "app/one.py": routes(*range(7)),
        "app/two.py": routes(*range(7, HANDLERS)),
    }
    return {**files, **{f"app/{name}.py": text for name, text in changed.items()}}


def check(root: Path, *paths: str, select: str = "BL801,BL001", jobs: int | None = 1, cache: Cache | None = None) -> Result:
    line = CommandLine(choice=Choice(select=tuple(select.split(","))))
    request = Request(current=root, command_line=line, jobs=jobs, cache=cache)
    return check_paths([Path(path) for path in paths] or [Path()], request)


class TestOneHelper:
    def test_is_one_finding_with_a_way_for_each_handler(self, project: Write) -> None:
        (finding,) = grouped(check(project(service()))).findings
        assert (finding.path, finding.line, finding.function) == ("app/rates.py", 5, "fetch")
        assert len(finding.occurrences) == HANDLERS
        assert next((step.path, step.message) for step in finding.trace) == ("app/one.py", "read_0 calls fetch")

    def test_is_still_fourteen_in_the_result(self, project: Write) -> None:
        result = check(project(service()))
        assert (len(result.findings), result.failing, grouped(result).failing) == (HANDLERS, HANDLERS, HANDLERS)

    def test_is_the_same_from_several_processes_and_from_the_cache(self, project: Write, tmp_path: Path) -> None:
        root, cache = project(service()), Cache(tmp_path / "cache", None)
        alone = grouped(check(root)).findings
        assert grouped(check(root, jobs=2)).findings == alone
        assert grouped(check(root, cache=cache)).findings == alone
        assert grouped(check(root, cache=cache)).findings == alone
        (root / "app/two.py").write_text(routes(*range(7, HANDLERS)) + "\n\nUNUSED = 1\n", encoding="utf-8")
        assert grouped(check(root, cache=cache)).findings == grouped(check(root)).findings


class TestComments:
    HIDING = "  # backend-lint: ignore[BL801] -- the cache answers at once"

    def test_at_one_handler_takes_it_out(self, project: Write) -> None:
        root = project(service(two=routes(7, comment=self.HIDING) + routes(8)))
        result = grouped(check(root))
        (finding,) = result.findings
        assert [occurrence.function for occurrence in finding.occurrences] == [f"read_{n}" for n in (*range(7), 8)]
        assert result.suppressed == 1

    def test_at_the_cause_hides_them_all(self, project: Write) -> None:
        lines = RATES.splitlines()
        lines[-1] += self.HIDING
        result = check(project(service("\n".join(lines))))
        assert (result.findings, result.suppressed) == ([], HANDLERS)

    def test_at_the_cause_counts_where_its_file_is_not_checked(self, project: Write) -> None:
        lines = RATES.splitlines()
        lines[-1] += self.HIDING
        result = check(project(service("\n".join(lines))), "app/one.py")
        assert (result.findings, result.suppressed) == ([], 7)

    def test_at_the_cause_is_not_called_unused_where_the_handlers_are_not_checked(self, project: Write) -> None:
        lines = RATES.splitlines()
        lines[-1] += self.HIDING
        root = project(service("\n".join(lines)))
        assert check(root, "app/rates.py").findings == []
        for name in ("one", "two"):
            (root / f"app/{name}.py").write_text(routes(), encoding="utf-8")
        assert [finding.rule for finding in check(root).findings] == ["BL001"]

    @pytest.mark.parametrize("paths", [(), ("app/one.py",)])
    def test_at_the_cause_counts_when_it_is_written_after_a_check(self, project: Write, tmp_path: Path, paths: tuple[str, ...]) -> None:
        root, cache = project(service()), Cache(tmp_path / "cache", None)
        assert check(root, *paths, cache=cache).findings
        (root / "app/rates.py").write_text(RATES.rstrip("\n") + self.HIDING + "\n", encoding="utf-8")
        assert check(root, *paths, cache=cache).findings == check(root, *paths).findings == []
        (root / "app/rates.py").write_text(RATES, encoding="utf-8")
        assert check(root, *paths, cache=cache).findings == check(root, *paths).findings != []

    @pytest.mark.parametrize("comment", ["# backend-lint: ignore-file[BL801] -- old", "# noqa"])
    def test_on_the_file_of_the_cause_or_without_a_rule_says_nothing_of_handlers(self, project: Write, comment: str) -> None:
        lines = RATES.splitlines()
        if "file" in comment:
            lines.insert(0, comment)
        else:
            lines[-1] += f"  {comment}"
        assert sum(finding.rule == "BL801" for finding in check(project(service("\n".join(lines)))).findings) == HANDLERS


REPOSITORY = """\
from sqlalchemy.orm import Session

from app.models import Account, Entry


class Repository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, key: int) -> Account:
        return self.session.query(Account).filter(Account.id == key).one()

    def add(self, row: object) -> None:
        self.session.add(row)
        self.session.commit()
"""
MODELS = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Entry(Base):
    __tablename__ = "entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
"""
ACCOUNTS = """\
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from app.db import get_session
from app.models import Account, Entry
from app.repository import Repository

router = APIRouter()


@router.get("/accounts/{key}")
def read_account(key: int, session: Session = Depends(get_session)) -> str:
    return Repository(session).get(key).name


@router.get("/accounts/{key}/entries")
def read_entries(key: int, session: Session = Depends(get_session)) -> int:
    account = Repository(session).get(key)
    return account.id


@router.post("/accounts")
def open_account(name: str, session: Session = Depends(get_session)) -> int:
    repository = Repository(session)
    account = Account(name=name)
    repository.add(account)
    repository.add(Entry(account_id=account.id))
    return account.id


@router.post("/pairs")
def open_pair(name: str, session: Session = Depends(get_session)) -> int:
    repository = Repository(session)
    account = Account(name=name)
    repository.add(account)
    repository.add(Entry(account_id=account.id))
    return account.id
"""
DB = """\
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from app.settings import settings

SessionLocal = sessionmaker(bind=create_engine(settings.database_url))


def get_session() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session
"""

ACCOUNT_SERVICE = {
    ".git/HEAD": "",
    "app/models.py": MODELS,
    "app/db.py": DB,
    "app/repository.py": REPOSITORY,
    "app/routes.py": ACCOUNTS,
}


class TestOtherRules:
    def test_a_lookup_that_raises_in_a_repository(self, project: Write) -> None:
        root = project(
            {".git/HEAD": "", "app/models.py": MODELS, "app/db.py": DB, "app/repository.py": REPOSITORY, "app/routes.py": ACCOUNTS}
        )
        (finding,) = grouped(check(root, select="BL613")).findings
        assert (finding.path, finding.function, len(finding.occurrences)) == ("app/repository.py", "Repository.get", 2)

    def test_a_repository_that_commits(self, project: Write) -> None:
        root = project(
            {".git/HEAD": "", "app/models.py": MODELS, "app/db.py": DB, "app/repository.py": REPOSITORY, "app/routes.py": ACCOUNTS}
        )
        (finding,) = grouped(check(root, select="BL402")).findings
        assert (finding.path, finding.function, len(finding.occurrences)) == ("app/repository.py", "Repository.add", 2)

    def test_a_driver_whose_error_the_application_has_no_handler_for(self, project: Write) -> None:
        view = (
            "import psycopg2\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
            '@router.get("/{n}")\ndef read_{n}() -> int:\n    connection = psycopg2.connect("")\n    connection.close()\n    return 1\n'
        )
        main = "from fastapi import FastAPI\n\nfrom app import a, b\n\napp = FastAPI()\n"
        main += "app.include_router(a.router)\napp.include_router(b.router)\n"
        root = project({".git/HEAD": "", "app/main.py": main, "app/a.py": view.replace("{n}", "a"), "app/b.py": view.replace("{n}", "b")})
        (finding,) = grouped(check(root, select="BL601")).findings
        assert (finding.path, finding.line) == ("app/main.py", 5)
        assert [occurrence.function for occurrence in finding.occurrences] == ["read_a", "read_b"]
        handled = main + "\n\n@app.exception_handler(psycopg2.Error)\ndef away(request, error):\n    return None\n"
        (root / "app/main.py").write_text("import psycopg2\n" + handled, encoding="utf-8")
        assert check(root, select="BL601").findings == []

    def test_time_outs_that_are_nowhere(self, project: Write) -> None:
        call = "import requests\n\n\ndef call() -> None:\n    try:\n        requests.post(URL).raise_for_status()\n"
        call += "    except requests.RequestException as fault:\n        raise Unavailable from fault\n"
        root = project({".git/HEAD": "", "app/a.py": call, "app/b.py": call})
        (finding,) = grouped(check(root, select="BL612")).findings
        assert [occurrence.path for occurrence in finding.occurrences] == ["app/a.py", "app/b.py"]
        (root / "app/c.py").write_text("import requests\n\n\ndef ask() -> None:\n    requests.get(URL, timeout=5)\n", encoding="utf-8")
        assert [finding.path for finding in grouped(check(root, select="BL612")).findings if not finding.occurrences][:2] == [
            "app/a.py",
            "app/b.py",
        ]

    def test_a_task_that_is_given_the_session_of_a_request(self, project: Write) -> None:
        view = (
            "from fastapi import APIRouter, BackgroundTasks, Depends\nfrom sqlalchemy.orm import Session\n\n"
            "from app.db import get_session\nfrom app.tasks import send\n\nrouter = APIRouter()\n"
        )
        for name in ("a", "b"):
            view += (
                f'\n\n@router.post("/{name}")\ndef post_{name}(tasks: BackgroundTasks, session: Session = Depends(get_session)) -> None:\n'
                "    tasks.add_task(send, session)\n"
            )
        tasks = "from sqlalchemy.orm import Session\n\n\ndef send(session: Session) -> None:\n    session.flush()\n"
        root = project({".git/HEAD": "", "app/db.py": DB, "app/tasks.py": tasks, "app/routes.py": view})
        (finding,) = grouped(check(root, select="BL905")).findings
        assert (finding.path, finding.line, len(finding.occurrences)) == ("app/tasks.py", 4, 2)
