"""What alike ids have in common: blanks, case and look-alike letters taken away, as SQL.

Two ids that fold to one text are most likely one; they are named and never joined.
"""

from __future__ import annotations

from portfolio_review.ids import SPACES
from portfolio_review.sources.engine import text

_INVISIBLE = "\u00ad\u200c\u200d\u2060"
_NOTHING = SPACES + _INVISIBLE
_LOOK_ALIKES = str.maketrans("АВЕЅКМНОРСТУХІЈԚԜҺΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESKMHOPCTYXIJQWHABEZHIKMNOPTYX")
"""Capital letters of Cyrillic and Greek that nobody tells from the Latin one."""
_FROM = "".join(map(chr, _LOOK_ALIKES))
_TO = "".join(map(chr, _LOOK_ALIKES.values()))
COMPOSED = r"[ -~À-ıĴ-ľŁ-ňŊ-žΆ-ώЀ-ԯ«»–—‘’“”„]*"
"""Pattern of composed texts whose compatibility form (NFKC) is their own."""


def folded(written: str) -> str:
    """SQL of the fold of a mended id: without blanks, in capitals, look-alikes as their Latin letter.

    Small letters are alike by their capitals: а and a, but not п and n. The compatibility form of Unicode (NFKC)
    is not taken here, see `sources.doubts.spellings`.
    """
    bare = f"translate({written}, {text(_NOTHING)}, '')"
    capitals = f"upper(replace({bare}, 'ß', 'ss'))"
    letters = f"translate({capitals}, {text(_FROM)}, {text(_TO)})"
    return f"CASE WHEN regexp_full_match({written}, '[!-~]+') THEN upper({written}) ELSE {letters} END"
