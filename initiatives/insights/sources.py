"""Everything that rests on one source: its citations by record, with what comparison finds."""

from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.kit import wording
from atlas.kit.choices import State
from atlas.kit.dates import words
from atlas.kit.facts import REGISTRY, facts_sql
from atlas.kit.footnotes import anchor_of, row_address
from atlas.kit.naming import field_words, link_words
from initiatives.models import ActorCitation, InitiativeCitation
from sources.models import Source

FIELDS = {"actual_start": gettext_lazy("Start"), "actual_end": gettext_lazy("End")}
ENDS = {
    InitiativeCitation: (
        "initiative",
        "initiative_name",
        "initiative_identifier",
        "reach__country",
        "reach__group",
        "tie__target",
        "participation__actor",
        "funding_link__funder_actor",
        "funding_link__funder_initiative",
        "funding_link__recipient",
        "joint_funder__actor",
        "event",
        "result",
        "statement__event",
    ),
    ActorCitation: (
        "actor",
        "actor_name",
        "actor_identifier",
        "membership__member_country",
        "membership__member_actor",
        "event",
        "statement__event",
    ),
}


@dataclass
class Resting:
    """One fact that rests on the source, or that the source contradicts."""

    label: str
    url: str
    ours: str
    says: str
    stance: str
    citation: object


@dataclass
class OfRecord:
    """The facts of one record, in the order of their addresses."""

    record: object
    facts: list[Resting] = field(default_factory=list)


def resting_on(source: Source) -> list[OfRecord]:
    """Facts of published records that cite the source, grouped by record; four queries."""
    found: dict[str, OfRecord] = {}
    for noun, model in (("initiative", InitiativeCitation), ("actor", ActorCitation)):
        judged = _judged(noun, source)
        citations = model.objects.filter(source=source, **{f"{noun}__state": State.PUBLISHED})
        citations = citations.select_related(*ENDS[model]).order_by(f"{noun}__sort_key", "key")
        for citation in sorted(citations, key=lambda c: _place(noun, c)):
            record = getattr(citation, noun)
            here = found.setdefault(record.get_absolute_url(), OfRecord(record))
            here.facts.append(_resting(citation, record, *judged[citation.key]))
    return list(found.values())


def _place(noun: str, citation) -> tuple:
    """Where a fact stands on its record's page."""
    evidence = REGISTRY[noun]
    table = citation.link_ref.partition(":")[0]
    model = evidence.links[table] if table else evidence.model
    fields = [fact.field for fact in model.FACTS]
    order = fields.index(citation.field) if citation.field in fields else len(fields)
    record = getattr(citation, noun)
    return record.sort_key, ["", *evidence.links].index(table), citation.link_ref, order


def _judged(noun: str, source: Source) -> dict[str, tuple]:
    """key -> (kind, our value, stance) of every citation of this source."""
    evidence = REGISTRY[noun]
    table, root = evidence.citation._meta.db_table, evidence.root
    ids = f"SELECT {root} FROM {table} WHERE source_id = {int(source.pk)}"
    sql = f"""
    SELECT c.key, coalesce(f.kind, ''), f.value,
        CASE WHEN f.value IS NULL THEN 'unused'
            WHEN atlas_supports(f.kind, f.value, c.says) THEN 'supports'
            WHEN f.kind = 'prose' THEN 'outdated' ELSE 'contradicts' END
    FROM {table} c LEFT JOIN ({facts_sql(evidence, ids)}) f
        ON f.root = c.{root} AND f.link_ref = c.link_ref AND f.field = c.field
    WHERE c.source_id = {int(source.pk)}"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {key: tuple(rest) for key, *rest in cursor}


def _resting(citation, record, kind: str, value: str | None, stance: str) -> Resting:
    address = row_address(citation)
    return Resting(
        label=label_of(citation),
        url=f"{record.get_absolute_url()}#{anchor_of(address)}",
        ours=read(kind, citation.field, value or ""),
        says=spoken(kind, citation) if stance == "contradicts" else "",
        stance=stance,
        citation=citation,
    )


def spoken(kind: str, citation) -> str:
    """What the source says where it differs."""
    if kind == "ref":
        return wording.plain(citation.says)
    return read(kind, citation.field, citation.says)


def label_of(citation) -> str:
    """A fact by name: “Start”, “Host: ETDA”, “Money from JAIF, amount”."""
    row = next((getattr(citation, n) for n in citation.LINKS if getattr(citation, f"{n}_id")), None)
    if row is None:
        name = citation.field
        root = type(getattr(citation, citation.KEY_PARTS[0]))
        return str(FIELDS[name]) if name in FIELDS else field_words(root, name)
    funder = getattr(row, "funder_actor", None) or getattr(row, "funder_initiative", None)
    if funder:
        head = _("Money from %s") % funder
    elif hasattr(row, "property"):
        about = f"{row.event}: " if row.event_id else ""
        head = about + wording.sentence(row.property)
    else:
        head = link_words(row)
    main = type(row).FACTS[0].field
    tail = "" if citation.field == main else f", {wording.plain(citation.field)}"
    return head + tail


def read(kind: str, name: str, value: str) -> str:
    """A fact's value in words; prose stands on the record's page, a reference in the label."""
    if kind == "prose" or not value:
        return ""
    if kind == "ref":
        return _("as named")
    if kind == "edtf":
        return words(value)
    if kind == "number":
        return wording.number(value)
    if name == "amount":
        return wording.amount(value)
    return wording.plain(value) if kind == "choice" else value
