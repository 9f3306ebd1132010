"""The kernel that is forked: ipykernel's own, without what costs every cell and serves nobody in a run."""

from __future__ import annotations

from typing import Any

from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp


class PromptStream(OutStream):
    """Standard output or error of the cells.

    ipykernel flushes both before each message, and each time waits for the thread that sends.
    """

    _said = False

    def write(self, string: str) -> int | None:  # type: ignore[override]
        self._said = True
        return super().write(string)

    def flush(self) -> None:
        """Send what was written; where nothing was, there is nothing to wait for."""
        if self._said:
            self._said = False
            super().flush()  # type: ignore[no-untyped-call]


class ForkedKernelApp(IPKernelApp):
    """Takes one message after the other: no thread stands before it to hand them on to subshells."""

    outstream_class = f"{__name__}.{PromptStream.__name__}"

    def init_control(self, context: Any) -> None:
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = None

    def init_kernel(self) -> None:
        self.log.setLevel(self.log_level)  # or five records a cell are made that its handler then drops
        super().init_kernel()  # type: ignore[no-untyped-call]
