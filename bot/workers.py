"""Work for the processor and the disk, off the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


class Workers:
    """Threads for what a server does. Answers are made one after another: two threads would not make them faster. What is
    only looked up and shown (a button, a page) has a thread of its own and waits for nobody's answer; so has what is slow on
    purpose and leaves the processor to others (the digest of a person), and what the clerk looks at, for whom nobody waits."""

    def __init__(self) -> None:
        self._every = [ThreadPoolExecutor(1, name) for name in ("answers", "pages", "digests", "desk")]
        self._answering, self._reading, self._hashing, self._tending = self._every

    async def answer(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._answering, work)

    async def read(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, work)

    async def hash(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._hashing, work)

    async def tend(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._tending, work)

    def close(self) -> None:
        """Let go of what is still waiting."""
        for executor in self._every:
            executor.shutdown(cancel_futures=True)
