"""Initiatives that IATI can hold, and the file of some of them, checked as it is read."""

import csv
import io
from pathlib import Path

from lxml import etree

from initiatives import models as m
from initiatives.exchange.formats import FORMATS
from initiatives.exchange.iati import codes
from initiatives.exchange.selection import Selection
from tests import making
from tests.iati_rules import code_faults, rule_faults, schema_faults

ROOT = Path(__file__).resolve().parent.parent
ATLAS = {"a": codes.NAMESPACE}


def exported(name: str = "iati", queryset=None) -> bytes:
    queryset = m.Initiative.objects.published() if queryset is None else queryset
    selection = Selection("initiatives", (queryset,), site="https://atlas.test")
    with selection.snapshot():
        return b"".join(FORMATS[name].write(selection))


def only(*slugs: str):
    return m.Initiative.objects.published().filter(slug__in=slugs)


def activity(slug: str):
    """The one activity of a file of one record, checked."""
    tree = etree.fromstring(exported(queryset=only(slug))).getroottree()
    assert faults(tree) == []
    return tree.find("iati-activity")


def left_out(*slugs: str) -> dict[str, list[str]]:
    text = exported("iati-left-out", only(*slugs) if slugs else None).decode()
    return {row["slug"]: row["lacks"].split(";") for row in csv.DictReader(io.StringIO(text))}


def faults(tree) -> list[str]:
    """What the schemas, the code lists and the error rules find."""
    ours = etree.XMLSchema(etree.parse(ROOT / "docs" / "iati.xsd"))
    found = schema_faults(tree) + code_faults(tree)
    found += [name for name in rule_faults(tree) if name.startswith("error")]
    for record in tree.iterfind(".//a:record", ATLAS):
        ours.validate(record)
        found += [str(error) for error in ours.error_log]
    return found


def actor(slug: str, **fields):
    making.forget()  # what was made before is not judged
    return making.actor(slug, **fields)


def complete(slug: str = "complete", **fields) -> m.Initiative:
    """A public initiative that has all IATI demands and no more."""
    making.forget()
    made = making.initiative(
        slug,
        **{"summary": "It trains.", "status": "closed", "actual_start": "2019-03-04", **fields},
    )
    m.Participation.objects.create(
        initiative=made, actor=actor(f"{slug}-runner", kind="company"), role="implementing"
    )
    m.InitiativeReach.objects.create(initiative=made, country_id="TH", kind="beneficiary")
    m.InitiativeTheme.objects.create(initiative=made, theme_id="cybercrime")
    return made


def money(made, funder, **fields) -> m.FundingLink:
    values = {
        "type": "commitment", "amount_kind": "exact", "amount": "100.50", "currency": "USD",
        "value_date": "2020-02-03",
    }  # fmt: skip
    return m.FundingLink.objects.create(
        initiative=made, funder_actor=funder, **{**values, **fields}
    )


def values(node, path: str) -> list[str]:
    return [str(found) for found in node.xpath(path, namespaces=ATLAS)]
