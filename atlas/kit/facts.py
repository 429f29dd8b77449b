"""Facts: what a source must support, and how support is found.

Each record model lists ``FACTS``.  From these lists the database functions are written that
compare every fact with its citations (``install`` runs after each migrate), so that the gate, the
``evidence`` filters, the percentages and the pages all count the same.
"""

from dataclasses import dataclass

from django.db import connections

PROSE_MARK = "sha256:"


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


def facts_sql(evidence: Evidence, ids: str) -> str:
    """SELECT (root, link_ref, link_key, field, kind, value) of every fact of records in ``ids``."""
    parts = []
    for table, model in {"": evidence.model, **evidence.links}.items():
        name = model._meta.db_table
        root = "t.id" if not table else model.ROOTS[evidence.noun].replace("r.", "t.")
        ref = "''" if not table else f"'{table}:' || t.id::text"
        key = "''" if not table else "t.key"
        where = f"t.id IN ({ids})" if not table else f"{root} IN ({ids})"
        for fact in model.FACTS:
            parts.append(
                f"SELECT {root} AS root, {ref} AS link_ref, {key} AS link_key,"
                f" '{fact.field}' AS field, '{fact.kind}' AS kind, {fact.value_sql(model)} AS value"
                f" FROM {name} t WHERE {where}"
            )
    union = "\nUNION ALL\n".join(parts)
    return f"SELECT * FROM (\n{union}\n) facts WHERE value IS NOT NULL"


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


def _other_ends_sql(evidence: Evidence, ids: str) -> str:
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


def _foreign_links_sql(evidence: Evidence, ids: str) -> str:
    """Citations and missing values that name a link of another record."""
    parts = []
    for about in (evidence.citation, evidence.missing):
        for name, table in about.LINKS.items():
            model = evidence.links[table]
            parts.append(
                f"SELECT '{evidence.noun}' AS noun, c.key AS record, '{table}' AS link_table,"
                f" r.key AS link_key, c.field, r.key AS value, 'foreign' AS reason"
                f" FROM {about._meta.db_table} c JOIN {model._meta.db_table} r ON r.id = c.{name}_id"
                f" WHERE c.{evidence.root} IN ({ids})"
                f" AND c.{evidence.root} IS DISTINCT FROM ({model.ROOTS[evidence.noun]})"
            )
    return "\nUNION ALL\n".join(parts)


def refresh_function(evidence: Evidence) -> str:
    """SQL of the function that runs at commit: refresh digests, then refuse uncited publication."""
    touched = (
        f"SELECT record_id FROM kit_touched WHERE xid = txid_current() AND noun = '{evidence.noun}'"
    )
    table, digest = evidence.model._meta.db_table, evidence.digest._meta.db_table
    published = f"SELECT id FROM {table} WHERE state = 'published' AND id IN ({touched})"
    return f"""
CREATE OR REPLACE FUNCTION atlas_refresh_{evidence.noun}() RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE faults jsonb;
BEGIN
  DELETE FROM {digest} d WHERE d.{evidence.root} IN ({touched})
    AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = d.{evidence.root});
  WITH judged AS MATERIALIZED ({judged_sql(evidence, touched)}),
  summary AS (
    SELECT root, count(*) AS facts, count(*) FILTER (WHERE NOT supported) AS uncited,
      count(*) FILTER (WHERE contradicted) AS disputed,
      count(*) FILTER (WHERE supported AND sources = 1) AS single_source,
      min(CASE WHEN supported THEN coalesce(checked_on, DATE '1900-01-01') END) AS oldest_check
    FROM judged GROUP BY root),
  sources AS (
    SELECT c.{evidence.root} AS root, count(DISTINCT coalesce(s.derived_from_id, s.id)) AS sources,
      min(p.reliability) AS best
    FROM {evidence.citation._meta.db_table} c JOIN sources_source s ON s.id = c.source_id
    JOIN sources_publisher p ON p.id = s.publisher_id
    WHERE c.{evidence.root} IN ({touched}) GROUP BY 1)
  INSERT INTO {digest} AS d ({evidence.root}, updated_at, version, facts, uncited, disputed,
      single_source, oldest_check, sources, best_reliability)
  SELECT t.id, clock_timestamp(), (t.state = 'published')::int, coalesce(facts, 0),
    coalesce(uncited, 0), coalesce(disputed, 0), coalesce(single_source, 0), oldest_check,
    coalesce(sources, 0), coalesce(best, '')
  FROM {table} t LEFT JOIN summary ON summary.root = t.id LEFT JOIN sources ON sources.root = t.id
  WHERE t.id IN ({touched})
  ON CONFLICT ({evidence.root}) DO UPDATE SET updated_at = excluded.updated_at,
    version = d.version + excluded.version, facts = excluded.facts, uncited = excluded.uncited,
    disputed = excluded.disputed, single_source = excluded.single_source,
    oldest_check = excluded.oldest_check, sources = excluded.sources,
    best_reliability = excluded.best_reliability;

  IF EXISTS (SELECT FROM {digest} WHERE uncited > 0 AND {evidence.root} IN ({published})) THEN
    SELECT jsonb_agg(x) INTO faults FROM (
      SELECT '{evidence.noun}' AS noun, (SELECT slug FROM {table} WHERE id = root) AS record,
        split_part(link_ref, ':', 1) AS link_table, link_key, field, value, 'uncited' AS reason
      FROM ({judged_sql(evidence, published)}) j WHERE NOT supported LIMIT 50) x;
    RAISE EXCEPTION 'published facts need a source that supports them' USING
      ERRCODE = 'check_violation', CONSTRAINT = 'published_facts_are_cited', DETAIL = faults::text;
  END IF;

  SELECT jsonb_agg(x) INTO faults FROM ({_foreign_links_sql(evidence, touched)} LIMIT 50) x;
  IF faults IS NOT NULL THEN
    RAISE EXCEPTION 'evidence names a link of another record' USING
      ERRCODE = 'check_violation', CONSTRAINT = 'evidence_names_own_links',
      DETAIL = faults::text;
  END IF;

  SELECT jsonb_agg(x) INTO faults FROM (
    SELECT '{evidence.noun}' AS noun, (SELECT slug FROM {table} WHERE id = root) AS record,
      link_table, link_key, field, target AS value, 'unpublished' AS reason
    FROM ({_other_ends_sql(evidence, published)}) o LIMIT 50) x;
  IF faults IS NOT NULL THEN
    RAISE EXCEPTION 'a published record is linked with one that is not public' USING
      ERRCODE = 'check_violation', CONSTRAINT = 'published_links_are_public',
      DETAIL = faults::text;
  END IF;
END $fn$"""


