"""Executed notebooks kept by key: whole or not at all, within a limit."""

import os
from pathlib import Path

from portfolio_review.execution.cache import RunCache


class TestRunCache:
    def test_what_was_put_comes_back(self, tmp_path: Path) -> None:
        notebook, table = tmp_path / "n.ipynb", tmp_path / "t.parquet"
        notebook.write_bytes(b"cells")
        table.write_bytes(bytes(range(256)))
        cache = RunCache(tmp_path / "cache")
        assert not cache.has("k")
        cache.put("k", notebook, tmp_path, [table])
        out = tmp_path / "out"
        out.mkdir()
        assert cache.get("k", out / "copy.ipynb", out)
        assert (out / "copy.ipynb").read_bytes() == b"cells"
        assert (out / "t.parquet").read_bytes() == bytes(range(256))

    def test_one_flipped_bit_makes_a_run_unknown(self, tmp_path: Path) -> None:
        (tmp_path / "n").write_bytes(b"cells")
        cache = RunCache(tmp_path / "cache")
        cache.put("k", tmp_path / "n", tmp_path, [])
        (kept,) = (tmp_path / "cache").iterdir()
        content = bytearray(kept.read_bytes())
        content[-1] ^= 1
        kept.write_bytes(content)
        assert not cache.has("k")
        assert not cache.get("k", tmp_path / "copy", tmp_path)

    def test_the_longest_unused_goes_first(self, tmp_path: Path) -> None:
        (tmp_path / "n").write_bytes(os.urandom(1000))
        cache = RunCache(tmp_path / "cache", limit_bytes=3000)
        for number, key in enumerate("abc"):
            cache.put(key, tmp_path / "n", tmp_path, [])
            os.utime(tmp_path / "cache" / f"{key}.run", ns=(number, number))
        (tmp_path / "cache" / ".d.1.part").write_bytes(b"what a killed run left")
        cache.trim()
        assert [key for key in "abc" if cache.has(key)] == ["b", "c"]
        assert len(list((tmp_path / "cache").iterdir())) == 2

    def test_a_cache_that_cannot_be_written_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        (tmp_path / "n").write_bytes(b"cells")
        cache = RunCache(tmp_path / "file" / "cache")
        cache.put("k", tmp_path / "n", tmp_path, [])
        cache.trim()
        assert not cache.has("k")
