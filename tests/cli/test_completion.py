"""What bash, zsh and fish offer with the completion scripts that modelgate prints."""

import shutil
import subprocess

import pytest

from support import console

# what is typed, words that must be offered, words that must not
CASES = [
    ("modelgate ", ["help", "completion", "version"], ["man"]),
    ("modelgate ver", ["version"], ["help"]),
    ("modelgate --ver", ["--version"], ["--color"]),
    ("modelgate version --", ["--json", "--color", "--help"], ["--version"]),
    ("modelgate version --color ", ["auto", "always", "never"], []),
    ("modelgate --color never ver", ["version"], []),
    ("modelgate help ", ["version", "completion"], []),
    ("modelgate completion ", ["bash", "zsh", "fish"], ["version"]),
]

BASH = r"""
source <(modelgate completion bash)
COMP_WORDS=($1)
[[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_modelgate
printf '%s\n' "${COMPREPLY[@]}"
"""
FISH = "modelgate completion fish | source; complete -C $argv[1] | string replace -r '\t.*' ''"
# zsh completes only on a terminal: zpty makes one, and compadd tells what it is offered.
ZSH = r"""
zmodload zsh/zpty
zpty shell 'zsh -f -i'
zpty -w shell 'PS1= PROMPT2= ; autoload -Uz compinit; compinit -D -u; source <(modelgate completion zsh)
compadd() { local -a hits; builtin compadd -A hits "$@"; builtin compadd "$@"
print -rl -- "OFFER "${^hits} >> $HOME/offers }
bindkey "^I" complete-word; zstyle ":completion:*" list-grouped false; unsetopt beep; echo re""ady'
zpty -r shell answer '*ready*'
zpty -n -w shell "$1"$'\t'
repeat 50 { sleep 0.2; [[ -s $HOME/offers ]] && break }
sleep 0.3
zpty -d shell
sed -n 's/^OFFER //p' $HOME/offers
"""


def offers(shell, script, typed, place):
    (place.home / "offers").write_text("")
    name = [] if shell == "fish" else ["offers"]
    done = subprocess.run([shell, "-c", script, *name, typed], cwd=place.work,
        env=place.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=console.TIMEOUT_S)
    return set(line.strip() for line in done.stdout.splitlines()), done.stderr


@pytest.mark.parametrize("shell, script", [("bash", BASH), ("zsh", ZSH), ("fish", FISH)], ids=["bash", "zsh", "fish"])
def test_offers(shell, script):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    for typed, wanted, unwanted in CASES:
        with console.Place() as place:
            found, errors = offers(shell, script, typed, place)
        bad = [word for word in wanted if word not in found]
        bad += [f"not {word}" for word in unwanted if word in found]
        assert not bad and not errors, f"'{typed}': expected {bad}, offered {sorted(found)} {errors}"
