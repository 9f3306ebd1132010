"""Encodings of CSV text: marks, declarations, broken characters, gzip."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest

from portfolio_review.errors import Fault

from .conftest import Bench

HEAD = "client_id,date,revenue,product\n"
OneFault = Callable[..., Fault]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)],
)
def test_a_byte_order_mark_decides_even_against_the_declaration(bench: Bench, encoding: str, mark: bytes) -> None:
    content = mark + (HEAD + "Ромашка,2011-11-30,5,p\n").encode(encoding)
    assert bench.csv(content, csv={"encoding": "cp1252"}).column("client_id") == ["Ромашка"]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1251", "ООО Ромашка"),
        ("mac_roman", "Café Zürich"),
        ("cp1252", "Zürich €"),
        ("koi8_r", "Ёлка"),
        ("utf-16-le", "Ё"),
    ],
)
def test_the_declared_encoding(bench: Bench, encoding: str, name: str) -> None:
    read = bench.csv((HEAD + f"{name},2011-11-30,5,p\r\n").encode(encoding), csv={"encoding": encoding})
    assert read.column("client_id") == [name]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1251", "Общество Ромашка, Санкт-Петербург"),
        ("mac_roman", "Café Zürich, Señor Muñoz"),
        ("cp1252", "Café Zürich, Señor Muñoz"),
    ],
)
def test_other_encodings_are_refused_with_the_place_and_the_likely_ones(
    one_fault: OneFault, encoding: str, name: str
) -> None:
    fault = one_fault((HEAD + f'a,2011-11-30,5,p\n"{name}",2011-11-30,5,p\n').encode(encoding))
    assert "(row 3) is not utf-8" in fault.rule
    assert "byte " in fault.rule
    assert f"Declare csv.encoding under the source: likely {encoding}" in fault.remedy


@pytest.mark.parametrize(
    ("encoding", "name", "word"),
    [
        ("koi8_r", "Общество Ромашка, Москва", "Общество"),
        ("cp866", "Общество Ромашка, Москва", "Общество"),
        ("mac_cyrillic", "Общество Ромашка, Москва", "Общество"),
        ("cp1250", "Żółć, Łódź, Kraków", "Żółć"),
    ],
)
def test_the_right_encoding_is_among_those_proposed_with_a_word_as_it_reads_it(
    one_fault: OneFault, encoding: str, name: str, word: str
) -> None:
    fault = one_fault((HEAD + f'"{name}",2011-11-30,5,p\n').encode(encoding))
    assert f"{encoding} (reads '{word}')" in fault.remedy


def test_a_wrong_declaration_is_refused(one_fault: OneFault) -> None:
    fault = one_fault((HEAD + "Zürich,2011-11-30,5,p\n").encode("cp1252"), csv={"encoding": "ascii"})
    assert "(row 2) is not ascii" in fault.rule
    assert "Correct csv.encoding" in fault.remedy


def test_text_that_ends_inside_a_character(one_fault: OneFault) -> None:
    assert "ends inside a character" in one_fault((HEAD + "a,2011-11-30,5,é").encode()[:-1]).rule


def test_utf16_without_mark_is_seen_by_its_nul_characters(one_fault: OneFault) -> None:
    fault = one_fault((HEAD + "a,2011-11-30,5,p\n").encode("utf-16-le"))
    assert "NUL characters" in fault.rule
    assert "utf-16-le" in fault.remedy


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 2])
def test_a_broken_character_beside_the_border_of_two_pieces(one_fault: OneFault, offset: int) -> None:
    """The file is read in pieces of a megabyte: place and row are right wherever the fault lies."""
    row = b"a,2011-11-30,5,p\n"
    at = (1 << 20) + offset
    rows, pad = divmod(at - len(HEAD), len(row))
    before = HEAD.encode() + b"x" * pad + row * rows
    fault = one_fault(before + b"\xe2\x82,2011-11-30,5,p\n")
    assert len(before) == at
    assert f"byte {at} (row {rows + 2})" in fault.rule


def test_an_encoding_that_gives_no_text(one_fault: OneFault) -> None:
    fault = one_fault(HEAD + "a\\ud800,2011-11-30,5,p\n", csv={"encoding": "raw_unicode_escape"})
    assert "is not raw_unicode_escape text" in fault.rule


class TestGzip:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_is_unpacked(self, bench: Bench, encoding: str) -> None:
        import gzip

        content = "Report\n" + HEAD + 'Ромашка,2011-11-30,5,"p, q"\n' * 3
        read = bench.csv(gzip.compress(content.encode(encoding)), name="t.csv.gz", header_row=2)
        assert read.rows(columns="client_id, product") == [("Ромашка", "p, q")] * 3
        (given,) = read.sources.inputs
        assert (given.path, given.rows) == ("t.csv.gz", 3)

    @pytest.mark.parametrize("cut", [-4, -30])
    def test_torn(self, bench: Bench, cut: int) -> None:
        import gzip

        content = gzip.compress((HEAD + "".join(f"a,2011-11-30,{i},p\n" for i in range(500))).encode())
        (fault,) = bench.csv_faults(content[:cut], name="t.csv.gz")
        assert fault.rule.startswith("the file cannot be unpacked")

    def test_that_is_none(self, bench: Bench) -> None:
        (fault,) = bench.csv_faults(HEAD + "a,2011-11-30,5,p\n", name="t.csv.gz")
        assert fault.rule == "the file is not compressed by gzip"

    def test_that_would_fill_the_disk(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        import gzip

        from portfolio_review.sources import encoding

        monkeypatch.setattr(encoding, "_RATIO_FROM", 1 << 20)
        content = gzip.compress((HEAD + "a,2011-11-30,5,p\n" * 500_000).encode())
        (fault,) = bench.csv_faults(content, name="t.csv.gz")
        assert fault.rule.startswith("the file unpacks to ")
