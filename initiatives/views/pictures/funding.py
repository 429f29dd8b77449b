"""Money drawn: bars of payers, or a chain from left to right."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from atlas.kit.pictures import Insight
from initiatives.insights.funding import Chain, Flow, Station
from initiatives.views.pictures.bars import MOST, bars_of, short

WIDTH = 960
NAMES, BAR = 350, 200
LETTERS, SUM_LETTERS = 52, 50
GAPS = {1: 0, 2: 220, 3: 190, 4: 130}  # between columns, by their number
GAP, HIGH, STEP, PORT, LINE = 110, 38, 58, 13, 15
MOST_LINES = 2


def draw(insight: Insight, options: dict) -> dict:
    """The context of ``pictures/_funding.svg``."""
    if options["of"]:
        return _chain(insight.drawing.chain)
    return _bars(insight, options.get("bars", MOST))


# ------------------------------------------------------------------ bars


def _bars(insight: Insight, most: int) -> dict:
    """Where not all are drawn, those with a stated sum go before those without."""
    rows = insight.rows
    first = sorted(rows, key=lambda row: not row.found.sums)[:most]
    drawn = {id(row) for row in first}
    return bars_of(
        sorted(rows, key=lambda row: id(row) not in drawn),
        lambda row: row.initiatives,
        lambda row: short(row.name, LETTERS),
        widest=BAR,
        names=NAMES,
        said=_said,
        most=most,
    )


def _said(row) -> str:
    """The one sum in words; of several, which stand in the table, how many and in what currencies:
    the first of them would be taken for the whole."""
    if not row.lines:
        return short(row.beside, SUM_LETTERS)
    if len(row.lines) == 1:
        return short(row.lines[0], SUM_LETTERS)
    currencies = dict.fromkeys(total.currency for total in row.found.sums)
    counts = {"n": len(row.lines), "currencies": ", ".join(currencies)}
    return short(_("%(n)d sums apart, in %(currencies)s") % counts, SUM_LETTERS)


# ------------------------------------------------------------------ a chain


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    station: Station
    lines: list[str]

    @property
    def height(self) -> float:
        return HIGH

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.y + HIGH / 2

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def texts(self) -> list[tuple[float, str]]:
        """(y, line) of the name within the box."""
        first = self.middle + (4 if len(self.lines) == 1 else -3)
        return [(first + 14 * place, line) for place, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Way:
    path: str
    flow: Flow
    title: str
    x: float
    anchor: str
    texts: list[tuple[float, str]]


def _chain(chain: Chain) -> dict:
    boxes = _boxes(chain)
    height = max(box.y for box in boxes.values()) + HIGH + 16
    leaving, arriving = _ports(chain, boxes, "source"), _ports(chain, boxes, "target")
    degree_in = Counter(flow.target for flow in chain.flows)
    degree_out = Counter(flow.source for flow in chain.flows)
    ways = [
        _way(flow, boxes, (leaving[place], arriving[place]),
             at_source=degree_in[flow.target] > degree_out[flow.source])
        for place, flow in enumerate(chain.flows)
    ]  # fmt: skip
    return {"ways": ways, "boxes": list(boxes.values()), "height": round(height)}


def _ports(chain: Chain, boxes: dict[str, Box], end: str) -> list[float]:
    """Where on the side of its box each flow ends: in the order of the other ends, apart."""
    other = "target" if end == "source" else "source"
    ends = defaultdict(list)
    for place, flow in enumerate(chain.flows):
        ends[getattr(flow, end)].append((boxes[getattr(flow, other)].middle, place))
    found = [0.0] * len(chain.flows)
    for box, flows in ends.items():
        apart = min(PORT, (HIGH - 10) / max(len(flows) - 1, 1))
        for rank, (_height, place) in enumerate(sorted(flows)):
            found[place] = round(boxes[box].middle + (rank - (len(flows) - 1) / 2) * apart, 1)
    return found


def _boxes(chain: Chain) -> dict[str, Box]:
    columns: dict[int, list[Station]] = defaultdict(list)
    for station in chain.stations:
        columns[station.column].append(station)
    gap = GAPS.get(len(columns), GAP)
    width = (WIDTH - gap * (len(columns) - 1)) / len(columns) if len(columns) > 1 else 300
    tallest = max(map(len, columns.values()))
    boxes: dict[str, Box] = {}
    for place, number in enumerate(sorted(columns)):
        stations = _ordered(columns[number], chain, boxes)
        top = 16 + (tallest - len(stations)) * STEP / 2
        for row, station in enumerate(stations):
            x, y = place * (width + gap), top + row * STEP
            lines = _wrapped(station.label, int((width - 14) / 6.6))
            boxes[station.id] = Box(round(x, 1), round(y, 1), round(width, 1), station, lines)
    return boxes


def _ordered(stations: list[Station], chain: Chain, placed: dict[str, Box]) -> list[Station]:
    """In the order of what pays them, so that few lines cross."""

    def height(station: Station) -> tuple:
        above = [placed[f.source].y for f in chain.flows
                 if f.target == station.id and f.source in placed]  # fmt: skip
        mean = sum(above) / len(above) if above else 1e6
        return (mean, station.label.casefold())

    return sorted(stations, key=height)


def _wrapped(text: str, letters: int) -> list[str]:
    """The name in at most two lines."""
    if len(text) <= letters:
        return [text]
    first = text[: letters + 1].rpartition(" ")[0] or text[:letters]
    return [first, short(text[len(first) :].strip(), letters)]


def _ends(one: Box, other: Box) -> tuple[tuple[float, int], tuple[float, int]]:
    """Where a line leaves and where it arrives, each with the side of the box: 1 is the right."""
    if other.x > one.x:
        return (one.right, 1), (other.x, -1)
    if other.x < one.x:  # money that goes back
        return (one.x, -1), (other.right, 1)
    return ((one.x, -1), (other.x, -1)) if one.x else ((one.right, 1), (other.right, 1))


def _way(flow: Flow, boxes: dict[str, Box], ports: tuple[float, float], *, at_source: bool) -> Way:
    one, other = boxes[flow.source], boxes[flow.target]
    (x1, out), (x2, into) = _ends(one, other)
    y1, y2 = ports
    bend = max(30.0, abs(x2 - x1) / 2)
    path = f"M{x1:.1f} {y1}C{x1 + out * bend:.1f} {y1} {x2 + into * bend:.1f} {y2} {x2:.1f} {y2}"
    said = flow.words
    shown = said[:MOST_LINES] + (["…"] if len(said) > MOST_LINES else [])
    if other.x <= one.x:
        shown[0] = f"← {shown[0]}"
    x, side = (x1, out) if at_source else (x2, into)
    anchor = "start" if side > 0 else "end"
    first = (y1 if at_source else y2) - 5 - LINE * (len(shown) - 1)
    texts = [(round(first + LINE * place, 1), line) for place, line in enumerate(shown)]
    title = f"{one.station.label} → {other.station.label}: {'; '.join(said)}"
    return Way(path, flow, title, round(x + 8 * side, 1), anchor, texts)
