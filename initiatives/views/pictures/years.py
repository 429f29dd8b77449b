"""Years drawn: pairs of bars, or one small picture for each currency and kind of money."""

from dataclasses import dataclass
from itertools import groupby

from atlas.kit import wording
from atlas.kit.pictures import Insight

WIDTH, LEFT, HEIGHT, HEAD = 960, 40, 280, 16
SMALL, GAP = 80, 72
ROOM = 52  # of a year written large


@dataclass(frozen=True)
class Bar:
    """One bar: ``sure`` of it is full, all of it possible; ``top`` is where it begins."""

    kind: str
    x: float
    width: float
    top: float
    height: float
    sure_top: float
    sure_height: float
    url: str
    sure_url: str
    title: str
    label: str = ""

    @property
    def label_x(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def label_y(self) -> float:
        return round(self.top - 5, 1)


@dataclass(frozen=True)
class Chart:
    """Bars over a base line, with years below and numbers at the side; charts of money have their
    years in common."""

    name: str
    base: float
    bars: list[Bar]
    years: list[tuple[float, int]]
    grid: list[tuple[float, str]]

    @property
    def name_y(self) -> float:
        return self.base - SMALL - 24

    @property
    def years_y(self) -> float:
        return self.base + 16


def draw(insight: Insight, options: dict) -> dict:
    """Charts for ``pictures/_years.svg``."""
    money = options["of"] == "money"
    charts = _money(insight.rows) if money else [_pairs(insight.rows)] if insight.rows else []
    bottom = charts[-1].base if charts else 40
    return {"charts": charts, "height": round(bottom + 60), "money": money, "legend_y": bottom + 44}


def _bar(kind, x, width, base, scale, sure, possible, **more) -> Bar:
    """``scale`` is units of height for each unit counted."""
    high, low = round(possible * scale, 1), round(sure * scale, 1)
    top, sure_top = round(base - high, 1), round(base - low, 1)
    return Bar(kind, round(x, 1), round(width, 1), top, high, sure_top, low, **more)


def _pairs(rows) -> Chart:
    base = HEAD + HEIGHT
    most = max(row.running for row in rows) or 1
    step = (WIDTH - LEFT) / len(rows)
    scale, width = HEIGHT / most, min(step * 0.42, 26)
    bars = []
    for place, row in enumerate(rows):
        x = LEFT + place * step + step / 2 - width
        for kind, at in (("started", x), ("running", x + width)):
            sure, possible = getattr(row, f"{kind}_sure"), getattr(row, kind)
            url = row.url if kind == "running" else row.started_url
            title = f"{row.year}: {sure} – {possible}"
            ends = {"url": url, "sure_url": getattr(row, f"{kind}_sure_url"), "title": title}
            bars.append(_bar(kind, at, width - 1, base, scale, sure, possible, **ends))
    years = _axis(rows[0].year, rows[-1].year, step)
    return Chart("", base, bars, years, _grid(base, scale, most))


def _axis(first: int, last: int, step: float) -> list[tuple[float, int]]:
    """Years with room for their names, on a phone as well."""
    every = 1 if step > ROOM else 2 if step > ROOM / 2 else 5
    named = (year for year in range(first, last + 1) if year % every == 0)
    return [(round(LEFT + (year - first) * step + step / 2, 1), year) for year in named]


def _grid(base: float, scale: float, most: int) -> list[tuple[float, str]]:
    step = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if most / n <= 6)
    return [(round(base - n * scale, 1), wording.number(n)) for n in range(0, most + 1, step)]


def _money(rows) -> list[Chart]:
    """One chart for each currency and kind of figure, all over the same years."""
    if not rows:
        return []
    first, last = min(row.year for row in rows), max(row.year for row in rows)
    step = (WIDTH - LEFT) / (last - first + 1)
    years = _axis(first, last, step)
    ordered = sorted(rows, key=lambda row: (row.currency, row.type, row.year))
    charts = []
    for place, (key, group) in enumerate(groupby(ordered, lambda r: (r.currency, r.type))):
        found = list(group)
        base = (place + 1) * (SMALL + GAP)
        scale = SMALL / float(max(row.high for row in found) or 1)
        bars = [_sum(row, first, step, base, scale) for row in found]
        charts.append(Chart(", ".join(key), base, bars, years, []))
    return charts


UNITS = ((10**9, "bn"), (10**6, "m"), (10**3, "k"))


def _short(amount) -> str:
    """An amount to write on a bar: 29.9 m; the table has it in full."""
    for size, letter in UNITS:
        if amount >= size:
            return f"{wording.number(round(amount / size, 1))}\u202f{letter}"
    return wording.number(amount)


def _sum(row, first: int, step: float, base: float, scale: float) -> Bar:
    said = wording.amount(f"{row.low} {row.currency}")
    if row.low != row.high:
        said = wording.amount(f"{row.low}..{row.high} {row.currency}")
    width = min(step * 0.7, 30)
    x = LEFT + (row.year - first) * step + (step - width) / 2
    more = {"url": row.url, "sure_url": row.url, "title": f"{row.year}: {said}"}
    more["label"] = _short(row.high)
    low, high = float(row.low), float(row.high)
    return _bar("running", x, width, base, scale, low, high, **more)
