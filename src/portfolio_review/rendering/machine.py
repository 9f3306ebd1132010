"""What this machine lacks for a rendering, as far as this process has met it: said once, and no report is refused.

A file that WeasyPrint writes without such a library is right, and larger or slower; what it says of the document
itself refuses the report (see `pdf`).
"""

from __future__ import annotations

import re

_WORDS = (
    (
        re.compile(r"^(Using fontTools instead of HarfBuzz-Subset|HarfBuzz-Subset will be required)"),
        "the library HarfBuzz-Subset 4.1 or newer is not there: the PDF is right, and takes longer to write; "
        "`make setup` installs it or says how",
    ),
    (
        re.compile(r"^Please install HarfBuzz version \d+\+ with harfbuzz-vector"),
        "the library harfbuzz-vector is not there: pictograms of a colour font may be missing in the PDF",
    ),
    (
        re.compile(r"^(FontConfig cannot load|No fonts configured in FontConfig)"),
        "the system has no fonts: the PDF is set in its own, and names in scripts beyond it are not printed",
    ),
    (
        re.compile(r"^Unable to (subset|instantiate|save emoji font)"),
        "a font of the system cannot be made smaller: the PDF is right, and larger",
    ),
)
_LIBRARY = "fontTools"
"""What it warns about is in font files, which are the system's; ours is tested."""
_met: dict[str, None] = {}


def concerns(line: str, logger: str) -> bool:
    """Whether a warning is about the machine and not about the document; it is kept then."""
    said = next((words for pattern, words in _WORDS if pattern.match(line)), None)
    if said is None and logger.split(".")[0] == _LIBRARY:
        said = f"a font of the system: {line}"
    if said is None:
        return False
    _met.setdefault(said)
    return True


def lacks() -> tuple[str, ...]:
    """What was met in this process so far, each once."""
    return tuple(_met)
