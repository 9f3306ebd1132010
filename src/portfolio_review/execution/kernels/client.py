"""A kernel's client that is ready when the kernel is: jupyter_client's own waits a fifth of a second more.

It takes the kernel's output with half of the turns of the event loop.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

ANSWER_SECONDS = 1.0
SILENCE_SECONDS = 0.05


class PromptChannel(AsyncZMQSocketChannel):
    """Waits for a message and takes it in one go; its base waits for one to be there, then takes it."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        return await (self._recv() if timeout is None else super().get_msg(timeout))


class PromptClient(AsyncKernelClient):
    """Waits for the answer to one question on both channels, where its base waits until no more output comes.

    The output channel's message that the kernel is idle after that very question proves that the
    subscription stands and that nothing of the start is left in it.
    """

    iopub_channel_class = Type(PromptChannel)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel answers; `RuntimeError` when it has died or `timeout` seconds are over."""
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < deadline:
            question = self.kernel_info()
            try:
                await _answer(self.get_shell_msg, ANSWER_SECONDS, question)
                while (await _answer(self.get_iopub_msg, SILENCE_SECONDS, question)).get("execution_state") != "idle":
                    pass
                return
            except Empty:  # not listening yet, or not subscribed when it was said: ask again
                if not await self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


async def _answer(get: Callable[..., Awaitable[dict[str, Any]]], seconds: float, question: str) -> dict[str, Any]:
    """The content of the next message that belongs to `question`; `Empty` when nothing comes for so long."""
    while True:
        message = await get(timeout=seconds)
        if message["parent_header"].get("msg_id") == question:
            content: dict[str, Any] = message["content"]
            return content
