"""The analyst's own words: Markdown in, a small safe part of HTML out."""

from __future__ import annotations

import re

import mistune
import nh3
from markupsafe import Markup

TAGS = {"p", "ul", "ol", "li", "strong", "em", "b", "i", "br"}
_HEADING = re.compile(r"<(/?)h[1-6]>")


def markup(text: str) -> Markup:
    """Paragraphs, lists, bold and italic; headings become bold lines, links their words, raw HTML stays text."""
    html = str(mistune.create_markdown(escape=True)(text))
    plain = _HEADING.sub(lambda match: "</b></p>" if match[1] else "<p><b>", html)
    return Markup(nh3.clean(plain, tags=TAGS, attributes={}, link_rel=None, clean_content_tags={"script", "style"}))
