"""Rows of other records that name a record: found, shown, and pointed at another."""

from dataclasses import dataclass

from django.db import connection

from atlas.kit import records
from atlas.kit.facts import REGISTRY
from atlas.kit.merging.uniting import EVIDENCE, unite
from atlas.kit.naming import field_words, link_rows, link_words
from atlas.kit.tables import NOUNS, TABLES, Column, Part


@dataclass(frozen=True)
class Reference:
    """A column of other records' rows that may name a record of a noun."""

    part: Part
    column: Column
    noun: str  # whose rows these are
    root: str  # SQL: the id of the record that row ``t`` belongs to

    def rows(self, pk: int):
        """Rows that name the record, for showing."""
        model = self.part.model
        named = {self.column.name: pk}
        if self.is_own:
            return model._default_manager.filter(**named).select_related(self.column.name)
        return link_rows(model).filter(**named)

    @property
    def is_own(self) -> bool:
        """The column stands in the record itself, as an actor's parent does."""
        return self.part.model is REGISTRY[self.noun].model

    def words(self, row) -> str:
        if self.is_own:
            column = self.column.name
            named = getattr(row, column)
            return f"{row}: {field_words(self.part.model, column).lower()}: {named}"
        owner = getattr(row, self.noun, None) or getattr(row, "group", None)
        return f"{owner}: {link_words(row)}" if owner else link_words(row)


def references(noun: str) -> list[Reference]:
    """Every column of the package that names records of this noun and does not own the row."""
    target, found = REGISTRY[noun].model, []
    for part in (p for table in TABLES.values() for p in table.parts):
        for owner, root in getattr(part.model, "ROOTS", {}).items():
            for column in part.columns:
                own = column.name == owner or root == f"r.{column.column}"
                if column.target is target and owner in REGISTRY and not own:
                    found.append(Reference(part, column, owner, root.replace("r.", "t.")))
    return [r for r in found if r.column.name not in r.part.model.ROOTS]


def repoint(noun: str, keep, drop, by, through: str) -> None:
    """Let every row of other records that names ``drop`` name ``keep``.

    A record whose rows would then repeat each other goes by its document: they are folded, with
    the evidence of both.
    """
    for reference in references(noun):
        for pk in _naming_both(reference, keep.pk, drop.pk):
            owner = REGISTRY[reference.noun].model._default_manager.get(pk=pk)
            value = _readdressed(reference, records.document(owner), keep.slug, drop.slug)
            records.apply(value, noun=reference.noun, by=by, through=through)
        rows = reference.rows(drop.pk).order_by()
        if reference.noun == noun:
            rows = rows.exclude(**_owned_by(reference, noun, keep.pk))
            rows = rows.exclude(**_owned_by(reference, noun, drop.pk))
        ids = list(rows.values_list("pk", flat=True))
        model = reference.part.model._default_manager
        model.filter(pk__in=ids).update(**{reference.column.column: keep.pk})


def _owned_by(reference: Reference, noun: str, pk: int) -> dict:
    model = reference.part.model
    if reference.is_own:
        return {"pk": pk}
    through = model.ROOT_THROUGH
    if through is not None:
        return {f"{through.name}__{noun}": pk}
    return {model.ROOTS[noun].removeprefix("r."): pk}


def _naming_both(reference: Reference, keep: int, drop: int) -> list[int]:
    """Other records that name both in this column."""
    if reference.is_own:
        return []
    column, table = reference.column.column, reference.part.db_table
    same = REGISTRY[reference.noun].model is reference.column.target
    others = "AND root NOT IN (%s, %s)" if same else ""
    sql = (
        f"SELECT root FROM (SELECT {reference.root} AS root, t.{column} AS named FROM {table} t"
        f" WHERE t.{column} IN (%s, %s)) n WHERE true {others}"
        " GROUP BY root HAVING count(DISTINCT named) > 1 ORDER BY root"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [keep, drop, *([keep, drop] if same else [])])
        return [pk for (pk,) in cursor.fetchall()]


def _readdressed(reference: Reference, value: dict, keep: str, drop: str) -> dict:
    """The document with rows that named ``drop`` naming ``keep``, repetitions folded."""
    children = NOUNS[reference.noun][1]
    base, extra = {}, {}
    moved: set[tuple[str, str]] = set()
    for table in children:
        part = next(p for p in TABLES[table].parts if reference.noun in p.model.ROOTS)
        links = [c.name for c in part.columns if getattr(c.target, "KEY", "") == "key"]
        base[table], extra[table] = [], []
        for row in value[table]:
            named = table == reference.part.table and row[reference.column.name] == drop
            if named:
                row = row | {reference.column.name: keep}
            depends = any(key == row.get(name) for name in links for _table, key in moved)
            about = table in EVIDENCE and (row["link_table"], row["link_key"]) in moved
            if named or depends:
                moved.add((table, row["key"]))
            (extra if named or depends or about else base)[table].append(row)
    return value | unite(reference.noun, base, extra).rows


def repoint_folded(folded: dict[tuple[str, str], str]) -> None:
    """Let rows of other records that name a folded row name the one that stands for it."""
    for (table, old), new in folded.items():
        target = TABLES[table].models[0]
        for part in (p for t in TABLES.values() for p in t.parts):
            for column in part.columns:
                if column.target is target:
                    rows = part.model._default_manager.filter(**{f"{column.name}__key": old})
                    pk = target._default_manager.values_list("pk", flat=True).get(key=new)
                    _repoint_once(part, column, rows, pk)


def _repoint_once(part: Part, column: Column, rows, pk: int) -> None:
    """Point rows elsewhere, but not where such a row stands already."""
    others = [f for rule in part.model._meta.constraints for f in getattr(rule, "fields", ())]
    for row in rows:
        same = {name: getattr(row, name) for name in others} | {column.name: pk}
        if others and part.model._default_manager.filter(**same).exists():
            continue  # goes with the row that was folded
        part.model._default_manager.filter(pk=row.pk).update(**{column.column: pk})
