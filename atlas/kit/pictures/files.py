"""Pictures as files: SVG that needs nothing else, PNG, CSV and plain data.

On a page an SVG takes its colours from ``atlas.css`` and its classes from ``pictures.css``.  A
file carries the same rules within, every custom property replaced by its value in light mode.
"""

import csv
import io
import re
import textwrap
from functools import cache
from pathlib import Path

import resvg_py
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from atlas.kit import wording
from atlas.kit.pictures.reading import Insight

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Source Sans 3"
LETTERS = 150  # of a line above a drawing
PNG_SCALE = 2  # sharp on paper and on dense screens
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@cache
def tokens() -> dict[str, str]:
    """The custom properties of light mode, as ``atlas.css`` names them."""
    css = (settings.BASE_DIR / "atlas/static/atlas/atlas.css").read_text()
    first = css[css.index(":root {") : css.index("@media")]
    return {name: " ".join(value.split()) for name, value in re.findall(TOKEN, first)}


TOKEN = r"(--[\w-]+):\s*([^;]+);"


@cache
def resolved_style() -> str:
    """``pictures.css`` without custom properties, comments and rules of the page."""
    css = (settings.BASE_DIR / "atlas/static/atlas/pictures.css").read_text()
    drawn = re.sub(r"/\*.*?\*/", "", css.split("/* page */")[0], flags=re.S)

    def value(match: re.Match) -> str:
        return "sans-serif" if match[1] == "--sans" else tokens()[match[1]]

    return re.sub(r"\n\s*\n+", "\n", re.sub(r"var\((--[\w-]+)\)", value, drawn)).strip()


def standalone_style() -> SafeString:
    """The style element of an SVG file."""
    return mark_safe(f"<style>\n{resolved_style()}\n</style>")


def png(svg: str, width: int) -> bytes:
    """The SVG file as a PNG, twice ``width`` pixels wide, on white."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width * PNG_SCALE,
            background="#ffffff",
            font_files=[str(file) for file in sorted(FONTS.glob("*.ttf"))],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )


def safe(cell) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def table_csv(insight: Insight, site: str) -> str:
    """The table in UTF-8 CSV: its numbers, then address, records and sources of each row."""
    ids = {pk for row in insight.rows for pk in row.ids}
    slugs = insight.slugs_of(ids) if insight.slugs_of else {}
    sources = insight.sources_of(ids) if insight.sources_of else {}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = [column.name for column in insight.columns]
    writer.writerow([*names, "list", "records", "sources"])
    for row in insight.rows:
        own = getattr(row, "sources", None)  # more exact than what its records cite
        cited = own or sorted({source for pk in row.ids for source in sources.get(pk, ())})
        writer.writerow(
            [
                *[safe(getattr(row, name)) for name in names],
                f"{site}{row.url}",
                "; ".join(sorted(slugs[pk] for pk in row.ids if pk in slugs)),
                "; ".join(cited),
            ]
        )
    return out.getvalue()


def around(insight: Insight) -> dict:
    """Room above the drawing of a file for its title and all lines of how to read it, and below it
    for what it is drawn from and what is left out."""
    room = 56 + 16 * max(3, len(textwrap.wrap(insight.how_to_read, LETTERS)))
    text = ngettext(
        "Drawn from %(drawn)s of %(count)s record.",
        "Drawn from %(drawn)s of %(count)s records.",
        insight.count,
    )
    counts = {"drawn": wording.number(insight.drawn), "count": wording.number(insight.count)}
    said = " ".join([text % counts, *(one.words for one in insight.left_out)])
    foot = textwrap.wrap(said, LETTERS)
    return {
        "room": room + 44 + 16 * len(foot),
        "top": -room,
        "notes_y": 58 - room,
        "letters": LETTERS,
        "foot": foot,
    }


def data(insight: Insight, site: str) -> dict:
    """The same numbers as plain data, with addresses in full."""
    return {
        "title": insight.title,
        "how_to_read": insight.how_to_read,
        "count": insight.count,
        "drawn": insight.drawn,
        "left_out": left_out(insight, site),
        "notes": list(insight.notes),
        "columns": [{"name": c.name, "label": str(c.label)} for c in insight.columns],
        "rows": [_plain(insight, row, site) for row in insight.rows],
    }


def left_out(insight: Insight, site: str) -> list[dict]:
    """What a picture does not show, with addresses in full."""
    return [
        {"words": one.words, "count": one.count, "url": one.url and f"{site}{one.url}"}
        | {"records": _named(one, site)}
        for one in insight.left_out
    ]


def _named(one, site: str) -> list[dict]:
    return [{"title": title, "url": f"{site}{url}"} for title, url in one.records]


def _plain(insight: Insight, row, site: str) -> dict:
    found = {column.name: getattr(row, column.name) for column in insight.columns}
    links = {c.name: getattr(row, c.link) for c in insight.columns if c.link}
    urls = {name: f"{site}{url}" for name, url in links.items() if url}
    return {**found, "url": f"{site}{row.url}", "urls": urls}
