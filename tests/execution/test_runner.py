"""One notebook in a kernel of its own: forms, faults and limits."""

from pathlib import Path

import nbformat
import pytest

from portfolio_review.errors import NotebookError
from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.execution.kernels.provisioner import ADDRESS, ForkedProcess
from portfolio_review.execution.runner import execute

WORDS = {"review": "shop.yml", "period": "2023-12", "unit": 'N\'ord "1"', "workspace": "slice"}
PARAMETERS = 'review = ""\nperiod = ""\nunit = "all"\nworkspace = ""'


def notebook(path: Path, *sources: str, parameters: str = PARAMETERS) -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in (parameters, *sources)]
    cells[0].metadata["tags"] = ["parameters"]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def run(folder: Path, *sources: str, seconds: int = 60, parameters: str = PARAMETERS) -> nbformat.NotebookNode:
    target = folder / "out.ipynb"
    execute(notebook(folder / "in.ipynb", *sources, parameters=parameters), target, WORDS, folder, seconds)
    return nbformat.read(target, as_version=4)


class TestForked:
    def test_parameters_arrive_as_plain_text(self, tmp_path: Path) -> None:
        done = run(tmp_path, "print(review, period, unit, workspace)")
        assert done.cells[-1].outputs[0].text == 'shop.yml 2023-12 N\'ord "1" slice\n'

    def test_the_same_run_leaves_the_same_bytes(self, tmp_path: Path) -> None:
        run(tmp_path, "print(1)")
        first = (tmp_path / "out.ipynb").read_bytes()
        run(tmp_path, "print(1)")
        assert (tmp_path / "out.ipynb").read_bytes() == first
        assert str(tmp_path).encode() not in first

    def test_a_failed_cell_explains_itself(self, tmp_path: Path) -> None:
        with pytest.raises(
            NotebookError, match=r"notebook in, cell cell-2: ZeroDivisionError: division by zero\n    1 / 0"
        ) as caught:
            run(tmp_path, "x = 1", "1 / 0")
        assert (caught.value.notebook, caught.value.cell) == ("in", "cell-2")

    def test_a_failed_notebook_leaves_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(NotebookError):
            run(tmp_path, "print(1)", "1 / 0")
        assert not (tmp_path / "out.ipynb").exists()

    def test_outputs_that_the_notebook_keeps_change_nothing(self, tmp_path: Path) -> None:
        source = notebook(tmp_path / "in.ipynb", "print(1)", "1 + 1")
        execute(source, tmp_path / "out.ipynb", WORDS, tmp_path, 60)
        kept = nbformat.read(source, as_version=4)
        kept.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text="old")]
        nbformat.write(kept, source)
        execute(source, tmp_path / "again.ipynb", WORDS, tmp_path, 60)
        assert (tmp_path / "again.ipynb").read_bytes() == (tmp_path / "out.ipynb").read_bytes()

    def test_what_is_displayed_arrives_whole_and_in_order(self, tmp_path: Path) -> None:
        done = run(
            tmp_path,
            "from IPython.display import clear_output, display\n"
            "print('first')\ndisplay({'text/plain': 'second', 'application/x+json': {'a': [1, {'b': None}]}}, raw=True)\n"
            "shown = display('old', display_id='it')\nprint('last')",
            "shown.update('new')\n3",
            "print('gone')\nclear_output(wait=True)\ndisplay({'text/plain': 'stays'}, raw=True)",
        )
        first, updated, cleared = (cell.outputs for cell in done.cells[-3:])
        assert [output.output_type for output in first] == ["stream", "display_data", "display_data", "stream"]
        assert (first[0].text, first[3].text) == ("first\n", "last\n")
        assert first[1].data == {"text/plain": "second", "application/x+json": {"a": [1, {"b": None}]}}
        assert first[2].data["text/plain"] == "'new'"
        assert [output.data["text/plain"] for output in updated] == ["3"]
        assert [output.data["text/plain"] for output in cleared] == ["stays"]
        assert nbformat.validate(done) is None

    def test_what_is_no_output_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(NotebookError, match="notebook in: what a cell displays is no output: 5 is not valid"):
            run(tmp_path, "from IPython.display import display\ndisplay({'text/plain': 5}, raw=True)")
        assert not (tmp_path / "out.ipynb").exists()

    def test_braces_in_a_path_are_no_parameters(self, tmp_path: Path) -> None:
        folder = tmp_path / "{unit} {0}"
        folder.mkdir()
        assert run(folder, "print(1)").cells[-1].outputs[0].text == "1\n"

    def test_nothing_stands_between_a_message_and_its_cell(self, tmp_path: Path) -> None:
        code = "import logging, threading\nfrom IPython import get_ipython\n"
        code += "log = get_ipython().kernel.log\n"
        code += (
            "print([thread.name for thread in threading.enumerate() if 'hell' in thread.name], log.isEnabledFor(10))"
        )
        assert run(tmp_path, code).cells[-1].outputs[0].text == "[] False\n"

    def test_a_cell_that_hangs_is_ended(self, tmp_path: Path) -> None:
        with pytest.raises(NotebookError, match="took longer than 1 s"):
            run(tmp_path, "import time; time.sleep(60)", seconds=1)

    def test_a_kernel_that_is_killed_has_failed(self, tmp_path: Path) -> None:
        with pytest.raises(NotebookError, match=r"its kernel died|did not run"):
            run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    def test_other_parameters_are_refused_before_it_runs(self, tmp_path: Path) -> None:
        with pytest.raises(
            NotebookError, match="its parameters cell names a; it must name review, period, unit, workspace"
        ):
            run(tmp_path, "1 / 0", parameters='a = ""')

    def test_kernels_share_what_was_imported_but_nothing_else(self, tmp_path: Path) -> None:
        done = run(
            tmp_path, "import os, sys\nprint('pandas' in sys.modules, os.getpgid(0) == os.getpid(), os.getcwd())"
        )
        assert done.cells[-1].outputs[0].text == f"True True {tmp_path}\n"
        done = run(tmp_path, "print('done' in globals())\ndone = 1")
        assert done.cells[-1].outputs[0].text == "False\n"

    def test_a_kernel_starts_with_every_module_that_notebooks_use(self, tmp_path: Path) -> None:
        code = """import sys
from portfolio_review import resources
from portfolio_review.execution.dependencies import modules_of_notebook
print([name for path in resources.notebooks() for name in modules_of_notebook(path) if name not in sys.modules])"""
        assert run(tmp_path, code).cells[-1].outputs[0].text == "[]\n"

    def test_start_up_files_of_the_user_are_not_run(self, tmp_path: Path) -> None:
        code = "import os\nfrom IPython import get_ipython\nhome = get_ipython().profile_dir.startup_dir\n"
        code += (
            "print(home.startswith(os.path.expanduser('~')), [name for name in os.listdir(home) if name != 'README'])"
        )
        assert run(tmp_path, code).cells[-1].outputs[0].text == "False []\n"


