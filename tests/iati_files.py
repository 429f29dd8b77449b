"""Small IATI files of our own, imported as they are or with changes planted."""

from pathlib import Path

from initiatives.exchange.iati.importing import import_file
from initiatives.exchange.iati.reading import IatiFile
from initiatives.models import Initiative, InitiativeIdentifier
from tests.packages import totals

DATA = Path(__file__).resolve().parent / "data" / "iati"
HARBOUR, QUAY = "XX-TEST-1-HARBOUR", "XX-TEST-1-QUAY"


def bring(name: str, edit=lambda text: text, **options):
    text = edit((DATA / name).read_text("utf-8")).encode()
    return import_file(IatiFile(name, text), **options)


def found(identifier: str) -> Initiative:
    return InitiativeIdentifier.objects.get(scheme="iati", code=identifier).initiative


def row_counts() -> dict[str, int]:
    """Rows of every table that stays; staging tables go with their transaction."""
    own = ("actors_", "initiatives_", "sources_", "kit_", "version")
    return {name: n for name, n in totals().items() if name.startswith(own)}


def bring_harbour() -> Initiative:
    report = bring("harbour-2.03.xml")
    assert report.outcomes == {"new": 2}
    return found(HARBOUR)


def many(folder: Path, activities: int, version: str = "2.01") -> Path:
    """A file of so many activities with five transactions each."""
    text = (DATA / "reef-2.01.xml").read_text()
    head, rest = text.split("  <iati-activity ", 1)
    body, tail = rest.rsplit("</iati-activities>", 1)
    start, end = body.index("<transaction>"), body.index("</transaction>") + len("</transaction>")
    body = "  <iati-activity " + body[:start] + body[start:end] * 5 + body[end:]
    reporter = body[body.index("<reporting-org") : body.index("<iati-identifier")]
    if version != "2.01":  # from 2.02 on in this order
        body = body.replace(reporter, "").replace("<title>", f"{reporter}<title>")
    path = folder / f"many-{activities}.xml"
    with open(path, "w") as file:
        file.write(head.replace('version="2.01"', f'version="{version}"'))
        for n in range(activities):
            file.write(
                body.replace("XX-TEST-3-2.01", f"XX-MANY-{n}").replace("Reef 2.01", f"Reef {n}")
            )
        file.write("</iati-activities>" + tail)
    return path
