"""Chat in the terminal or through a pipe: a line in, a reply out. For programs: lines of JSON in, lines of JSON out."""

import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assistant import Assistant
from bot.console import visible
from bot.replies.blocks import plain
from bot.replies.contract import answer_record, as_json, unasked_record
from bot.replies.passages import contents
from knowledge.errors import QuestionError, SettingsError, StoreError
from knowledge.lookup import number_of

if TYPE_CHECKING:
    from knowledge.thread import Memory

WELCOME = "您好！我是要点，专门回答{plan}里的问题。\n可以直接问，比如：今年新增多少学位？　补习班谁来管？　57个是啥？\n输入 /帮助 看用法，/退出 结束。"
HELP = (
    "直接打字问就行，几个字也可以，比如：小学学位、武进几个项目、减负。一句话里问两件事也行。\n"
    "/条 7　看第七条全文\n/目录　看全部条款\n/帮助　看这份说明\n/退出　结束"
)
NO_COMMAND = "没有这个命令。输入 /帮助 看看能用哪些。"
CLAUSE_USAGE = "请写条号，比如 {command} 7。这份计划有第 1 到第 {last} 条。"
GOODBYE = "再见！"
_PROMPT = "问："
_CHAT = "terminal"
_QUIT = {"/退出", "/再见", "/quit", "/exit", "/q"}
_HELP = {"/帮助", "/help", "/start", "/?", "/？"}
_CONTENTS = {"/目录", "/toc"}


def chat(assistant: Assistant) -> None:
    """Answer line after line until there is none or the person leaves."""
    live = sys.stdin.isatty() and sys.stdout.isatty()
    plan = assistant.library.store.plan()
    if live:
        _remember_lines()
        _show(WELCOME.format(plan=f"《{plan.title}》" if plan else "计划"), live=live)
    while (line := _read(live=live)) is not None and line.strip() not in _QUIT:
        if line.strip() or not live:
            _show(respond(line, assistant), live=live)
    if live:
        _show(GOODBYE, live=live)


def respond(line: str, assistant: Assistant) -> str:
    """The reply to a line: to a command that begins with /, else to a question."""
    words = line.strip()
    store = assistant.library.store
    plan = store.plan()
    if words in _HELP:
        return HELP
    if words in _CONTENTS and plan is not None:
        return contents(plan, store.clauses_of(plan.title))
    clause = re.match(r"/(?:条|clause)\s*(.*)", words)
    if clause and plan is not None and number_of(clause[1]) is None:
        return CLAUSE_USAGE.format(command="/条", last=store.last_ref(plan.title))
    if words.startswith("/") and not clause:
        return NO_COMMAND
    try:
        return visible(plain(assistant.answer(_CHAT, clause[1] if clause else line).reply))
    except (QuestionError, StoreError) as error:
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


# --- for programs


def answer_lines(assistant: Assistant, limit: int) -> None:
    """One answer a line in the order asked; lines of one chat are a conversation; a line that cannot be answered is answered
    with a sentence, and the next one is read."""
    memories: dict[str, Memory | None] = {}
    for place, line in enumerate(sys.stdin, 1):
        row = line.removeprefix("\ufeff")  # a mark that some editors put at the head of a file
        if not row.strip():
            continue
        question, chat = "", ""
        try:
            question, chat = _asked(row, place)
            answer, memory = assistant.converse(question, memories.get(chat), limit=limit)
            if chat:
                memories[chat] = memory
            said = answer_record(answer, plain(assistant.told(answer).reply))
        except (QuestionError, SettingsError, StoreError) as error:
            said = unasked_record(question, str(error))
        print(as_json(said), flush=True)


def _asked(line: str, place: int) -> tuple[str, str]:
    """The question in a line and the chat that it belongs to, empty where it stands alone."""
    try:
        row = json.loads(line)
        question, chat = row["question"], str(row.get("chat") or "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        question, chat = None, ""
    if not isinstance(question, str):
        raise SettingsError(f'标准输入第 {place} 行应形如 {{"question": "今年新增多少学位？"}}。')
    return question, chat
