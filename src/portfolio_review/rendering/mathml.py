"""Formulas of the notebooks' text as MathML, which browsers draw themselves: no script, no font to fetch."""

from __future__ import annotations

import re
from collections.abc import Callable

import nh3
from latex2mathml import exceptions
from latex2mathml.converter import convert
from markupsafe import Markup

_FORMULA = re.compile(r"\$\$(?P<block>[^$]+)\$\$|(?<![\\$\w])\$(?P<inline>[^$\n]+)\$(?![\w$])")
_NUMBER = re.compile(r"\\tag\{(\d+)\}")
_PLACE = re.compile(r"\u2983(\d+)\u2984")
"""What stands for a formula while Markdown is read: brackets that Markdown leaves alone."""
_TAGS = {
    "math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder",
    "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
}  # fmt: skip
_ATTRIBUTES = {"*": {"display", "stretchy", "width", "mathvariant", "fence", "separator", "displaystyle", "class"}}
_FAULTS: tuple[type[Exception], ...] = (
    *(fault for fault in vars(exceptions).values() if isinstance(fault, type) and issubclass(fault, Exception)),
    IndexError, KeyError, ValueError,
)  # fmt: skip


def with_formulas(text: str, read: Callable[[str], Markup]) -> Markup:
    """Markdown `text` as safe HTML by `read`, its `$…$` and `$$…$$` as MathML; `\\tag{n}` becomes the number (n).

    A formula that cannot be read stays as it is written.
    """
    found: list[Markup] = []

    def held(match: re.Match[str]) -> str:
        found.append(_formula(match))
        return f"\u2983{len(found) - 1}\u2984"

    html = read(_FORMULA.sub(held, _PLACE.sub("", text)))
    return Markup(_PLACE.sub(lambda match: str(found[int(match[1])]), str(html)))


def _formula(match: re.Match[str]) -> Markup:
    latex = match["block"] or match["inline"]
    number = _NUMBER.search(latex)
    try:
        made = convert(_NUMBER.sub("", latex).strip(), display="block" if match["block"] else "inline")
    except _FAULTS:
        return Markup("<code>%s</code>") % latex
    clean = nh3.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(), link_rel=None)
    if not match["block"]:
        return Markup(clean)
    label = f"({number[1]})" if number else ""
    # a formula wider than a phone scrolls in its own box, which the keyboard reaches
    box = '<span class="formula" tabindex="0" role="group" aria-label="Formula {}">{}{}</span>'
    shown = Markup('<span class="number">{}</span>').format(label)
    return Markup(box).format(label, Markup(clean), shown)
