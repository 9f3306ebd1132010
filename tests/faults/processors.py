"""Which of BLAS's kernels this processor can run, from the plainest on."""

from pathlib import Path

NEEDS = {"Prescott": {"pni"}, "Haswell": {"avx2", "fma"}, "SkylakeX": {"avx512f", "avx512dq", "avx512bw", "avx512vl"}}
"""Kernels of OpenBLAS, with the flags of /proc/cpuinfo that each needs."""


def kernels() -> list[str]:
    """Names for OPENBLAS_CORETYPE; none where the system does not tell what its processor has."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    flags = set(next((line.partition(":")[2] for line in lines if line.startswith("flags")), "").split())
    return [name for name, needed in NEEDS.items() if needed <= flags]
