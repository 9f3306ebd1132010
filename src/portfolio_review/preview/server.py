"""The pages of a preview over HTTP on 127.0.0.1: a frame that reloads, the review as it is, its notebooks.

No path of a request becomes a path of a file: what is served is named here, all else is not found.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from portfolio_review.errors import UsageError
from portfolio_review.rendering.html import csp_hash

HOST = "127.0.0.1"
_FRAME = Path(__file__).with_name("frame.html")
_NOTEBOOK = re.compile(r"/notebooks/([\w-]+)\.html")


@dataclass
class Shown:
    """What is shown now: `version` grows with every page; `error` and `busy` are told above it."""

    title: str
    page: str = ""
    version: int = 0
    error: str = ""
    busy: str = ""
    notebook: Callable[[str], str | None] = lambda stem: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def state(self) -> str:
        return json.dumps({"version": self.version, "error": self.error, "busy": self.busy})

    @cached_property
    def frame(self) -> tuple[str, str]:
        """The frame and the policy under which it stands: its own script and style, and this server."""
        text = _FRAME.read_text(encoding="utf-8")
        (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        policy = (
            f"default-src 'none'; script-src {csp_hash(script)}; style-src {csp_hash(style)}; connect-src 'self'; "
            "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return text, policy


class _Handler(BaseHTTPRequestHandler):
    server_version = "portfolio-review"
    sys_version = ""
    shown: Shown

    def do_GET(self) -> None:
        port = self.connection.getsockname()[1]
        if self.headers.get("Host") not in (f"{HOST}:{port}", f"localhost:{port}"):
            return self._answer(403, "text/plain", "this address is for this machine alone")
        path = self.path.partition("?")[0]
        shown = self.shown
        if path == "/":
            text, policy = shown.frame
            return self._answer(200, "text/html", text, policy)
        if path == "/state":
            return self._answer(200, "application/json", shown.state())
        if path == "/review.html" and shown.page:
            return self._answer(200, "text/html", shown.page)
        if match := _NOTEBOOK.fullmatch(path):
            with shown.lock:
                page = shown.notebook(match[1])
            if page is not None:
                return self._answer(200, "text/html", page)
        return self._answer(404, "text/plain", "there is no such page in a preview")

    do_HEAD = do_GET

    def _answer(self, status: int, kind: str, text: str, policy: str | None = None) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        if policy is not None:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        if self.command != "HEAD":
            try:
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):  # the browser has gone on
                self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not told: the terminal tells changes and errors."""


def serve(shown: Shown, port: int) -> ThreadingHTTPServer:
    """A server that answers in the background, on a free port for 0; raises `UsageError` where the port is taken."""
    handler = type("Handler", (_Handler,), {"shown": shown})
    try:
        server = ThreadingHTTPServer((HOST, port), handler)
    except (OSError, OverflowError) as error:
        raise UsageError(f"port {port} of {HOST} cannot be used: {error}; name another with --port") from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server
