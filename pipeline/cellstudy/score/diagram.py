"""Reliability diagrams and precision-coverage curves as SVG text, drawn without a plot library."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from cellstudy.score.calibration import ALL, Confidences

SIZE: Final = 240
"""Side of the square of a panel, in pixels."""

MARGIN: Final = 54
_PANEL: Final = SIZE + 2 * MARGIN
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_COLOURS: Final = ("#1f5f8b", "#c2571a", "#5a7d2a")
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#222}.title{font-weight:bold}"
    ".axis{stroke:#222;fill:none}.grid{stroke:#ddd}.ideal{stroke:#888;stroke-dasharray:4 3}"
)

_MARKED: Final = (0.5, 0.8, 0.9)

Point = tuple[float, float]
Named = Sequence[tuple[str, Confidences]]
"""Measurements with their names for the legend, three at most."""


def draw_calibration(spans: Named, slots: Named) -> str:
    """Draw the reliability of spans, that of record slots, and what thresholds leave of slots."""
    panels = [
        _draw_panel("Spans", "confidence", "precision", _draw_reliability(spans)),
        _draw_panel("Record slots", "confidence", "precision", _draw_reliability(slots)),
        _draw_panel("Record slots", "coverage", "precision", _draw_coverage(slots)),
    ]
    shifted = "".join(
        f'<g transform="translate({i * _PANEL},0)">{panel}</g>' for i, panel in enumerate(panels)
    )
    width = len(panels) * _PANEL
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_PANEL}" width="{width}">'
        f'<style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>{shifted}</svg>\n'
    )


def _draw_panel(title: str, across: str, up: str, content: str) -> str:
    """Draw axes from 0 to 1 and what is in them."""
    grid = "".join(
        _line("grid", [(0, t), (1, t)])
        + _line("grid", [(t, 0), (t, 1)])
        + _text((t, 0), f"{t:.1f}", down=16)
        + _text((0, t), f"{t:.1f}", right=-18, down=4)
        for t in _TICKS
    )
    return (
        grid
        + _line("axis", [(0, 1), (0, 0), (1, 0)])
        + _text((0.5, 1), title, down=-24, kind="title")
        + _text((0.5, 0), across, down=36)
        + _text((0.5, 1), f"{up} (up)", down=-9)
        + content
    )


def _draw_reliability(measured: Named) -> str:
    """Draw bins as points with the intervals of their precision, over the ideal diagonal."""
    drawn = [_line("ideal", [(0, 0), (1, 1)])]
    for place, (colour, (name, confidences)) in enumerate(zip(_COLOURS, measured, strict=False)):
        row = next(row for row in confidences.rows if row.name == ALL)
        points = [(one.confidence, one.precision) for one in row.bins]
        bars = [
            _line("", [(one.confidence, one.low), (one.confidence, one.high)], colour=colour)
            for one in row.bins
            if one.low is not None and one.high is not None
        ]
        drawn += [*bars, _line("", points, colour=colour), *_dots(points, colour)]
        drawn.append(_legend(f"{name}: ECE {row.ece:.3f}", colour, place=place))
    return "".join(drawn)


def _draw_coverage(measured: Named) -> str:
    """Draw precision over coverage, some thresholds of the first measurement named."""
    drawn = []
    for place, (colour, (name, confidences)) in enumerate(zip(_COLOURS, measured, strict=False)):
        points = {
            one.threshold: (one.coverage, one.precision)
            for one in confidences.curve
            if one.precision is not None
        }
        marked = [] if place else [t for t in _MARKED if t in points]
        marks = [_text(points[t], f"≥{t:g}", down=20) for t in marked]
        line = list(points.values())
        drawn += [_line("", line, colour=colour), *_dots(line, colour), *marks]
        drawn.append(_legend(name, colour, place=place))
    return "".join(drawn)


def _legend(text: str, colour: str, *, place: int) -> str:
    """Name a line in the corner that reliability diagrams leave free."""
    start = (0.42, 0.2 - 0.07 * place)
    line = _line("", [start, (start[0] + 0.07, start[1])], colour=colour)
    return line + _text((start[0] + 0.09, start[1]), text, down=4, anchor="start")


def _line(kind: str, points: Sequence[Point], *, colour: str = "") -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_place, points))
    style = f' fill="none" stroke="{colour}" stroke-width="1.5"' if colour else ""
    return f'<polyline class="{kind}" points="{places}"{style}/>'


def _dots(points: Iterable[Point], colour: str) -> list[str]:
    return [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in map(_place, points)
    ]


def _text(
    point: Point,
    text: str,
    *,
    right: int = 0,
    down: int = 0,
    kind: str = "",
    anchor: str = "middle",
) -> str:
    x, y = _place(point)
    return (
        f'<text class="{kind}" x="{x + right:.1f}" y="{y + down:.1f}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _place(point: Point) -> Point:
    """From the unit square to pixels, which count downwards."""
    return MARGIN + SIZE * point[0], MARGIN + SIZE * (1 - point[1])
