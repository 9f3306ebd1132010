"""Both paths over the same buckets, several buckets at once: the first in arrays, the second in SQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from portfolio_review.slices import codes, orders, recompute, recompute_silence
from portfolio_review.slices.codes import Bucket
from portfolio_review.slices.frames import Frames
from portfolio_review.slices.reduction import Reduction
from portfolio_review.slices.task import Task
from portfolio_review.sources import Sources
from portfolio_review.sources.engine import processors

GB_PER_BUCKET = 0.5
"""What the arrays of a bucket take while it is reduced."""


def run(con: duckdb.DuckDBPyConnection, sources: Sources, task: Task, folder: Path, memory_gb: float) -> Frames:
    """Leave in `con` what both paths find, see there; the frames of clients are put down below `folder`.

    As many buckets are in hand as there are processors, fewer where their arrays need more than `memory_gb`.
    """
    recompute.prepare(con)
    recompute_silence.prepare(con, task)
    categories = codes.words(con, sources, "category")
    frames = Frames(folder, {"span": orders.SPANS, "category": categories})
    first_path = Reduction(con, task, frames, categories)
    local = threading.local()

    def add(number: int, bucket: Bucket) -> None:
        if not hasattr(local, "con"):
            local.con = con.cursor()  # one for each thread, with temporary tables of its own
        first_path.add(local.con, number, bucket)
        recompute.add(local.con, task, bucket)
        recompute_silence.add(local.con)

    with ThreadPoolExecutor(max(1, min(processors(), int(memory_gb / GB_PER_BUCKET)))) as pool:
        running = [pool.submit(add, *each) for each in enumerate(codes.buckets(con, sources, task))]
        try:
            for each in running:
                each.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        second_path = pool.submit(recompute.recompute, con.cursor(), task, sources.history_start)
        first_path.finish(con)
        second_path.result()
    return frames
