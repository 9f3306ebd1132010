"""The review file: text stays text, every fault is named with its line, nothing unknown passes."""

import os
from pathlib import Path

import pytest

from portfolio_review import review
from portfolio_review.errors import MissingFileError, ReviewFileError
from portfolio_review.review.unbuilt import NOT_BUILT

MINIMAL = "id: shop\ncurrency: GBP\nsources: {transactions: {path: sales.csv}}\n"


def faults(text: str) -> str:
    with pytest.raises(ReviewFileError) as caught:
        review.parse(text, "shop.yml")
    return str(caught.value)


def test_defaults_are_those_of_the_contract() -> None:
    shop = review.parse(MINIMAL)
    assert (shop.window_months, shop.language, shop.client_level) == (12, "en", "client")
    assert shop.abc.limits == (0.80, 0.95)
    assert (shop.xyz.method, shop.xyz.interval, shop.xyz.constant_from, shop.xyz.limits) == (
        "regularity",
        "auto",
        0.75,
        (0.5, 1.0),
    )
    assert shop.cadence["AX"] == 14
    assert shop.cadence["CZ"] == 180
    assert shop.risk.horizon_months == 3
    assert sum(shop.strategic.weights.values()) == pytest.approx(1)
    assert (shop.limits.memory_gb, shop.limits.cell_seconds, shop.limits.unit_seconds) == (None, 300, 900)
    assert shop.report.formats == ("pdf", "html", "xlsx")


def test_yaml_does_not_change_values_behind_the_users_back() -> None:
    shop = review.parse(
        MINIMAL.replace("path: sales.csv", "path: NO, columns: {client_id: 012, date: 22:30}")
        + "strategic: {accounts: [NO, 012, null, 1e3]}\n"
    )
    assert shop.sources["transactions"].path == "NO"
    assert shop.sources["transactions"].columns == {"client_id": "012", "date": "22:30"}
    assert shop.strategic.accounts == ("NO", "012", "null", "1e3")


def test_null_without_quotes_means_nothing_where_nothing_is_allowed() -> None:
    assert review.parse(MINIMAL + "data_until: null\nlimits: {memory_gb: ~}\n").limits.memory_gb is None
    assert "data_until" in faults(MINIMAL + "data_until: 'null'\n")


def test_a_partly_given_cadence_keeps_the_other_defaults() -> None:
    assert review.parse(MINIMAL + "cadence: {AX: 7}\n").cadence | {"AX": 14} == review.parse(MINIMAL).cadence


@pytest.mark.parametrize(
    "line",
    [
        "sections: {drivers: false}",
        "attributes: {plan: Plan}",
    ],
)
def test_a_setting_that_is_documented_and_not_built_is_refused_as_such(line: str) -> None:
    key = line.replace(" {", "").split(":")
    name = key[0] if key[0] not in ("actions", "report") else ".".join(key[:2])
    assert f"line 4: '{name}' is not built yet: take it out" in faults(MINIMAL + line + "\n")


def test_what_is_built_is_not_called_unbuilt() -> None:
    built = {
        *(f"sources.{table}" for table in review.TABLES),
        *(f"sources.*.{key}" for key in review.Source.model_fields),
        *review.Review.model_fields,
    }
    for name in ("report", "risk", "actions", "recipients", "send"):
        part = review.Review.model_fields[name].annotation
        built |= {f"{name}.{key}" for key in part.model_fields}
    assert not built & set(NOT_BUILT)


def test_a_table_that_is_not_built_is_refused_as_such() -> None:
    text = MINIMAL.replace("sales.csv}", "sales.csv}, complaints: {path: c.csv}")
    assert "line 3: 'sources.complaints' is not built yet: take it out" in faults(text)


