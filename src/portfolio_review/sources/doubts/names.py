"""Names that cannot be told apart, cannot be printed, or were damaged on their way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portfolio_review import glyphs
from portfolio_review.doubt import MOST_EXAMPLES, Doubt, Part, Phrase
from portfolio_review.ids import SPACES
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import examples, of_columns, parts
from portfolio_review.sources.engine import text
from portfolio_review.sources.mapping import KEEP
from portfolio_review.sources.raw import printable

NAMES = ("name", "manager", "unit", "product", "category")
"""Columns of names that are printed: of clients, contacts, managers, units, products and categories."""
_CONTINUED = r"\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_OF_LATIN = rf"[ÃÂ][¡-¿€‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›\u00a0Ÿœ]|(?:[ÐÑ][{_CONTINUED}]){{2}}"
_OF_CP1251 = r"(?:[РС][Ђ-Џђ-џЎўҐґІіЁё°±µ¶·№»«…†‡‰‹›‘’“”•–—™©®¬§¤¦\u00a0]){2}"
_OF_DOS = r"(?:[╨╤][^ -~]){2}"
_ACCENTED = r"[À-ÖØ-öø-ÿ]{4,}"
"""Text in cp1251 read as Latin-1."""
_FRENCH = re.compile(r"[àâéèêëîïôùûüÿç]*", re.IGNORECASE)
_READ_AS = {_OF_LATIN: ("cp1252", "latin-1"), _OF_CP1251: ("cp1251",), _OF_DOS: ("cp866", "cp437")}
"""What UTF-8 looks like in the encodings that it was read in."""
_HISTORIC = re.compile(r"[\u0460-\u047f]")
_SUSPECT = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", "|".join((*_READ_AS, _ACCENTED, r"\ufffd")))
"""The same as DuckDB writes it: a name without a match is whole."""


def damaged(name: str) -> bool:
    """Whether a name holds text that was read in another encoding than it was written in, or a character for bytes
    that no reader understood: only what gives something readable when it is decoded back."""
    return (
        "\ufffd" in name
        or any(not _FRENCH.fullmatch(found) for found in re.findall(_ACCENTED, name))
        or any(
            _readable(found, encoding)
            for form, encodings in _READ_AS.items()
            for found in re.findall(form, name)
            for encoding in encodings
        )
    )


def _readable(found: str, encoding: str) -> bool:
    try:
        # a byte without a character in the encoding was kept as a control character
        back = b"".join(one.encode("latin-1" if "\x80" <= one <= "\x9f" else encoding) for one in found).decode()
    except UnicodeError:
        return False
    return all(one.isprintable() or one.isspace() for one in back) and not _HISTORIC.search(back)


def find(scene: Scene) -> Iterator[Doubt]:
    """In the order of the reference."""
    yield from _shared(scene)
    printed = "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in glyphs.ranges())
    for texts in of_columns(scene, NAMES):
        for id, condition, is_meant, done, remedy in (
            (
                "no_glyph", f"NOT regexp_full_match(value, '(?s)[{printed}]*')", None,
                Phrase("The report's font lacks some of their characters; a client's id stands beside its name."),
                Phrase("Give the names in Latin, Greek or Cyrillic letters in an expression or at the source."),
            ),
            (
                "text_damaged", f"regexp_matches(value, {text(_SUSPECT)})", damaged,
                Phrase("The names are printed as they are."),
                Phrase("Export the file again as UTF-8, or declare the encoding it was written in (csv.encoding)."),
            ),
        ):  # fmt: skip
            found = texts.query(f"SELECT DISTINCT value FROM {texts.relation} WHERE {condition} ORDER BY value")
            names = [value for (value,) in found if is_meant is None or is_meant(value)]
            if names:
                yield Doubt(
                    id=id, table=texts.table, column=texts.column, rows=len(names), done=done, remedy=remedy,
                    examples=examples([printable(one) for one in names[:MOST_EXAMPLES]]),
                )  # fmt: skip


def _shared(scene: Scene) -> Iterator[Doubt]:
    """Several clients of one name; those that became one client, or are shown as a group, are not several."""
    clients = scene.table("clients", "name", "client_id")
    if clients is None:
        return
    several = [f"{KEEP} AND value_name IS NOT NULL AND value_client_id IS NOT NULL"]
    several += ["value_merged_into IS NULL"] * clients.has("merged_into")
    several += ["value_group_id IS NULL"] * (clients.has("group_id") and scene.review.client_level == "group")
    name = f"trim(regexp_replace(nfc_normalize(value_name), '\\s+', ' ', 'g'), {text(SPACES)})"
    groups = (
        f"SELECT {name} AS name, count(*) AS clients, list(value_client_id ORDER BY value_client_id)[1:3] AS ids "
        f"FROM {clients.checked} WHERE {' AND '.join(several)} GROUP BY 1 HAVING count(*) > 1"
    )
    names, count = scene.engine.row(f"SELECT count(*), coalesce(sum(clients), 0)::BIGINT FROM ({groups})")
    if not names:
        return
    shown = scene.engine.rows(f"SELECT name, clients, ids FROM ({groups}) ORDER BY clients DESC, name LIMIT 5")
    yield Doubt(
        id="names_shared", table="clients", column="name", rows=count, done=_id_beside(count),
        remedy=Phrase("If two are one client, name the one that stays in merged_into of the other."),
        examples=examples([
            f"{printable(name)}: {', '.join(ids)}" + (", …" if many > len(ids) else "") for name, many, ids in shown
        ]),
        units=_shared_by_unit(scene, f"SELECT {name} AS name, value_client_id AS id FROM {clients.checked} "
                                     f"WHERE {' AND '.join(several)}"),
    )  # fmt: skip


def _id_beside(clients: int) -> Phrase:
    return Phrase("The id stands beside the name of each of %(clients)s clients.", {"clients": clients})


def _shared_by_unit(scene: Scene, clients: str) -> dict[str, Part] | None:
    """The clients with rows in a unit whose name another client has, in whatever unit; `clients` is SQL of name, id."""
    facts = scene.coded.facts("client")
    if facts is None:
        return None
    known = scene.coded.texts("client_id")
    shared = f"SELECT name, id FROM ({clients}) QUALIFY count(*) OVER (PARTITION BY name) > 1"
    codes = f"SELECT DISTINCT code, name, id FROM ({shared}) JOIN {known} ON value = id"
    found = (
        f"SELECT unit, (name, id) AS place, concat(name, ': ', id) AS shown "
        f"FROM (SELECT DISTINCT client, unit FROM {facts}) JOIN ({codes}) ON code = client"
    )
    return parts(scene, found, _id_beside)
