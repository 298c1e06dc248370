"""Drawings of the page as inline SVG: no library in the page, no request, sharp on paper.

Colours come from the style sheet by class name, so that the page and its printed form decide them.
"""

from collections.abc import Sequence
from html import escape
from math import floor, isfinite, log10

WIDTH, ROW = 320, 46


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About `count` round numbers that lie within [low, high]."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10 ** floor(log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough)
    first = -(-low // step)
    out = []
    while first * step <= high + 1e-9:
        out.append(round(first * step, 10) + 0.0)
        first += 1
    return out


class Axis:
    """A linear axis from values to horizontal positions of a drawing that is WIDTH wide."""

    def __init__(self, low: float, high: float, pad: float = 10):
        self.low, self.high, self.pad = low, high, pad

    def __call__(self, value: float) -> float:
        inner = WIDTH - 2 * self.pad
        clipped = min(max(value, self.low), self.high)
        return round(self.pad + inner * (clipped - self.low) / (self.high - self.low), 1)


def forest_axis(rows: Sequence[tuple[float, float]], margin: float) -> Axis:
    """An axis around 0 that holds all intervals (low, high) and the margin, with some air."""
    ends = [abs(x) for row in rows for x in row if isfinite(x)] + [2 * margin]
    low = min([x for row in rows for x in row if isfinite(x)] + [-1.5 * margin])
    high = max([x for row in rows for x in row if isfinite(x)] + [1.5 * margin])
    air = 0.04 * max(ends)
    return Axis(low - air, high + air)


def score_axis(lows: Sequence[float]) -> Axis:
    """An axis of scores up to 1 that starts below the lowest interval, at a round tenth."""
    lowest = min([x for x in lows if isfinite(x)] or [0])
    return Axis(max(0.0, floor(lowest * 10) / 10), 1.0)


def _svg(body: str, title: str, width: float = WIDTH, height: float = ROW, kind: str = "row") -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" role="img" preserveAspectRatio="xMidYMid meet">'
        f"<title>{escape(title)}</title>{body}</svg>"
    )


def interval(
    axis: Axis,
    value: float,
    low: float,
    high: float,
    kind: str,
    title: str,
    margin: float | None = None,
    hollow: bool = False,
) -> str:
    """One row: a dot at `value` with its interval; with a margin, a zero line and the band of equivalence."""
    middle = ROW / 2
    parts = []
    if margin is not None:
        left, right = axis(-margin), axis(margin)
        parts.append(
            f'<rect class="band" x="{left}" y="0" width="{round(right - left, 1)}" height="{ROW}"/>'
            f'<line class="zero" x1="{axis(0)}" x2="{axis(0)}" y1="0" y2="{ROW}"/>'
        )
    else:
        parts += [
            f'<line class="grid" x1="{axis(t)}" x2="{axis(t)}" y1="0" y2="{ROW}"/>'
            for t in ticks(axis.low, axis.high)
        ]
    if isfinite(low) and isfinite(high):
        parts.append(
            f'<line class="whisker {kind}" x1="{axis(low)}" x2="{axis(high)}" y1="{middle}" y2="{middle}"/>'
        )
    full = "hollow" if hollow else "full"
    parts.append(f'<circle class="dot {kind} {full}" cx="{axis(value)}" cy="{middle}" r="5"/>')
    return _svg("".join(parts), title)


def scale(axis: Axis, signed: bool = False) -> str:
    """The row of tick labels below or above a column of `interval` drawings."""
    form = "{:+.2f}" if signed else "{:.1f}"
    marks = ticks(axis.low, axis.high, 5)
    if not signed and any(round(mark, 1) != mark for mark in marks):
        form = "{:.2f}"
    labels = "".join(
        f'<text x="{axis(mark)}" y="14">{"0" if signed and mark == 0 else form.format(mark)}</text>'
        for mark in marks
    )
    return _svg(f'<g class="ticks">{labels}</g>', "scale", height=20, kind="row scale")


