"""Small handlers with one fault each, from which the tests build their histories."""

from __future__ import annotations

from textwrap import dedent

#: The rules that the tests select: an exception's text in a response, a secret in the source, blocking calls below async code.
LEAKS = ("BL301",)
SECRETS = ("BL501",)
BLOCKING = ("BL801",)


def leak(name: str = "show", *, result: str = "1") -> str:
    """A module with a handler that answers with the text of an exception, on its line 11."""
    return dedent(
        f"""
        from fastapi import FastAPI

        app = FastAPI()


        @app.get("/{name}")
        def {name}():
            try:
                return {result}
            except Exception as error:
                return {{"error": str(error)}}
        """
    ).lstrip("\n")


CLEAN = leak().replace("str(error)", '"failed"')
HEADER = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"


def handlers(*names: str) -> str:
    """A module with a leaking handler of each name."""
    return HEADER + "\n\n".join(leak(name).removeprefix(HEADER) for name in names)
