"""The colours of all pages and pictures, light and dark. A test computes the contrast of each pair in `PAIRS`."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#ffffff",
    "panel": "#f5f7fa",
    "text": "#1b2430",
    "quiet": "#4e5a68",
    "line": "#c9d1da",
    "edge": "#6a7684",
    "link": "#0b5cad",
    "added": "#116329",
    "added-back": "#e3f6e8",
    "changed": "#7a4b00",
    "changed-back": "#fff3d6",
    "removed": "#a40e26",
    "removed-back": "#ffe9ea",
    "stateful": "#5b3fb0",
}
DARK: Mapping[str, str] = {
    "page": "#11161d",
    "panel": "#1a212b",
    "text": "#e6ebf1",
    "quiet": "#a9b4c0",
    "line": "#3a4552",
    "edge": "#8b97a5",
    "link": "#7db7ff",
    "added": "#6fdd8b",
    "added-back": "#10301b",
    "changed": "#f0c260",
    "changed-back": "#382a08",
    "removed": "#ff9aa2",
    "removed-back": "#41161b",
    "stateful": "#b9a3ff",
}
PAIRS = (
    *((text, back) for text in ("text", "quiet", "link", "stateful") for back in ("page", "panel")),
    *((text, back) for text in ("added", "changed", "removed") for back in ("page", "panel", f"{text}-back")),
    *(("text", f"{mark}-back") for mark in ("added", "changed", "removed")),
    *(("quiet", f"{mark}-back") for mark in ("added", "changed", "removed")),
    *((text, "changed-back") for text in ("added", "removed")),  # what was and what is, in a row that changes
)
"""(text, background) of all texts: a contrast of at least 4.5:1 (WCAG 2.2, success criterion 1.4.3, level AA)."""
SHAPES = (("edge", "page"), ("edge", "panel"), ("stateful", "panel"))
"""(line, background) of graphs and of controls of forms: at least 3:1 (WCAG 2.2, success criterion 1.4.11)."""


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as `#1b2430` (WCAG 2.2, "relative luminance")."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def variables(colours: Mapping[str, str]) -> str:
    """The colours as custom properties of CSS."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())
