"""A rendering knows results only: what computes and draws is not loaded for it."""

import subprocess
import sys

HEAVY = ("pandas", "numpy", "pyarrow", "matplotlib", "duckdb", "scipy", "papermill")


def test_a_report_is_rendered_without_what_computes() -> None:
    code = f"""import sys
from portfolio_review.pipeline import unit
from portfolio_review.rendering import pdf
print([name for name in {HEAVY} if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
