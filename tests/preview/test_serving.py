"""The server of a preview: it serves what it names, to this machine, under a policy that lets nothing else in."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator

import pytest

from portfolio_review.errors import UsageError
from portfolio_review.preview import server
from portfolio_review.preview.server import HOST, Shown
from portfolio_review.rendering.html import csp_hash

Answer = tuple[int, dict[str, str], str]


@pytest.fixture
def shown() -> Shown:
    pages = {"02_structure": "<p>a notebook"}
    return Shown("demo", page="<p>the review", version=3, notebook=pages.get)


@pytest.fixture
def port(shown: Shown) -> Iterator[int]:
    serving = server.serve(shown, 0)
    yield serving.server_address[1]
    serving.shutdown()
    serving.server_close()


def ask(port: int, path: str, method: str = "GET", host: str | None = None) -> Answer:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"{HOST}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read().decode()
    connection.close()
    return found


def test_the_review_and_its_notebooks_are_served_as_they_are(port: int) -> None:
    assert ask(port, "/review.html")[::2] == (200, "<p>the review")
    assert ask(port, "/review.html?version=3")[::2] == (200, "<p>the review")
    assert ask(port, "/notebooks/02_structure.html")[::2] == (200, "<p>a notebook")
    assert json.loads(ask(port, "/state")[2]) == {"version": 3, "error": "", "busy": ""}


def test_the_frame_has_a_policy_of_its_own_script_alone(port: int) -> None:
    status, heads, text = ask(port, "/")
    script = text.partition("<script>")[2].partition("</script>")[0]
    policy = heads["Content-Security-Policy"]
    assert status == 200
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src {csp_hash(script)};" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in text  # no foreign request
    assert "innerHTML" not in text  # an error is text


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/notebooks/../server.py", "/notebooks/..%2f..%2fserver.html", "/notebooks/03_gone.html",
     "/review.html/../state", "//etc/passwd", "/%2e%2e/x", "/templates/print.css", "/notebooks/02_structure.ipynb"],
)  # fmt: skip
def test_no_path_leads_to_a_file(port: int, path: str) -> None:
    assert ask(port, path)[0] == 404


def test_another_host_and_another_method_are_refused(port: int) -> None:
    assert ask(port, "/", host="evil.example")[0] == 403
    assert ask(port, "/", host=f"localhost:{port}")[0] == 200
    assert ask(port, "/state", method="POST")[0] == 501
    head = ask(port, "/review.html", method="HEAD")
    assert (head[0], head[1]["Content-Length"], head[2]) == (200, "13", "")


def test_it_listens_on_this_machine_alone_and_names_a_port_that_is_taken(port: int) -> None:
    with pytest.raises(UsageError, match=f"port {port} of 127.0.0.1 cannot be used: .*; name another with --port"):
        server.serve(Shown("demo"), port)
    others = {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), port, type=socket.SOCK_STREAM)} - {HOST}
    for address in others:
        with pytest.raises(OSError):  # noqa: PT011
            socket.create_connection((str(address), port), timeout=1).close()
