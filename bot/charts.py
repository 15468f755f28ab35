"""Small charts as SVG, for reports that are opened in a browser. No script, no font, no network."""

from collections.abc import Sequence

WIDE, HIGH, EDGE = 360, 260, 40

Point = tuple[float, float]  # each from 0 to 1


def chart(title: str, x: str, y: str, *, line: Sequence[Point] = (), dots: Sequence[Point] = (),
          diagonal: bool = False, top: float = 1.0) -> str:  # fmt: skip
    """A line and dots on axes from 0 to 1 (`top` upwards), both in per cent."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img" '
        f'aria-label="{title}" width="{WIDE}" font-family="sans-serif" font-size="11">',
        f'<text x="{WIDE / 2}" y="14" text-anchor="middle" font-weight="bold">{title}</text>',
        f'<text x="{WIDE / 2}" y="{HIGH - 6}" text-anchor="middle">{x}</text>',
        f'<text x="12" y="{HIGH / 2}" text-anchor="middle" transform="rotate(-90 12 {HIGH / 2})">{y}</text>',
        *_grid(top),
    ]
    if diagonal:
        parts.append(_path([(0, 0), (1, 1)], top, "#999", "4 3"))
    if line:
        parts.append(_path(_thinned(line), top, "#1f5fa8"))
    parts += [
        f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="#1f5fa8"/>'
        for px, py in (_place(point, top) for point in dots)
    ]
    return "".join([*parts, "</svg>"])


def bars(title: str, values: Sequence[tuple[str, float]]) -> str:
    """A bar for each name, its share in per cent behind it."""
    height = 30 + 20 * len(values)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE + 80} {height}" role="img" '
        f'aria-label="{title}" width="{WIDE + 80}" font-family="sans-serif" font-size="11">',
        f'<text x="{WIDE / 2}" y="14" text-anchor="middle" font-weight="bold">{title}</text>',
    ]
    for row, (name, share) in enumerate(values):
        y = 24 + 20 * row
        parts.append(f'<text x="150" y="{y + 11}" text-anchor="end">{name}</text>')
        parts.append(f'<rect x="156" y="{y}" width="{220 * share:.1f}" height="14" fill="#1f5fa8"/>')
        parts.append(f'<text x="{162 + 220 * share:.1f}" y="{y + 11}">{share:.0%}</text>')
    return "".join([*parts, "</svg>"])


def stacked(pictures: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> str:
    """Several charts with bars, one below the other, as one picture with its text alternative."""
    heights = [40 + 20 * len(values) for _, values in pictures]
    said = ". ".join(
        f"{title}: " + ", ".join(f"{name} {share:.1%}" for name, share in values)
        for title, values in pictures
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE + 80} {sum(heights)}" role="img" '
        f'aria-label="{said}" width="{WIDE + 80}"><rect width="100%" height="100%" fill="#fff"/>'
    ]
    for number, (title, values) in enumerate(pictures):
        picture = bars(title, values).replace("<svg ", f'<svg y="{sum(heights[:number])}" ', 1)
        parts.append(picture.replace('role="img"', 'aria-hidden="true"', 1))
    return "".join([*parts, "</svg>\n"])


def _grid(top: float) -> list[str]:
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = _place((share, share * top), top)
        parts.append(f'<line x1="{x}" x2="{x}" y1="{EDGE / 2}" y2="{HIGH - EDGE}" stroke="#ddd"/>')
        parts.append(f'<line x1="{EDGE}" x2="{WIDE - 10}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{HIGH - EDGE + 13}" text-anchor="middle">{share:.0%}</text>')
        parts.append(f'<text x="{EDGE - 3}" y="{y + 4}" text-anchor="end">{share * top:.0%}</text>')
    return parts


def _place(point: Point, top: float) -> Point:
    wide, high = WIDE - EDGE - 10, HIGH - EDGE * 1.5
    return EDGE + point[0] * wide, HIGH - EDGE - min(point[1] / top, 1.0) * high


def _path(points: Sequence[Point], top: float, colour: str, dash: str = "") -> str:
    placed = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(point, top) for point in points))
    return f'<polyline points="{placed}" fill="none" stroke="{colour}" stroke-dasharray="{dash}"/>'


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    return points[:: max(1, len(points) // 200)]
