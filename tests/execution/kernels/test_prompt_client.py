"""The client is ready when the kernel has answered on both channels, and not before."""

import asyncio
from collections.abc import Iterable
from queue import Empty
from typing import Any

import pytest
import zmq.asyncio
from jupyter_client.session import Session

from portfolio_review.execution.kernels.client import PromptChannel, PromptClient

Message = dict[str, Any]


def message(question: str, **content: str) -> Message:
    return {"parent_header": {"msg_id": question}, "content": content}


class Kernel(PromptClient):
    """Says what it is told to; its questions are numbered."""

    shell: list[Message]
    output: list[Message]
    asked = 0
    alive = True

    def kernel_info(self, reply: bool = False, timeout: float | None = None) -> str:
        type(self).asked += 1
        return str(self.asked)

    async def get_shell_msg(self, timeout: float | None = None) -> Message:
        return take(self.shell)

    async def get_iopub_msg(self, timeout: float | None = None) -> Message:
        return take(self.output)

    async def is_alive(self) -> bool:
        return self.alive


def take(messages: list[Message]) -> Message:
    if not messages or messages[0] == {}:
        del messages[:1]
        raise Empty
    return messages.pop(0)


def kernel(shell: Iterable[Message], output: Iterable[Message], alive: bool = True) -> Kernel:
    Kernel.asked = 0
    made = Kernel()
    made.shell, made.output, made.alive = list(shell), list(output), alive
    return made


def test_ready_when_idle_after_its_own_question() -> None:
    waiting = kernel(
        [message("1")],
        [
            message("0", execution_state="idle"),
            message("1", execution_state="busy"),
            message("1", execution_state="idle"),
            message("2", text="kept"),
        ],
    )
    asyncio.run(waiting.wait_for_ready(timeout=5))
    assert waiting.asked == 1
    assert waiting.output == [message("2", text="kept")]


def test_asks_again_when_it_was_not_yet_subscribed() -> None:
    waiting = kernel([message("1"), message("2")], [{}, message("2", execution_state="idle")])
    asyncio.run(waiting.wait_for_ready(timeout=5))
    assert waiting.asked == 2


def test_a_kernel_that_died_is_told() -> None:
    with pytest.raises(RuntimeError, match="died"):
        asyncio.run(kernel([], [], alive=False).wait_for_ready(timeout=5))


def test_a_kernel_that_never_answers_is_told() -> None:
    with pytest.raises(RuntimeError, match="respond in 0"):
        asyncio.run(kernel([], []).wait_for_ready(timeout=0))


def test_a_message_is_waited_for_and_taken() -> None:
    async def talk() -> list[str]:
        with zmq.asyncio.Context() as context, context.socket(zmq.PAIR) as kernel, context.socket(zmq.PAIR) as client:
            kernel.bind("inproc://output")
            client.connect("inproc://output")
            session = Session(key=b"key")
            channel = PromptChannel(client, session)
            waiting = asyncio.ensure_future(channel.get_msg())
            await asyncio.sleep(0)
            await kernel.send_multipart(session.serialize(session.msg("first")))
            found = [await waiting]
            for name in ("second", "third"):
                await kernel.send_multipart(session.serialize(session.msg(name)))
            found += [await channel.get_msg(), await channel.get_msg(timeout=5)]
            with pytest.raises(Empty):
                await channel.get_msg(timeout=0.01)
            given_up = asyncio.ensure_future(channel.get_msg())
            await asyncio.sleep(0)
            given_up.cancel()
            await kernel.send_multipart(session.serialize(session.msg("fourth")))
            found.append(await asyncio.wait_for(channel.get_msg(), 5))
            return [message["msg_type"] for message in found]

    assert asyncio.run(talk()) == ["first", "second", "third", "fourth"]
