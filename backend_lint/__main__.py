"""`python -m backend_lint`: the same as the `backend-lint` command."""

from __future__ import annotations

from backend_lint.cli.main import main

if __name__ == "__main__":
    main()