def test_what_another_thread_says_is_kept(tmp_path: Path) -> None:
    code = "import sys, threading\nsys.stderr.write('error')\n"
    code += "other = threading.Thread(target=print, args=('thread',))\nother.start()\nother.join()"
    outputs = run(tmp_path, code).cells[-1].outputs
    assert {output.name: output.text for output in outputs} == {"stdout": "thread\n", "stderr": "error"}


def test_a_plain_kernel_serves_where_none_can_be_forked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, str(tmp_path / "nobody"))
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "portfolio-review-fork")
    assert run(tmp_path, "print(6 * 7)").cells[-1].outputs[0].text == "42\n"


def test_a_run_has_a_server_of_its_own_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADDRESS)
    with ForkedKernels() as forked:
        found = forked.environment()
        assert Path(found[ADDRESS]).is_socket()
        for name, value in found.items():
            monkeypatch.setenv(name, value)
        assert "True" in run(tmp_path, "import sys; print('duckdb' in sys.modules)").cells[-1].outputs[0].text
    assert not Path(found[ADDRESS]).exists()


def test_a_kernel_whose_owner_goes_away_is_killed(tmp_path: Path) -> None:
    import os
    import time

    request = {"argv": ["-f", str(tmp_path / "connection.json")], "cwd": str(tmp_path), "env": dict(os.environ)}
    process = ForkedProcess(os.environ[ADDRESS], request)
    assert process.poll() is None
    process._socket.close()
    for _ in range(100):
        try:
            os.kill(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


@pytest.mark.parametrize("tool", ["papermill", pytest.param("nbval", marks=pytest.mark.long)])
def test_the_kernel_spec_serves_other_tools(tmp_path: Path, tool: str) -> None:
    import os
    import subprocess
    import sys

    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTFOLIO_", "JUPYTER_"))}
    environment = {**kept, "JUPYTER_PATH": str(Path(__file__).parents[2] / "share" / "jupyter")}
    file = notebook(tmp_path / "in.ipynb", "import sys, socket\nprint('duckdb' in sys.modules)")
    if tool == "papermill":
        words = ["papermill", str(file), str(tmp_path / "out.ipynb"), "-k", "portfolio-review", "--no-progress-bar"]
    else:
        content = nbformat.read(file, as_version=4)
        content.cells[-1]["execution_count"] = 1
        content.cells[-1]["outputs"] = [nbformat.v4.new_output("stream", name="stdout", text="True\n")]
        nbformat.write(content, file)
        words = ["pytest", "--nbval", "--nbval-kernel-name", "portfolio-review", "-q", str(file), "-c", os.devnull]
        words += ["--rootdir", str(tmp_path), "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", *words], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if tool == "papermill":
        found = nbformat.read(tmp_path / "out.ipynb", as_version=4)
        assert found.cells[-1].outputs[0].text == "True\n"