def test_title_in_two_languages() -> None:
    shop = review.parse(MINIMAL + "title: {en: Review, ru: Обзор}\n")
    assert (shop.title_in("en"), shop.title_in("ru")) == ("Review", "Обзор")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("titel: x", "line 4: unknown key 'titel'; did you mean 'title'?"),
        ("window_months: twelve", "line 4: window_months: expected a number, found 'twelve'"),
        ("window_months: 6.5", "line 4: window_months: expected a whole number, found '6.5'"),
        ("window_months: 0", "line 4: window_months: expected at least 1, found '0'"),
        (
            "abc: {measure: revenu}",
            "abc.measure: expected 'revenue' or 'margin', found 'revenu'; did you mean 'revenue'?",
        ),
        ("abc: {limits: [0.9, 0.8]}", "abc.limits: expected two rising shares between 0 and 1"),
        ("timezone: Europe/Londn", "did you mean 'Europe/London'?"),
        ("language: de", "language: expected 'en' or 'ru', found 'de'"),
        ("report: {masked: true}", "line 4: 'report.masked' is now 'masked', which names a key and units: take it out"),
        ("masked: {key: hunter2, units: [all]}", "line 4: masked.key: expected key as env:NAME; a secret is never"),
        ("masked: {units: [all]}", "line 4: masked: units need a key: env:NAME, a variable that holds 32 characters"),
        ("masked: {key: env:K}", "line 4: masked: a key without units masks nothing: name the units, such as all"),
        ("report: {formts: [pdf]}", "unknown key 'report.formts'; did you mean 'formats'?"),
        ("strategic: {weights: {revenue: 0.5}}", "strategic.weights: the weights must sum to 1, found 0.5"),
        ("strategic: {weights: {revenu: 1}}", "unknown criterion 'revenu'; did you mean 'revenue'?"),
        (
            "strategic: {accounts: [1, 2, 3, 4, 5, 6, 7]}",
            "at most 6 are assessed in depth per company and year, over all its units, for more cannot be done with "
            "care: '7' and any after it must wait; take one of the others out, or leave the list empty",
        ),
        ("cadence: {AW: 3}", "unknown cell 'AW'"),
        ("risk: {high_above: .nan}", "risk.high_above: expected a number, found '.nan'"),
        ("data_until: 2011-02-30", "data_until: expected a day such as 2011-11-30, found '2011-02-30'"),
        ("id: again", "line 4: 'id' stands twice, first on line 1"),
        ("title: &a x", "line 4: an anchor (&) is not allowed"),
        ("title: !!python/object x", "line 4: a tag (!) is not allowed"),
        ("title: [", "not readable as YAML"),
    ],
)
def test_a_fault_names_line_key_found_and_expected(line: str, expected: str) -> None:
    assert expected in faults(MINIMAL + line + "\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{path: a.csv, query: select 1}", "sources.transactions: expected either path or query"),
        ("{}", "sources.transactions: expected either path or query"),
        ("{path: ''}", "sources.transactions.path: expected text, found nothing"),
        ("{query: ' '}", "sources.transactions.query: expected text, found nothing"),
        (f"{{path: {'a' * 5000}.csv}}", "path: the path has 5,004 characters; no system has paths of more than 4,096"),
        ("{query: select 1, connection: postgres://u:secret@h/d}", "expected connection as env:NAME"),
        (
            "{path: a.csv, csv: {encoding: klingon}}",
            "expected an encoding such as utf-8, cp1251, mac_roman, found 'klingon'",
        ),
        ("{path: a.csv, csv: {decimal: ',', thousands: ','}}", "decimal and thousands are both ','"),
        ("{path: a.csv, csv: {delimiter: tab}}", "csv.delimiter: expected one character, found 'tab'"),
        ("{qery: select 1}", "unknown key 'sources.transactions.qery'; did you mean 'query'?"),
    ],
)
def test_faults_of_a_source(source: str, expected: str) -> None:
    assert expected in faults(f"id: shop\ncurrency: GBP\nsources: {{transactions: {source}}}\n")


def test_a_secret_in_the_file_is_refused_without_being_repeated() -> None:
    text = faults(
        "id: shop\ncurrency: GBP\nsources: {transactions: {query: q, connection: 'postgres://u:secret@h/d'}}\n"
    )
    assert "secret@" not in text


def test_an_unknown_table_is_named_with_the_nearest() -> None:
    text = faults("id: shop\ncurrency: GBP\nsources: {transactions: {path: a}, client: {path: b}}\n")
    assert "unknown name 'sources.client'; did you mean 'clients'?" in text


def test_transactions_must_exist() -> None:
    assert "sources.transactions is missing" in faults("id: shop\ncurrency: GBP\nsources: {clients: {path: b}}\n")


def test_all_faults_come_at_once() -> None:
    text = faults("id: My Shop\ncurrency: pounds\nwindow_months: x\nsources: {transactions: {path: a}}\n")
    assert text.startswith("shop.yml: 3 faults in the review file")


def test_language_can_be_replaced() -> None:
    assert review.parse(MINIMAL + "language: en\n", languages=["ru"]).language == "ru"