def unpublished_function(target: type, evidences: list[Evidence]) -> str:
    """SQL of the check that no published record is linked with a touched, unpublished one."""
    noun = target._meta.model_name
    table = target._meta.db_table
    hidden = (
        f"SELECT id FROM {table} WHERE state <> 'published' AND id IN (SELECT record_id"
        f" FROM kit_touched WHERE xid = txid_current() AND noun = '{noun}')"
    )
    parts = []
    for evidence in evidences:
        for link, name in evidence.other_ends:
            model = evidence.links[link] if link else evidence.model
            field = model._meta.get_field(name)
            if field.related_model is not target:
                continue
            root = model.ROOTS[evidence.noun].replace("r.", "t.")
            parts.append(
                f"SELECT '{evidence.noun}' AS noun, p.slug AS record, '{link}' AS link_table,"
                f" {'t.key' if link else repr('')} AS link_key, '{name}' AS field,"
                f" (SELECT slug FROM {table} WHERE id = t.{field.column}) AS value,"
                f" 'unpublished' AS reason FROM {model._meta.db_table} t"
                f" JOIN {evidence.model._meta.db_table} p ON p.id = {root}"
                f" WHERE p.state = 'published' AND t.{field.column} IN ({hidden})"
            )
    union = "\nUNION ALL\n".join(parts)
    return f"""
CREATE OR REPLACE FUNCTION atlas_hidden_{noun}() RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE faults jsonb;
BEGIN
  SELECT jsonb_agg(x) INTO faults FROM (SELECT * FROM (\n{union}\n) u LIMIT 50) x;
  IF faults IS NOT NULL THEN
    RAISE EXCEPTION 'a published record is linked with one that is not public' USING
      ERRCODE = 'check_violation', CONSTRAINT = 'published_links_are_public',
      DETAIL = faults::text;
  END IF;
END $fn$"""


REGISTRY: dict[str, Evidence] = {}


def register(evidence: Evidence) -> None:
    """Called once a noun, when apps are ready."""
    REGISTRY[evidence.noun] = evidence


def install(using: str = "default", **_signal) -> None:
    """Write the commit functions into the database; follows every migrate.

    Function bodies are not bound to columns, so a later migration may alter any of them.
    """
    evidences = list(REGISTRY.values())
    calls = [
        f"PERFORM atlas_refresh_{e.noun}(); PERFORM atlas_hidden_{e.noun}();" for e in evidences
    ]
    whole = (
        "CREATE OR REPLACE FUNCTION atlas_refresh() RETURNS void LANGUAGE plpgsql AS $fn$"
        f" BEGIN {' '.join(calls)} END $fn$"
    )
    with connections[using].cursor() as cursor:
        for evidence in evidences:
            cursor.execute(refresh_function(evidence))
            cursor.execute(unpublished_function(evidence.model, evidences))
        cursor.execute(whole)
