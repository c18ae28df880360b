"""`catalog completion`: the script that lets a shell complete commands, options and names."""

from __future__ import annotations

import click

from catalog.cli.completing import VARIABLE

EPILOG = """\b
Examples:
  eval "$(catalog completion bash)"                        (in ~/.bashrc)
  eval "$(catalog completion zsh)"                         (in ~/.zshrc, after compinit)
  catalog completion fish > ~/.config/fish/completions/catalog.fish

bash needs version 4.4 or newer. `catalog help completion.md` says which names are completed.
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and names."""
    from click.shell_completion import get_completion_class

    root = context.find_root()
    kind = get_completion_class(shell)
    if kind is None:  # click has all three
        raise click.UsageError(f"no completion for {shell}")
    script = kind(root.command, {}, "catalog", VARIABLE)
    click.echo(script.source_template % script.source_vars(), nl=False)