def test_further_languages_stand_behind_the_reviews_own() -> None:
    more = MINIMAL + "report: {languages: [ru, en], pages: short}\n"
    assert review.parse(MINIMAL).languages == ("en",)
    assert review.parse(more).languages == ("en", "ru")
    both = review.parse(more, languages=["ru", "en"])
    assert (both.languages, both.report.pages) == (("ru", "en"), "short")
    assert review.parse(more, languages=["ru"]).languages == ("ru",)
    assert review.parse(MINIMAL, languages=["ru", "en"]).languages == ("ru", "en")
    with pytest.raises(ReviewFileError, match=r"report\.languages\.0: expected 'en' or 'ru', found 'de'"):
        review.parse(MINIMAL + "report: {languages: [de]}\n")


def test_aliases_and_bombs_are_refused() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert "is not allowed in a review file" in faults(bomb)
    assert "nested too deeply" in faults("a: " + "[" * 100_000 + "\n")


def test_a_file_that_is_too_large_missing_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="does not exist"):
        review.load(tmp_path / "none.yml")
    large = tmp_path / "large.yml"
    large.write_text("#" * (1 << 20) + "\n" + MINIMAL)
    with pytest.raises(ReviewFileError, match="at most 1,048,576"):
        review.load(large)
    latin = tmp_path / "latin.yml"
    latin.write_bytes("id: café\n".encode("latin-1"))
    with pytest.raises(ReviewFileError, match="not UTF-8 text"):
        review.load(latin)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "a: 1\n---\nb: 2\n"])
def test_what_is_no_single_mapping_is_refused(text: str) -> None:
    assert "expected one mapping of keys and values" in faults(text)


def test_a_pipe_or_a_device_in_the_place_of_a_review_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    for path, kind in ((tmp_path / "pipe.yml", "a named pipe"), (Path("/dev/zero"), "a device")):
        with pytest.raises(MissingFileError, match=f"is {kind}, not a file"):
            review.load(path)


def test_of_very_many_faults_twenty_are_named_and_the_rest_counted() -> None:
    text = MINIMAL + "".join(f"k{number}: 1\n" for number in range(1000))
    said = faults(text).splitlines()
    assert said[0] == "shop.yml: 1,000 faults in the review file"
    assert len(said) == 22
    assert said[1].endswith("unknown key 'k0'")
    assert said[-1] == "  and 980 more"


@pytest.mark.parametrize("sign", ["\u202e", "\u200f", "\u0007", "\u0085", "\t"])
@pytest.mark.parametrize("form", ['title: "A{}B"', 'title: {{en: "A{}B"}}'])
def test_a_title_without_control_characters_or_marks_of_direction(form: str, sign: str) -> None:
    said = faults(MINIMAL + form.format(f"\\u{ord(sign):04x}") + "\n")
    assert f"the title holds U+{ord(sign):04X}, a control character or a mark of writing direction" in said


@pytest.mark.parametrize("title", ['"  "', '{en: "", ru: Обзор}'])
def test_a_title_of_nothing(title: str) -> None:
    assert "title: expected a title, found nothing" in faults(f"{MINIMAL}title: {title}\n")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2201-01-01"])
def test_a_day_that_nobody_means(day: str) -> None:
    assert f"data_until: expected a day of the years 1900 to 2200, found '{day}'" in str(
        faults(f"{MINIMAL}data_until: {day}\n")
    )


def test_accepted_doubts_are_a_list_or_shares() -> None:
    base = "id: a\ncurrency: EUR\nsources: {transactions: {path: t.csv}}\n"
    assert review.parse(base + "accepted: [duplicates, left_out]").accepted == {"duplicates": None, "left_out": None}
    assert review.parse(base + "accepted: {duplicates: 0.06, left_out: null}").accepted == {
        "duplicates": 0.06,
        "left_out": None,
    }
    assert review.parse(base).accepted == {}
    for wrong, said in (
        ("[dupliccates]", "no doubt is called 'dupliccates'; did you mean 'duplicates'?"),
        ("{duplicates: 6}", "expected a share above 0 and up to 1, found 6"),
        ("duplicates", "expected"),
    ):
        with pytest.raises(ReviewFileError, match="accepted") as caught:
            review.parse(base + f"accepted: {wrong}")
        assert said in str(caught.value)


def test_a_message_about_a_key_gets_its_line(tmp_path: Path) -> None:
    file = tmp_path / "shop.yml"
    file.write_text("id: shop\ncurrency: GBP\nsources:\n  transactions:\n    path: a.csv\n")
    said = "a file is missing\n  sources.transactions.path: 'a.csv': gone\n  sources.nowhere.path: gone"
    assert review.with_lines(said, file) == said.replace("  sources.t", "  line 5: sources.t")
    assert review.with_lines(said, tmp_path / "nowhere.yml") == said
