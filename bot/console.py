"""What is printed: rows as a table in a terminal and as tab-separated lines in a pipe, and how far long work has come."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from unicodedata import category


def print_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not sys.stdout.isatty():
        for row in (headings, *rows):
            print("\t".join(visible(cell.replace("\n", " ")) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headings, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    Console().print(table)


def visible(text: str) -> str:
    """A text without what a terminal would obey: escape sequences stand in documents, too."""
    return "".join(c if category(c)[0] != "C" or c == "\n" else " " for c in text)


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A function to call with how many are done; it shows a bar in a terminal and nothing in a pipe."""
    if not sys.stderr.isatty() or total < 5:
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
