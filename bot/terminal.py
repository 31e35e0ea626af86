"""Chat in the terminal, or through a pipe: a line in, a reply out."""

import re
import sys
from contextlib import suppress
from pathlib import Path

from bot import replies
from bot.conversation import Conversation
from bot.listings import clause_number
from knowledge.errors import QuestionError

_PROMPT = "问："
_CHAT = "terminal"
_QUIT = {"/退出", "/再见", "/quit", "/exit", "/q"}
_HELP = {"/帮助", "/help", "/start", "/?", "/？"}
_CONTENTS = {"/目录", "/toc"}


def chat(conversation: Conversation) -> None:
    """Answer line after line until there is none or the person leaves."""
    live = sys.stdin.isatty() and sys.stdout.isatty()
    plan = conversation.shelf.store.plan()
    if live:
        _remember_lines()
        _show(replies.WELCOME.format(plan=f"《{plan.title}》" if plan else "计划"), live=live)
    while (line := _read(live=live)) is not None and line.strip() not in _QUIT:
        if line.strip() or not live:
            _show(respond(line, conversation), live=live)
    if live:
        _show(replies.GOODBYE, live=live)


def respond(line: str, conversation: Conversation) -> str:
    """The reply to a line: to a command that begins with /, else to a question."""
    words = line.strip()
    store = conversation.shelf.store
    plan = store.plan()
    if words in _HELP:
        return replies.HELP
    if words in _CONTENTS and plan is not None:
        return replies.contents(plan, store.clauses_of(plan.title))
    clause = re.match(r"/(?:条|clause)\s*(.*)", words)
    if clause and plan is not None and clause_number(clause[1]) is None:
        return replies.CLAUSE_USAGE.format(command="/条", last=store.last_ref(plan.title))
    if words.startswith("/") and not clause:
        return replies.NO_COMMAND
    try:
        return replies.reply(*conversation.ask(_CHAT, clause[1] if clause else line))
    except QuestionError as error:
        return str(error)


def _read(*, live: bool) -> str | None:
    try:
        return input(_PROMPT) if live else sys.stdin.readline() or None
    except EOFError:
        return None
    except KeyboardInterrupt:
        print()
        return None


def _show(text: str, *, live: bool) -> None:
    if not live:
        print(text, end="\n\n", flush=True)
        return
    from rich.console import Console

    console = Console(highlight=False)
    first, _, rest = text.partition("\n")
    console.print(first, style="bold", markup=False, soft_wrap=True)
    console.print(rest + "\n" if rest else "", markup=False, soft_wrap=True)


def _remember_lines() -> None:
    """Arrow keys edit the line and bring earlier ones back, also those of the last chat."""
    with suppress(ImportError, OSError):
        import atexit
        import readline

        from platformdirs import user_state_path

        file: Path = user_state_path("yaodian", appauthor=False, ensure_exists=True) / "history"
        if file.exists():
            readline.read_history_file(file)
        readline.set_history_length(500)
        atexit.register(_save_lines, file)


def _save_lines(file: Path) -> None:
    import readline

    with suppress(OSError):
        readline.write_history_file(file)
        file.chmod(0o600)
