"""Which options of a source mean something for what it reads: one that would not be honoured is refused."""

from __future__ import annotations

from portfolio_review.review import CsvOptions, FileOptions, Source
from portfolio_review.sources.raw import Format

_OF_TEXT_FILES = ("encoding", "delimiter", "quote", "escape")
"""The other options under `csv` say how text is written, and text there is in every format."""
_EXPECTED = {
    "sheet": "a path to an XLSX workbook",
    "header_row": "a path to a CSV file or an XLSX workbook",
    "skip_rows": "a path to a CSV file or an XLSX workbook",
    "hive": "a path",
}
_A_QUERY = "a query"
_UNDER_FILES = "options of a query's files stand under files, as in files: {{'{file}': {{{option}: …}}}}"


def faults_of_query(key: str, source: Source, files: tuple[str, ...]) -> list[str]:
    """The faults of a source without a path; `files` are those that its query names."""
    where = _where(source)
    faults = []
    for option in _EXPECTED:
        if getattr(source, option) is not None:
            faults.append(f"{key}.{option}: expected {_EXPECTED[option]}, found {where}{_hint(source, option, files)}")
    given = _given(source.csv)
    unused = [one for one in given if where == _A_QUERY or one in _OF_TEXT_FILES]
    if unused:
        hint = _hint(source, "csv", files) or ", whose text has no such form"
        faults.append(f"{key}.csv.{unused[0]}: expected a path to a file, found {where}{hint}")
    return faults


def faults_of_file(key: str, options: FileOptions, file: str | None, form: Format) -> list[str]:
    """The faults of the options of files of one format: those of a path, or one of a query's."""
    unused = [] if options.sheet is None or form == "xlsx" else ["sheet"]
    unused += [one for one in ("header_row", "skip_rows") if getattr(options, one) is not None and form == "parquet"]
    faults = [f"{key}.{option}: expected {_EXPECTED[option]}, found '{file}'" for option in unused]
    of_text = [option for option in _given(options.csv) if option in _OF_TEXT_FILES and form != "csv"]
    return faults + [f"{key}.csv.{option}: expected a path to a CSV file, found '{file}'" for option in of_text]


def _given(csv: CsvOptions) -> list[str]:
    """The options that differ from their defaults."""
    plain = CsvOptions()
    return [option for option in CsvOptions.model_fields if getattr(csv, option) != getattr(plain, option)]


def _where(source: Source) -> str:
    if source.query is None:
        return "a Delta table" if source.delta else "an Iceberg table"
    return "a database" if source.connection else _A_QUERY


def _hint(source: Source, option: str, files: tuple[str, ...]) -> str:
    if _where(source) != _A_QUERY or option == "hive":
        return ""
    return f"; {_UNDER_FILES.format(file=files[0] if files else 'name.csv', option=option)}"
