"""Facts: what a source must support, and how support is found.

Each record model lists ``FACTS``.  From these lists the database functions are written that
compare every fact with its citations (``install`` runs after each migrate), so that the gate, the
``evidence`` filters, the percentages and the pages all count the same.
"""

from dataclasses import dataclass

PROSE_MARK = "sha256:"
WEAK = ("D", "E")  # publishers that support is weak of, where it is theirs alone


@dataclass(frozen=True)
class Fact:
    """One field that needs a source.

    ``kind`` says how ``says`` is compared: ``text``, ``prose`` (hash of the checked wording),
    ``edtf`` (containment), ``number``, ``choice`` or ``ref`` (slug, ISO code).  ``sql`` gives the
    value as text for row ``t``; without it the column of the same name is read.
    """

    field: str
    kind: str = "text"
    sql: str = ""

    def value_sql(self, model) -> str:
        if self.sql:
            return self.sql
        field = model._meta.get_field(self.field)
        if field.is_relation:
            target = field.related_model
            key = target._meta.get_field(target.KEY).column
            pk = target._meta.pk.column
            if key == pk:
                return f"t.{field.column}::text"
            table = target._meta.db_table
            return f"(SELECT x.{key} FROM {table} x WHERE x.{pk} = t.{field.column})"
        if self.kind == "number":
            return f"trim_scale(t.{field.column}::numeric)::text"
        return f"NULLIF(t.{field.column}, '')"


@dataclass(frozen=True)
class Evidence:
    """How one noun's evidence is laid out in the database.

    ``links`` maps a package table (``participations``) to the model of that link; ``other_ends``
    lists (link table, foreign key field): records that must be public when this one is.
    """

    noun: str
    model: type
    citation: type
    missing: type
    digest: type
    links: dict
    other_ends: tuple = ()

    @property
    def root(self) -> str:
        return f"{self.noun}_id"


def belongs_sql(model, noun: str, ids: str) -> str:
    """The condition that a link row ``t`` belongs to one of the records; indexes serve it."""
    root = model.ROOTS[noun]
    if root.startswith("r."):
        return f"t.{root[2:]} IN ({ids})"
    through = model.ROOT_THROUGH
    via = through.related_model._meta.db_table
    inner = f"t.{through.column} IN (SELECT v.id FROM {via} v WHERE v.{noun}_id IN ({ids}))"
    own = any(f.column == f"{noun}_id" for f in model._meta.fields)
    return f"(t.{noun}_id IN ({ids}) OR {inner})" if own else inner


def facts_sql(evidence: Evidence, ids: str, cited: bool = False, folded: bool = False) -> str:
    """SELECT (root, link_ref, link_key, field, kind, value) of every fact of records in ``ids``.

    ``cited``: links without any citation may be left out.  ``folded``: a table is named once for
    all its facts, which is sooner planned, as few records need; thousands are sooner read without.
    """
    parts = []
    for table, model in {"": evidence.model, **evidence.links}.items():
        name = model._meta.db_table
        root, ref, key, where = "t.id", "''", "''", f"t.id IN ({ids})"
        if table:
            root = model.ROOTS[evidence.noun].replace("r.", "t.")
            ref, key = f"'{table}:' || t.id::text", "t.key"
            where = belongs_sql(model, evidence.noun, ids)
            if cited:
                where += f" AND t.id IN ({_cited_links_sql(evidence, table, ids)})"
        place = f"SELECT {root} AS root, {ref} AS link_ref, {key} AS link_key"
        facts = [(f"'{f.field}'", f"'{f.kind}'", f.value_sql(model)) for f in model.FACTS]
        if folded and facts:
            values = ", ".join(f"({', '.join(fact)})" for fact in facts)
            each = f"CROSS JOIN LATERAL (VALUES {values}) v(field, kind, value)"
            parts.append(f"{place}, v.* FROM {name} t {each} WHERE {where}")
            continue
        for field, kind, value in facts:
            fact = f"{field} AS field, {kind} AS kind, {value} AS value"
            parts.append(f"{place}, {fact} FROM {name} t WHERE {where}")
    union = "\nUNION ALL\n".join(parts)
    return f"SELECT * FROM (\n{union}\n) facts WHERE value IS NOT NULL"


def _cited_links_sql(evidence: Evidence, table: str, ids: str) -> str:
    """Ids of the links of one kind that citations of these records name."""
    name = next(name for name, other in evidence.citation.LINKS.items() if other == table)
    return (
        f"SELECT c.{name}_id FROM {evidence.citation._meta.db_table} c"
        f" WHERE c.{name}_id IS NOT NULL AND c.{evidence.root} IN ({ids})"
    )


def counted_sql(evidence: Evidence, ids: str) -> str:
    """SELECT (root, facts): how many facts each record has, without reading out any."""
    parts = []
    for table, model in {"": evidence.model, **evidence.links}.items():
        root, where = "t.id", f"t.id IN ({ids})"
        if table:
            root = model.ROOTS[evidence.noun].replace("r.", "t.")
            where = belongs_sql(model, evidence.noun, ids)
        filled = " + ".join(f"(({f.value_sql(model)}) IS NOT NULL)::int" for f in model.FACTS)
        parts.append(
            f"SELECT {root} AS root, {filled or '0'} AS facts"
            f" FROM {model._meta.db_table} t WHERE {where}"
        )
    union = "\nUNION ALL\n".join(parts)
    return f"SELECT root, sum(facts) AS facts FROM (\n{union}\n) each GROUP BY root"


