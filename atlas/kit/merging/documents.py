"""The document of two records made one: pure, so that what is previewed is what happens."""

from dataclasses import dataclass, field

from atlas.kit import dates
from atlas.kit.dates import EdtfField
from atlas.kit.facts import REGISTRY
from atlas.kit.merging.uniting import EVIDENCE, ROWS, unite
from atlas.kit.naming import field_words, value_words
from atlas.kit.records import child_part
from atlas.kit.tables import NOUNS, TABLES

OWN = ("slug", "uid", "state")  # what a record never takes from another
ALIAS, OTHER = "alias", "other"


@dataclass
class Merged:
    """The document to be, where each row that was folded went, and what only history will hold."""

    document: dict
    folded: dict[tuple[str, str], str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def merged(noun: str, keep: dict, drop: dict, keys) -> Merged:
    """One document of both, under the address of ``keep``.

    Where both have a value, ours stands; what was cited for theirs stays as evidence that says
    otherwise.  Their name becomes another name of ours, their running text a statement.
    ``keys(table, wanted)`` gives a free key for a new row.
    """
    part = TABLES[NOUNS[noun][0]].parts[0]
    done = Merged({name: keep[name] for name in part.headers})
    children = NOUNS[noun][1]
    ours, theirs = ({n: [dict(r) for r in d[n]] for n in children} for d in (keep, drop))
    _readdress(noun, (ours, theirs), keep["slug"], drop["slug"])
    _own_fields(noun, done, keep, drop)
    _other_name(noun, theirs, keep, drop, keys)
    _other_texts(noun, theirs, keep, drop, keys)
    united = unite(noun, ours, theirs)
    stated = {row["key"] for row in keep["missing"] if keep.get(row["field"])}
    united.rows["missing"] = [
        row
        for row in united.rows["missing"]
        if row["link_table"] or not done.document.get(row["field"]) or row["key"] in stated
    ]
    for name, rows in united.rows.items():
        done.document[name] = sorted(rows, key=lambda row: row["key"].encode())
    done.folded = united.folded
    return done


def _readdress(noun: str, both: tuple[ROWS, ROWS], keep: str, drop: str) -> None:
    """Let rows that name the one record name the other."""
    for table, rows in (item for rows_of in both for item in rows_of.items()):
        part = child_part(TABLES[table], noun)
        for name in (c.name for c in part.columns if c.target is REGISTRY[noun].model):
            for row in rows:
                if row.get(name) == drop:
                    row[name] = keep


def _own_fields(noun: str, done: Merged, keep: dict, drop: dict) -> None:
    """Fill what ours lacks; note what is no fact and stays behind."""
    model = REGISTRY[noun].model
    facts = {fact.field for fact in model.FACTS}
    for name, value in keep.items():
        other = drop[name]
        if name in OWN or isinstance(value, list) and name in NOUNS[noun][1]:
            continue
        if other in (None, "", []):
            continue
        stem = name.removesuffix("_on")  # the day of a status goes with the status
        if isinstance(value, list):
            done.document[name] = [*value, *(word for word in other if word not in value)]
        elif value in (None, "") and (stem == name or not keep.get(stem)):
            done.document[name] = other
        elif value != other and name not in facts:
            done.left.append(f"{field_words(model, name)}: “{_words(model, name, other)}”")


def _words(model, name: str, value: str) -> str:
    """A value that stays behind, as pages write it."""
    field = model._meta.get_field(name)
    return dates.words(value) if isinstance(field, EdtfField) else value_words(model, name, value)


def _other_name(noun: str, theirs: ROWS, keep: dict, drop: dict, keys) -> None:
    """Their name becomes another name of ours, with what was cited for it."""
    title = REGISTRY[noun].model.FACTS[0].field
    if keep[title].casefold() == drop[title].casefold():
        return
    table = f"{noun}_names"
    known = [r for r in theirs[table] if r["name"].casefold() == drop[title].casefold()]
    key = known[0]["key"] if known else keys(table, f"{keep['slug']}--{drop['slug']}")
    if not known:
        language = child_part(TABLES[table], noun).model._meta.get_field("language").get_default()
        name = {"key": key, "name": drop[title], "language": language, "kind": ALIAS}
        theirs[table].append(name)
    _point(theirs, title, {"link_table": table, "link_key": key, "field": "name"})


def _other_texts(noun: str, theirs: ROWS, keep: dict, drop: dict, keys) -> None:
    """Their running text, where it differs from ours, becomes a statement with its sources."""
    for fact in REGISTRY[noun].model.FACTS:
        ours, other = keep.get(fact.field), drop.get(fact.field)
        if fact.kind != "prose" or not ours or not other or ours.strip() == other.strip():
            continue
        said = f"{OTHER}-{fact.field}"
        key = keys("statements", f"{keep['slug']}--{said}")
        columns = child_part(TABLES["statements"], noun).headers
        row = dict.fromkeys(columns) | {"key": key, noun: keep["slug"], "property": said}
        theirs["statements"].append(row | {"value": other, "nature": "fact"})
        _point(theirs, fact.field, {"link_table": "statements", "link_key": key, "field": "value"})


def _point(theirs: ROWS, own_field: str, place: dict) -> None:
    """Make evidence about a field of the record evidence about a row."""
    for table in EVIDENCE:
        for row in theirs[table]:
            if not row["link_table"] and row["field"] == own_field:
                row |= place
