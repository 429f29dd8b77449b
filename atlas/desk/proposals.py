"""Proposed record documents: what a reader may point at, and what the record would say then."""

import hashlib
import uuid
from copy import deepcopy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F, Func, Value
from django.utils.text import slugify
from django.utils.translation import gettext as _

from atlas.kit import dates, evidence, naming, records
from atlas.kit.choices import State
from atlas.kit.facts import PROSE_MARK, REGISTRY
from atlas.kit.tables import NOUNS, TABLES, Column, Part

NOT_OFFERED = ("slug", "uid", "state")


@dataclass(frozen=True)
class Choice:
    """One fact that may be corrected: its address, its name, and what we say now."""

    address: str
    label: str
    value: str


def own_part(noun: str) -> Part:
    return TABLES[NOUNS[noun][0]].parts[0]


def choices(record) -> list[Choice]:
    """Every own field, filled or not, then every fact of its links."""
    noun = records.noun_of(record)
    document = records.document(record)
    part = own_part(noun)
    found = [
        Choice(c.name, naming.field_words(part.model, c.name), shown(c, document[c.name]))
        for c in part.columns
        if c.name not in NOT_OFFERED
    ]
    rows = {
        (table, row.key): row for table, all_ in naming.links_of(record).items() for row in all_
    }
    for fact in evidence.for_record(noun, record.pk):
        row = rows.get((fact.link_table, fact.link_key))
        if row is not None and fact.value is not None:
            label = naming.fact_words(type(row), fact.field, row)
            value = _end(row, fact.field) or naming.value_words(type(row), fact.field, fact.value)
            found.append(Choice(fact.address, label, value))
    return found


def _end(row, name: str) -> str:
    """The name of the record that a fact of a link points to, if that is read; empty else."""
    ends = {"place": ("country", "group"), "funder": ("funder_actor", "funder_initiative")}
    read = row._state.fields_cache
    return next((str(read[end]) for end in ends.get(name, (name,)) if read.get(end)), "")


def shown(column: Column, value) -> str:
    """A document's value as a reader reads it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if value in (None, ""):
        return ""
    words = dict(column.field.flatchoices or ())
    return str(words.get(value, value))


def column_at(noun: str, address: str) -> Column | None:
    """The column that an address of a fact means; None where it is no single one."""
    table, _slash, rest = address.partition("/")
    key, _slash, name = rest.rpartition("/")
    models = REGISTRY[noun].links
    if key and table not in models:
        return None
    part = own_part(noun)
    if key:
        part = next(p for p in TABLES[table].parts if p.model is models[table])
    return next((c for c in part.columns if c.name == (name if key else address)), None)


def corrected(document: dict, noun: str, address: str, value: str) -> tuple[dict, str]:
    """(document with that fact changed, why it could not be changed or empty).

    Words of vocabularies are taken by value or label; a value of another kind that does not
    fit is left for the editor.
    """
    proposed = deepcopy(document)
    table, _slash, rest = address.partition("/")
    key, _slash, name = rest.rpartition("/")
    row, name = proposed, name if key else address
    if key:
        if table not in REGISTRY[noun].links:
            return proposed, _("There is no such fact.")
        row = next((r for r in proposed.get(table, []) if r["key"] == key), None)
    column = column_at(noun, address)
    if row is None:
        return proposed, _("The row it is about is no longer there.")
    if column is None or name in NOT_OFFERED:
        return proposed, _("This fact is made of several fields: change them in the record.")
    try:
        row[name] = _typed(column, value.strip())
    except ValidationError as error:
        return proposed, " ".join(error.messages)
    if row[name] is not None and "missing" in proposed:
        place = (table if key else None, key or None, name)
        proposed["missing"] = [m for m in proposed["missing"] if _place(m) != place]
    return proposed, ""


def _place(row: dict) -> tuple:
    return row.get("link_table"), row.get("link_key"), row["field"]


def _typed(column: Column, value: str):
    """The reader's words as a value of the document; ValidationError says why not."""
    if not value:
        return [] if column.kind == "list" else None
    if column.choices:
        words = {str(label).casefold(): v for v, label in column.field.flatchoices}
        found = words.get(value.casefold(), value)
        if found not in column.choices:
            allowed = ", ".join(str(label) for _v, label in column.field.flatchoices if label)
            raise ValidationError(_("“%s” is not one of our words: %s.") % (value, allowed))
        return found
    match column.kind:
        case "edtf":
            return str(dates.parse(value))
        case "list":
            return [slugify(word) for word in value.replace(";", ",").split(",") if slugify(word)]
        case "ref":
            raise ValidationError(_("“%s” has to be chosen among our records.") % value)
        case "integer" | "decimal" | "boolean":
            return value.replace(" ", "")
    return value


def new(noun: str, fields: dict) -> dict:
    """The document of a new draft: what was given, everything else empty."""
    part = own_part(noun)
    document = {
        c.name: fields.get(c.name) or ([] if c.kind == "list" else None) for c in part.columns
    }
    title = fields.get("title") or fields.get("name")
    document["slug"] = slugify(title)[:100] or f"record-{uuid.uuid4().hex[:8]}"
    document["uid"] = str(uuid.uuid4())
    document["state"] = State.DRAFT.value
    return document | {table: [] for table in NOUNS[noun][1]}


def source_on_file(address: str):
    """The source with this address, if one is on file."""
    if not address:
        return None
    model = TABLES["sources"].parts[0].model
    same = Func(Value(address), function="atlas_url_hash")
    return model._default_manager.filter(url_hash=same).order_by(F("id")).first()


def cited(document: dict, noun: str, address: str, *, source, locator: str, by, on) -> dict:
    """The document with a citation of ``source`` for that fact, saying what we say now."""
    evidence_ = REGISTRY[noun]
    table, _slash, rest = address.partition("/")
    key, _slash, name = rest.rpartition("/")
    name = name if key else address
    model = evidence_.links[table] if key else evidence_.model
    fact = next((f for f in model.FACTS if f.field == name), None)
    row = next((r for r in document[table] if r["key"] == key), None) if key else document
    if fact is None or row is None or row.get(name) in (None, "", []):
        return document
    says = str(row[name])
    if fact.kind == "prose":
        text = says.strip(" \t\r\n").encode()
        says = PROSE_MARK + hashlib.sha256(text).hexdigest()[:16]
    place = (table if key else None, key or None, name)
    keep = [
        c
        for c in document["citations"]
        if (_place(c), c["source"], c["locator"]) != (place, source.slug, locator or None)
    ]
    owner = key or document["slug"]
    citation = dict.fromkeys(_headers(noun)) | {
        "key": f"{owner}--{name}--{source.slug}"[:180].strip("-") + f"-{uuid.uuid4().hex[:6]}",
        "link_table": place[0],
        "link_key": place[1],
        "field": name,
        "source": source.slug,
        "says": says,
        "locator": locator or None,
        "checked_on": on.isoformat(),
        "checked_by": by.get_full_name() or str(by),
    }
    return document | {"citations": [*keep, citation]}


def is_fact(noun: str, address: str) -> bool:
    """Whether the atlas needs a source for what stands there (our classification needs none)."""
    table, slash, _rest = address.partition("/")
    model = REGISTRY[noun].links[table] if slash else REGISTRY[noun].model
    return address.rpartition("/")[2] in {fact.field for fact in model.FACTS}


def _headers(noun: str) -> list[str]:
    part = next(p for p in TABLES["citations"].parts if p.model is REGISTRY[noun].citation)
    return [h for h in part.headers if h != noun]
