"""`backend-lint completion`."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print what makes a shell complete commands, options and rules.

    \b
    bash: echo 'eval "$(backend-lint completion bash)"' >> ~/.bashrc
    zsh:  echo 'eval "$(backend-lint completion zsh)"' >> ~/.zshrc
    fish: backend-lint completion fish > ~/.config/fish/completions/backend-lint.fish
    """
    from click.shell_completion import ShellComplete, get_completion_class

    from backend_lint.cli.group import cli
    from backend_lint.cli.terminal import writing

    made_for = get_completion_class(shell)
    assert made_for is not None, "click knows these shells"
    with writing():
        # That of the class itself: for bash, click asks the installed one for its version, which need not be the one that reads this.
        click.echo(ShellComplete.source(made_for(cli, {}, "backend-lint", "_BACKEND_LINT_COMPLETE")))
    return 0