def curves(lines: list[dict], title: str) -> str:
    """Macro-F1 against the number of labels (logarithmic), one line a model.

    lines: dictionaries with `name`, `kind` (class of the style sheet) and `points`, a list of (labels,
    value, low, high) sorted by labels.
    """
    width, height, left, right, top, bottom = 960, 290, 46, 390, 14, 40
    points = [point for line in lines for point in line["points"]]
    sizes = sorted({point[0] for point in points})
    x_low, x_high = log10(sizes[0]), log10(sizes[-1])
    y = score_axis([point[2] for point in points])
    y_high = min(1.0, max(point[3] for point in points) + 0.02)

    def at_x(labels: float) -> float:
        share = 0.5 if x_high == x_low else (log10(labels) - x_low) / (x_high - x_low)
        return round(left + 10 + (width - left - right - 10) * share, 1)

    def at_y(value: float) -> float:
        return round(height - bottom - (height - bottom - top) * (value - y.low) / (y_high - y.low), 1)

    parts = []
    for mark in ticks(y.low, y_high, 5):
        parts.append(
            f'<line class="grid" x1="{left}" x2="{width - right}" y1="{at_y(mark)}" y2="{at_y(mark)}"/>'
            f'<text class="tick end" x="{left - 8}" y="{at_y(mark) + 4}">{mark:.2g}</text>'
        )
    last_x = -100.0
    for size in sizes:
        if at_x(size) - last_x > 40:
            parts.append(f'<text class="tick" x="{at_x(size)}" y="{height - bottom + 18}">{size:,}</text>')
            last_x = at_x(size)
    parts.append(
        f'<text class="tick" x="{(left + width - right) / 2}" y="{height - 4}">labelled training reports</text>'
    )
    labels = []
    for number, line in enumerate(lines):
        where = " ".join(f"{at_x(n)},{at_y(value)}" for n, value, _, _ in line["points"])
        area = " ".join(
            [f"{at_x(n)},{at_y(high)}" for n, _, _, high in line["points"]]
            + [f"{at_x(n)},{at_y(low)}" for n, _, low, _ in reversed(line["points"])]
        )
        style = f"series s{number % 6}"
        if len(line["points"]) > 1:
            parts.append(f'<polygon class="area {style}" points="{area}"/>')
            parts.append(f'<polyline class="line {style}" points="{where}"/>')
        parts += [
            f'<circle class="mark {style}" cx="{at_x(n)}" cy="{at_y(value)}" r="4"><title>'
            f"{escape(line['name'])}, {n:,} labels: {value:.3f} ({low:.3f} to {high:.3f})</title></circle>"
            for n, value, low, high in line["points"]
        ]
        labels.append([at_y(line["points"][-1][1]), at_x(line["points"][-1][0]), line["name"], style])
    labels.sort()
    for before, label in zip([None, *labels[:-1]], labels, strict=True):
        if before is not None and label[0] - before[0] < 15:
            label[0] = before[0] + 15
    parts += [
        f'<text class="label {style}" x="{x + 10}" y="{y_ + 4}">{escape(name)}</text>'
        for y_, x, name, style in labels
    ]
    return _svg("".join(parts), title, width, height, "plot")


def plain_number(value: float) -> str:
    """A round number without an exponent."""
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def cost_scatter(points: list[dict], x_title: str, title: str) -> str:
    """Macro-F1 against cost (logarithmic): points with `name`, `kind`, `hollow`, `cost`, `value`, `low`,
    `high`.
    """
    width, height, left, right, top, bottom = 960, 310, 46, 390, 14, 44
    costs = [point["cost"] for point in points]
    low, high = log10(min(costs)) - 0.2, log10(max(costs)) + 0.2
    y = score_axis([point["low"] for point in points])

    def at_x(cost: float) -> float:
        return round(left + 10 + (width - left - right - 10) * (log10(cost) - low) / (high - low), 1)

    def at_y(value: float) -> float:
        return round(height - bottom - (height - bottom - top) * (value - y.low) / (1 - y.low), 1)

    parts = [
        f'<line class="grid" x1="{left}" x2="{width - right}" y1="{at_y(mark)}" y2="{at_y(mark)}"/>'
        f'<text class="tick end" x="{left - 8}" y="{at_y(mark) + 4}">{mark:.2g}</text>'
        for mark in ticks(y.low, 1.0, 5)
    ]
    power = floor(low)
    while power <= high:
        for mark in (10**power, 3 * 10**power):
            if low <= log10(mark) <= high:
                parts.append(
                    f'<line class="grid" x1="{at_x(mark)}" x2="{at_x(mark)}" y1="{top}" y2="{height - bottom}"/>'
                    f'<text class="tick" x="{at_x(mark)}" y="{height - bottom + 18}">{plain_number(mark)}</text>'
                )
        power += 1
    parts.append(
        f'<text class="tick" x="{(left + width - right) / 2}" y="{height - 4}">{escape(x_title)}</text>'
    )
    labels = []
    for point in points:
        x, y_ = at_x(point["cost"]), at_y(point["value"])
        full = "hollow" if point["hollow"] else "full"
        parts.append(
            f'<line class="whisker {point["kind"]}" x1="{x}" x2="{x}" y1="{at_y(point["low"])}" '
            f'y2="{at_y(point["high"])}"/><circle class="dot {point["kind"]} {full}" cx="{x}" cy="{y_}" r="5">'
            f"<title>{escape(point['name'])}: {point['value']:.3f}</title></circle>"
        )
        if point["cost"] < 10 ** (low + 0.55 * (high - low)):
            parts.append(f'<text class="label" x="{x + 11}" y="{y_ + 4}">{escape(point["name"])}</text>')
        else:
            labels.append([y_, x, point["name"]])
    labels.sort()
    edge = width - right + 12
    for number, label in enumerate(labels):
        place = max(label[0], labels[number - 1][3] + 14) if number else label[0]
        label.append(place)
        parts.append(
            f'<line class="leader" x1="{label[1] + 7}" y1="{label[0]}" x2="{edge - 4}" y2="{place}"/>'
            f'<text class="label" x="{edge}" y="{place + 4}">{escape(label[2])}</text>'
        )
    return _svg("".join(parts), title, width, max(height, (labels[-1][3] if labels else 0) + 14), "plot")