def judged_sql(evidence: Evidence, ids: str) -> str:
    """One row a fact: supported, contradicted, independent sources, last check, by comparison."""
    table = evidence.citation._meta.db_table
    return f"""
    SELECT f.root, f.link_ref, f.link_key, f.field, f.kind, f.value,
        coalesce(bool_or(atlas_supports(f.kind, f.value, c.says)), false) AS supported,
        coalesce(bool_or(f.kind <> 'prose' AND NOT atlas_supports(f.kind, f.value, c.says)), false)
            AS contradicted,
        count(DISTINCT coalesce(s.derived_from_id, s.id))
            FILTER (WHERE atlas_supports(f.kind, f.value, c.says)) AS sources,
        max(c.checked_on) FILTER (WHERE atlas_supports(f.kind, f.value, c.says)) AS checked_on
    FROM ({facts_sql(evidence, ids)}) f
    LEFT JOIN {table} c ON c.{evidence.root} = f.root AND c.link_ref = f.link_ref
        AND c.field = f.field
    LEFT JOIN sources_source s ON s.id = c.source_id
    GROUP BY f.root, f.link_ref, f.link_key, f.field, f.kind, f.value"""


def matched_sql(evidence: Evidence, ids: str) -> str:
    """One row for every citation of a fact, each compared once.

    Digests count by this: ``judged_sql`` sorts every fact by its own text.
    """
    return f"""
    SELECT f.root, f.link_ref, f.field, f.kind, c.checked_on,
      coalesce(s.derived_from_id, s.id) AS origin, CASE WHEN f.value = c.says AND f.kind <> 'prose'
        THEN true ELSE atlas_supports(f.kind, f.value, c.says) END AS supports
    FROM ({facts_sql(evidence, ids, cited=True)}) f
    JOIN {evidence.citation._meta.db_table} c ON c.{evidence.root} = f.root
        AND c.link_ref = f.link_ref AND c.field = f.field
    JOIN sources_source s ON s.id = c.source_id"""


def weak_sql(model, name: str, citation: str, link: str, which: str) -> str:
    """SELECT (link) of those whose fact ``name`` only publishers of the letters ``WEAK`` support.

    ``citation`` is the table of citations and ``link`` its column that names a row of ``model``;
    ``which`` chooses citations ``c``.
    """
    fact = next(fact for fact in model.FACTS if fact.field == name)
    letters = ", ".join(f"'{letter}'" for letter in WEAK)
    return f"""
    SELECT c.{link} AS link FROM {citation} c JOIN {model._meta.db_table} t ON t.id = c.{link}
    JOIN sources_source s ON s.id = c.source_id JOIN sources_publisher p ON p.id = s.publisher_id
    WHERE c.field = '{name}' AND {which}
      AND atlas_supports('{fact.kind}', {fact.value_sql(model)}, c.says)
    GROUP BY c.{link} HAVING bool_and(p.reliability IN ({letters}))"""


def other_ends_sql(evidence: Evidence, ids: str) -> str:
    """Links of these records whose other end the public cannot see."""
    parts = []
    for table, name in evidence.other_ends:
        model = evidence.links[table] if table else evidence.model
        field = model._meta.get_field(name)
        target = field.related_model._meta.db_table
        root = model.ROOTS[evidence.noun].replace("r.", "t.")
        key = "t.key" if table else "''"
        parts.append(
            f"SELECT {root} AS root, '{table}' AS link_table, {key} AS link_key,"
            f" '{name}' AS field, o.slug AS target FROM {model._meta.db_table} t"
            f" JOIN {target} o ON o.id = t.{field.column}"
            f" WHERE o.state <> 'published' AND {root} IN ({ids})"
        )
    return "\nUNION ALL\n".join(parts)


def foreign_links_sql(evidence: Evidence, ids: str) -> str:
    """Citations and missing values that name a link of another record."""
    parts = []
    for about in (evidence.citation, evidence.missing):
        for name, table in about.LINKS.items():
            model = evidence.links[table]
            parts.append(
                f"SELECT '{evidence.noun}' AS noun, c.key AS record, '{table}' AS link_table,"
                f" r.key AS link_key, c.field, r.key AS value, 'foreign' AS reason"
                f" FROM {about._meta.db_table} c"
                f" JOIN {model._meta.db_table} r ON r.id = c.{name}_id"
                f" WHERE c.{name}_id IS NOT NULL AND c.{evidence.root} IN ({ids})"
                f" AND c.{evidence.root} IS DISTINCT FROM ({model.ROOTS[evidence.noun]})"
            )
    return "\nUNION ALL\n".join(parts)


REGISTRY: dict[str, Evidence] = {}


def register(evidence: Evidence) -> None:
    """Called once a noun, when apps are ready."""
    REGISTRY[evidence.noun] = evidence
