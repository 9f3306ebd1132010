"""The notation of charts, tables and legends: one home for every colour, weight and size.

CSS takes these values as custom properties (`css_tokens`), matplotlib through `style`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

INK = "#1F2933"
INK_2 = "#595959"
ACTUAL = "#404040"
PREVIOUS_YEAR = "#949494"
FAVOURABLE = "#004C8C"
UNFAVOURABLE = "#C2410C"
RULE = "#C9CED6"
WASH = "#F1F3F5"
PAPER = "#FFFFFF"

FAVOURABLE_LIGHT = "#B3C9DD"
"""A flow to a better class, behind ink text."""
UNFAVOURABLE_LIGHT = "#EBC4B1"
"""A flow to a worse class, behind ink text."""
FAVOURABLE_PALE = "#ECF2F7"
UNFAVOURABLE_PALE = "#FCF0EA"
STEADY = "#E1E4E8"
"""A flow that stays in its class."""
BAND = "#DCDFE3"
"""The 95 % band behind a line."""

LABEL_PT = 7.5
"""Size of every text in a chart, in points."""
LINE_PT = 1.4

HEAT_LOW = (241, 243, 245)
HEAT_HIGH = (144, 154, 167)
"""Ends of the heat scale as RGB; ink keeps 4.5 : 1 on both."""
HEAT_STEPS = 10


HATCH_PT = 2.2
"""Distance between the lines of a hatch, in points."""


@dataclass(frozen=True)
class Scenario:
    """How one kind of value is drawn: its `fill`, its `edge` and the colour of its `hatch`; empty: none."""

    fill: str = ""
    edge: str = ""
    hatch: str = ""

    @property
    def head(self) -> str:
        """The declarations that put the same mark under a table's head: solid, outlined or hatched."""
        if self.hatch:
            lines = f"{self.hatch} 0,{self.hatch} .6pt,transparent .6pt,transparent {HATCH_PT}pt"
            return (
                f"border-bottom:.8pt solid {self.edge};padding-bottom:1.2mm;"
                f"background:repeating-linear-gradient(135deg,{lines}) 0 100%/100% 2.2pt no-repeat"
            )
        style = "solid" if self.fill else "double"
        return f"border-bottom:2.2pt {style} {self.edge or self.fill};padding-bottom:.3mm"


SCENARIOS: Mapping[str, Scenario] = {
    "ac": Scenario(fill=ACTUAL),
    "py": Scenario(fill=PREVIOUS_YEAR),
    "pl": Scenario(edge=INK),
    "fc": Scenario(fill=PAPER, edge=ACTUAL, hatch=ACTUAL),
    "part": Scenario(fill=ACTUAL, edge=ACTUAL, hatch=PAPER),
}
"""Actual, previous year, target, forecast, a partial month: the one definition for charts, table heads, legends."""


def variance_colour(change: float, polarity: int = 1) -> str:
    """Favourable or unfavourable by the sign of `change` and the measure's polarity; 0 is neutral."""
    effect = change * polarity
    if effect == 0:
        return INK_2
    return FAVOURABLE if effect > 0 else UNFAVOURABLE


def heat_colour(step: int) -> str:
    """The colour of one of `HEAT_STEPS` steps, 0 the lightest."""
    part = max(0, min(HEAT_STEPS, step)) / HEAT_STEPS
    mixed = (round(low + (high - low) * part) for low, high in zip(HEAT_LOW, HEAT_HIGH, strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


TOKENS: Mapping[str, str] = {
    "ink": INK,
    "ink-2": INK_2,
    "ac": ACTUAL,
    "py": PREVIOUS_YEAR,
    "good": FAVOURABLE,
    "bad": UNFAVOURABLE,
    "rule": RULE,
    "wash": WASH,
    "paper": PAPER,
}


def css_tokens(accent: str) -> str:
    """The `:root` rule that gives style sheets the notation and the brand's accent; heat scale, table heads."""
    tokens = {**TOKENS, "accent": accent}
    heat = "".join(f".h{step}{{background:{heat_colour(step)}}}" for step in range(HEAT_STEPS + 1))
    heads = "".join(f"thead th.{name}{{{scenario.head}}}" for name, scenario in SCENARIOS.items())
    return ":root{" + "".join(f"--{name}:{colour};" for name, colour in tokens.items()) + "}\n" + heat + heads
