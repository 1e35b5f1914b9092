"""Shell completion scripts, printed or installed."""

from __future__ import annotations

import os

import click

from careconsole.cli.output import put, put_path, say
from careconsole.cli.shell_completion import MARK, SCRIPTS
from careconsole.desk.text_files import written_file
from careconsole.domain.errors import CareError, WrongUse

_LINES = {
    "bash": 'eval "$(careconsole completion bash)"',
    "zsh": 'eval "$(careconsole completion zsh)"',
    "fish": "careconsole completion fish | source",
}


@click.command()
@click.argument("shell", type=click.Choice(tuple(_LINES)))
@click.option("--install", is_flag=True, help="Install the script for your shell instead of printing it.")
def completion(shell: str, install: bool) -> None:
    """Print the script that lets a shell complete commands, people, cases and filters with Tab.

    With --install it goes into your own folder for such scripts, and you are told what else to do; install it
    again after an upgrade. Or let the shell read it whenever it starts, with a line of these in ~/.bashrc, in ~/.zshrc
    after compinit, or in config.fish:

    \b
      eval "$(careconsole completion bash)"
      eval "$(careconsole completion zsh)"
      careconsole completion fish | source

    It needs bash 4.4, zsh 5 or fish 3.1, or newer. See also: careconsole help shell.

    \b
    Examples:
      careconsole completion bash --install
      careconsole completion zsh > _careconsole
    """
    if not install:
        put(SCRIPTS[shell].rstrip("\n"))
        return
    path = _place(shell)
    _write(path, SCRIPTS[shell])
    put_path(path)
    say(_next(shell, path))


def _place(shell: str) -> str:
    """Returns the path where a shell looks for the user's own completion script."""
    data = _folder("XDG_DATA_HOME", ".local", "share")
    match shell:
        case "bash":
            folder = os.environ.get("BASH_COMPLETION_USER_DIR") or os.path.join(data, "bash-completion")
            return os.path.join(folder, "completions", "careconsole")
        case "zsh":
            return os.path.join(data, "zsh", "site-functions", "_careconsole")
        case _:
            return os.path.join(_folder("XDG_CONFIG_HOME", ".config"), "fish", "completions", "careconsole.fish")


def _folder(variable: str, *below_home: str) -> str:
    given = os.environ.get(variable, "")
    home = os.path.expanduser("~")
    if not os.path.isabs(given) and not os.path.isabs(home):
        raise WrongUse("This login has no home folder.", "Print the script, and put it where your shell reads it.")
    return given if os.path.isabs(given) else os.path.join(home, *below_home)


def _write(path: str, script: str) -> None:
    """Writes the script atomically. Raises WrongUse rather than replace a file that is not from careconsole."""
    path = os.path.realpath(path)  # a symlink leads to where the user keeps such files
    try:
        if os.path.lexists(path):
            with open(path, "rb") as file:
                if MARK.encode() not in file.read(1000):
                    raise WrongUse(f"{path} exists already and was not made by careconsole.", "Move it away first.")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with written_file(path, replace=True) as written:
            written.write(script)
    except OSError as error:
        hint = "Print it without --install, and put it where your shell reads it."
        raise CareError(f"{path} cannot be written: {error.strerror or error}.", hint) from error


def _next(shell: str, path: str) -> str:
    """Returns what the user still has to do."""
    match shell:
        case "bash":
            return (
                "New shells complete careconsole if the package bash-completion is installed. If it is not, add"
                f" to ~/.bashrc: {_LINES['bash']}"
            )
        case "zsh":
            return (
                f"Add to ~/.zshrc, before the line with compinit, unless it is there: fpath=({os.path.dirname(path)}"
                " $fpath)"
            )
        case _:
            return "New shells complete careconsole."
