"""The registry of formats: what ``?format=`` can ask for, and how records are written in each.

A format is a module beside this one with ``write(selection)``, and one entry here.  API, pages,
OpenAPI, download links and the tests that go through every format follow from the entry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from atlas.kit.downloads import Option
from initiatives.exchange import (
    archive,
    bibtex,
    citing,
    csvfile,
    ftm,
    graph,
    jsonld,
    ndjson,
    xlsx,
)
from initiatives.exchange.columns import headers
from initiatives.exchange.iati import completeness, writing
from initiatives.exchange.selection import LINKS, RECORDS, Selection, field_names

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERY = (*RECORDS, *LINKS)
LINKED = ("initiatives", "actors", "sources")


@dataclass(frozen=True)
class Format:
    """One format.

    ``nouns`` are names of API lists that it can write.  ``write`` is called inside the
    selection's snapshot and gives the file in pieces.  ``one``: also for a single record
    (``/api/v1/initiatives/<slug>/?format=...``).  ``columns`` says what ``fields=`` may choose
    of a noun; without it the format is always written whole and ``fields`` is refused.  Not
    ``whole``: it holds only some of the records found, and says which.
    ``options`` are parameters of its own.
    """

    name: str
    label: str
    media_type: str
    extension: str
    nouns: tuple[str, ...]
    write: Callable[[Selection], Iterator[bytes]]
    one: bool = False
    columns: Callable[[str], tuple[str, ...]] | None = None
    whole: bool = True
    options: dict[str, Option] = field(default_factory=dict)


FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (
        Format("csv", "CSV", "text/csv", "csv", EVERY, csvfile.write, columns=headers),
        Format("xlsx", "Excel", XLSX, "xlsx", EVERY, xlsx.write, columns=headers),
        Format(
            "datapackage",
            "Data package",
            "application/zip",
            "zip",
            archive.NOUNS,
            archive.write,
            one=True,
        ),
        Format(
            "ndjson",
            "NDJSON",
            "application/x-ndjson",
            "ndjson",
            EVERY,
            ndjson.write,
            columns=field_names,
        ),
        Format(
            "iati",
            "IATI 2.03",
            "application/xml",
            "xml",
            ("initiatives",),
            writing.write,
            one=True,
            whole=False,
        ),
        Format(
            "iati-left-out",
            "What IATI cannot hold, and why",
            "text/csv",
            "csv",
            ("initiatives",),
            completeness.left_out,
            whole=False,
        ),
        Format(
            "jsonld",
            "JSON-LD",
            "application/ld+json",
            "jsonld",
            LINKED,
            jsonld.write,
            one=True,
        ),
        Format(
            "ftm",
            "FollowTheMoney",
            "application/x-ftm+ndjson",
            "ftm.json",
            ("initiatives", "actors"),
            ftm.write,
            one=True,
        ),
        Format(
            "bibtex",
            "BibTeX",
            "application/x-bibtex",
            "bib",
            LINKED,
            bibtex.write,
            one=True,
            options=citing.OPTIONS,
        ),
        Format(
            "csl",
            "CSL-JSON",
            "application/vnd.citationstyles.csl+json",
            "csl.json",
            LINKED,
            citing.write_csl,
            one=True,
            options=citing.OPTIONS,
        ),
        Format(
            "gexf",
            "GEXF",
            "application/gexf+xml",
            "gexf",
            ("graph",),
            graph.write_gexf,
        ),
    )
}

# what the graph is without a format; no list is written like this
GRAPH_JSON = Format("json", "JSON", "application/json", "json", ("graph",), graph.write_json)


def stream(format_: Format, **about) -> Iterator[bytes]:
    """The file in pieces; ``about`` is what makes the ``Selection``."""
    selection = Selection(**about)
    with selection.snapshot():
        yield from format_.write(selection)
