"""Shell completion: the scripts that shells load, and the answers that the scripts ask for at every Tab.

click finds the argument at the cursor; these classes read the command line as each shell passes it, and write
candidates as each shell takes them. A script asks by calling the program with `_CARECONSOLE_COMPLETE` set; a line of
the answer is a type, a value and a short description, separated by tabs. click's own scripts do not suffice: bash
splits a filter such as owner:ana before click sees it, and names with spaces are inserted unquoted.
"""

from __future__ import annotations

import os
import re
from typing import Any, ClassVar

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

MARK = "careconsole completion"
"""Contained in each script, so that an installed file is recognised."""

_BASH = """\
# Made by: careconsole completion bash
_careconsole_completion() {
    local type value help
    COMPREPLY=()
    while IFS=$'\\t' read -r type value help; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            part) COMPREPLY+=("$value"); compopt -o nospace 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            dir) compopt -o dirnames 2>/dev/null ;;
        esac
    done < <(
        _CARECONSOLE_COMPLETE=bash_complete COMP_BEFORE="${COMP_LINE:0:COMP_POINT}" COMP_REPLACED="$2" \\
            "${1/#\\~\\//$HOME/}" 2>/dev/null
    )
}
complete -o nosort -F _careconsole_completion careconsole 2>/dev/null ||
    complete -F _careconsole_completion careconsole
"""

_ZSH = """\
#compdef careconsole
# Made by: careconsole completion zsh
_careconsole() {
    local type value help files folders
    local -a before plain plain_lines parts part_lines
    before=("${(@Q)words[1,CURRENT-1]}")
    while IFS=$'\\t' read -r type value help; do
        case $type in
            plain) plain+=("$value"); plain_lines+=("$value${help:+  -- $help}") ;;
            part) parts+=("$value"); part_lines+=("$value${help:+  -- $help}") ;;
            file) files=1 ;;
            dir) folders=1 ;;
        esac
    done < <(
        _CARECONSOLE_COMPLETE=zsh_complete COMP_BEFORE="${(pj:\\x1f:)before}" COMP_WORD="${(Q)PREFIX}" \\
            "${before[1]/#\\~\\//$HOME/}" 2>/dev/null
    )
    (( $#plain )) && compadd -U -l -V careconsole -d plain_lines -a plain
    (( $#parts )) && compadd -U -l -V careconsole-parts -S '' -d part_lines -a parts
    [[ -n $files ]] && _files
    [[ -n $folders ]] && _files -/
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _careconsole "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _careconsole careconsole
fi
"""

_FISH = """\
# Made by: careconsole completion fish
function __careconsole_completion
    set -l before (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $before[1])
    set -l joined (string join \\x1f -- $before)
    set -l word (commandline -ct)
    _CARECONSOLE_COMPLETE=fish_complete COMP_BEFORE="$joined" COMP_WORD="$word" $program 2>/dev/null |
        while read -l -d \\t type value help
            switch $type
                case plain part
                    if test -n "$help"
                        printf '%s\\t%s\\n' $value $help
                    else
                        printf '%s\\n' $value
                    end
                case file
                    __fish_complete_path $value
                case dir
                    __fish_complete_directories $value
            end
        end
end
complete --no-files --keep-order --command careconsole --arguments '(__careconsole_completion)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
"""The script of each shell."""

_SPECIAL = re.compile(r"[^\w@%+=:,./-]")
"""Characters that may be special to bash outside quotes; letters of any writing system are not."""
_SPECIAL_IN_QUOTES = re.compile(r'[\\"$`]')
_ENDS_COMMAND = "|;&()\n"


class _Completing(ShellComplete):
    """What all shells share: candidates are whole words."""

    def source(self) -> str:
        return self.source_template

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """Returns every candidate as a whole word, `--to=Ben` for `--to=B`."""
        try:
            items: list[CompletionItem[Any]] = super().get_completions(args, incomplete)
        except click.ClickException:  # the words before the cursor are no valid call: nothing to propose
            return []
        option, equals, _ = incomplete.partition("=")
        if equals and option.startswith("--"):
            for item in items:
                if item.type in ("plain", "part"):
                    item.value = f"{option}={item.value}"
        return items

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{item.type}\t{item.value}\t{' '.join((item.help or '').split())}"


class _Words(_Completing):
    """A shell that passes the words before the cursor without their quotes."""

    def get_completion_args(self) -> tuple[list[str], str]:
        _, *args = _given("COMP_BEFORE").split("\x1f")
        return args, self.begun(_given("COMP_WORD"))

    def begun(self, word: str) -> str:
        """The word at the cursor, without its quotes."""
        return word


@add_completion_class
class Zsh(_Words):
    """Completion in zsh, which shows descriptions and quotes what it inserts."""

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = _ZSH


@add_completion_class
class Fish(_Words):
    """Completion in fish, which passes the word at the cursor with its quotes."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = _FISH

    def begun(self, word: str) -> str:
        """The word at the cursor, without its quotes."""
        return Line(word).words[-1]


@add_completion_class
class Bash(_Completing):
    """Completion in bash, which splits words at colons and equals signs, and does not quote what it inserts."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Returns the words between the program and the cursor, and the word at the cursor."""
        words = Line(_given("COMP_BEFORE")).words
        return words[1:-1], words[-1]

    def complete(self) -> str:
        """Returns the candidates without the part of the word that bash keeps, quoted to fit any open quotes."""
        before = _given("COMP_BEFORE")
        left = Line(before[: len(before) - len(_given("COMP_REPLACED"))])
        lines = []
        for item in self.get_completions(*self.get_completion_args()):
            if item.type in ("plain", "part"):
                if not item.value.startswith(left.words[-1]):
                    continue
                item.value = _quoted(item.value[len(left.words[-1]) :], left.quote)
            lines.append(self.format_completion(item))
        return "\n".join(lines)


class Line:
    """A command line up to the cursor, split as a shell splits it: the words of its last command.

    The last word is the one at the cursor, maybe empty. `quote` is the quotation mark that is open at the end, or "".
    """

    def __init__(self, text: str) -> None:
        self.words: list[str] = [""]
        self.quote = ""
        begun, at = False, 0
        while at < len(text):
            sign = text[at]
            at += 1
            if self.quote == "'":
                self._take(sign, "'")
            elif sign == "\\" and at < len(text):
                if self.quote and text[at] not in '\\"$`':
                    self.words[-1] += sign
                self.words[-1] += text[at]
                begun, at = True, at + 1
            elif self.quote:
                self._take(sign, '"')
            elif sign in "'\"":
                self.quote, begun = sign, True
            elif sign in _ENDS_COMMAND:
                self.words, begun = [""], False
            elif sign.isspace():
                if begun:
                    self.words.append("")
                begun = False
            else:
                self.words[-1] += sign
                begun = True

    def _take(self, sign: str, closing: str) -> None:
        if sign == closing:
            self.quote = ""
        else:
            self.words[-1] += sign


def _quoted(value: str, quote: str) -> str:
    """Quotes a value for bash, outside quotes or within those that are open."""
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        return _SPECIAL_IN_QUOTES.sub(r"\\\g<0>", value)
    return _SPECIAL.sub(r"\\\g<0>", value)


def _given(name: str) -> str:
    """Returns a variable that the shell set, as UTF-8 whatever the locale."""
    return os.fsencode(os.environ.get(name, "")).decode("utf-8", "replace")
