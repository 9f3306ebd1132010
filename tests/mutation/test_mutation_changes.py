"""`scripts/mutate`: each change it makes is one, and stays Python."""

import ast
import random
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
METRICS = sorted((ROOT / "src" / "portfolio_review" / "metrics").glob("*.py"))


@pytest.fixture(scope="module")
def mutate() -> ModuleType:
    loader = SourceFileLoader("mutate", str(ROOT / "scripts" / "mutate"))
    spec = spec_from_loader("mutate", loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules["mutate"] = module  # its dataclass looks itself up
    loader.exec_module(module)
    return module


def changed(source: str, change: Any) -> str:
    data = source.encode()
    return (data[: change.start] + change.text.encode() + data[change.end :]).decode()


def test_words_of_two_parts_and_annotations(mutate: ModuleType) -> None:
    source = "def f(a, b):\n    c: int | None = 1\n    return a is not b and a not in b or a is b\n"
    texts = [changed(source, change).splitlines()[-1].strip() for change in mutate.changes("m", source)]
    assert "return a is b and a not in b or a is b" in texts
    assert "return a is not b and a in b or a is b" in texts
    assert "return a is not b and a not in b or a is not b" in texts
    assert not any("int &" in changed(source, change) for change in mutate.changes("m", source))
    inner = "def f(a):\n    def g(b: int | None) -> int | None:\n        return b\n    return g(a)\n"
    assert not list(mutate.changes("m", inner))


def test_every_change_makes_other_python(mutate: ModuleType) -> None:
    every = [(path, change) for path in METRICS for change in mutate.changes(path.stem, path.read_text("utf-8"))]
    assert len(every) > 2_000
    for path, change in random.Random(1).sample(every, 150):
        source = path.read_text("utf-8")
        assert ast.dump(ast.parse(changed(source, change))) != ast.dump(ast.parse(source)), (path.stem, change.words)
