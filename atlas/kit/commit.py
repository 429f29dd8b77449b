"""What happens when a transaction commits: digests are refreshed and the gate decides.

The functions are written into the database after each migrate, from the nouns' lists of facts.
"""

from django.db import connections

from atlas.kit.changes import telling
from atlas.kit.changes.noting import note_the_past, noted_sql, step_sql
from atlas.kit.facts import (
    REGISTRY,
    Evidence,
    counted_sql,
    foreign_links_sql,
    judged_sql,
    matched_sql,
    other_ends_sql,
)
from atlas.kit.tables import NOUNS, TABLES

CITED = "published_facts_are_cited"
PUBLIC_LINKS = "published_links_are_public"
OWN_LINKS = "evidence_names_own_links"


def touched_sql(noun: str) -> str:
    """Ids of the records of one noun that this transaction touched."""
    return f"SELECT record_id FROM kit_touched WHERE xid = txid_current() AND noun = '{noun}'"


def summary_sql(evidence: Evidence, ids: str) -> str:
    """One row a record: what its digest says of its evidence."""
    return f"""
    WITH matched AS ({matched_sql(evidence, ids)}),
    judged AS (
      SELECT root, bool_or(supports) AS supported,
        bool_or(NOT supports AND kind <> 'prose') AS contradicted,
        min(origin) FILTER (WHERE supports) = max(origin) FILTER (WHERE supports) AS single,
        max(checked_on) FILTER (WHERE supports) AS checked_on
      FROM matched GROUP BY root, link_ref, field),
    backed AS (
      SELECT root, count(*) FILTER (WHERE supported) AS supported,
        count(*) FILTER (WHERE contradicted) AS disputed,
        count(*) FILTER (WHERE single) AS single_source,
        min(CASE WHEN supported THEN coalesce(checked_on, DATE '1900-01-01') END) AS oldest_check
      FROM judged GROUP BY root),
    counted AS (
      SELECT f.root, f.facts, f.facts - coalesce(supported, 0) AS uncited, disputed,
        single_source, oldest_check
      FROM ({counted_sql(evidence, ids)}) f LEFT JOIN backed ON backed.root = f.root),
    sources AS (
      SELECT c.{evidence.root} AS root, min(p.reliability) AS best,
        count(DISTINCT coalesce(s.derived_from_id, s.id)) AS sources
      FROM {evidence.citation._meta.db_table} c JOIN sources_source s ON s.id = c.source_id
      JOIN sources_publisher p ON p.id = s.publisher_id
      WHERE c.{evidence.root} IN ({ids}) GROUP BY 1)
    SELECT t.id, t.state, coalesce(facts, 0) AS facts, coalesce(uncited, 0) AS uncited,
      coalesce(disputed, 0) AS disputed, coalesce(single_source, 0) AS single_source,
      coalesce(sources, 0) AS sources, coalesce(best, '') AS best_reliability, oldest_check
    FROM {evidence.model._meta.db_table} t LEFT JOIN counted ON counted.root = t.id
    LEFT JOIN sources ON sources.root = t.id WHERE t.id IN ({ids})"""


WEIGHED = ("facts", "uncited", "disputed", "single_source", "sources", "best_reliability")
WEIGHED += ("oldest_check",)


def refuse_sql(constraint: str, message: str, faults: str) -> str:
    """PL/pgSQL that raises a named violation with up to 50 faults as JSON."""
    return f"""
  SELECT jsonb_agg(x) INTO faults FROM ({faults} LIMIT 50) x;
  IF faults IS NOT NULL THEN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation',
      CONSTRAINT = '{constraint}', DETAIL = faults::text;
  END IF;"""


def digest_sql(evidence: Evidence, touched: str) -> str:
    """Statements that bring the digests of touched records up to date and note public changes."""
    table, digest = evidence.model._meta.db_table, evidence.digest._meta.db_table
    columns = ", ".join(WEIGHED)
    sets = ", ".join(f"{c} = excluded.{c}" for c in WEIGHED)
    digests = f"""
  INSERT INTO {digest} AS d ({evidence.root}, updated_at, version, {columns})
  SELECT id, clock_timestamp(), (state = 'published')::int, {columns}
  FROM ({summary_sql(evidence, touched)}) summary
  ON CONFLICT ({evidence.root}) DO UPDATE SET updated_at = excluded.updated_at,
    version = d.version + {step_sql(evidence.noun, f"d.{evidence.root}")}, {sets}
  RETURNING d.{evidence.root}, d.version, d.updated_at"""
    return f"""
  DELETE FROM {digest} d WHERE d.{evidence.root} IN ({touched})
    AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = d.{evidence.root});
  {noted_sql(evidence, digests, touched)}"""


def refresh_function(evidence: Evidence) -> str:
    """SQL of the function that runs at commit: refresh digests, then refuse uncited publication."""
    touched = touched_sql(evidence.noun)
    table, digest = evidence.model._meta.db_table, evidence.digest._meta.db_table
    published = f"SELECT id FROM {table} WHERE state = 'published' AND id IN ({touched})"
    named = (
        f"SELECT '{evidence.noun}' AS noun, (SELECT slug FROM {table} WHERE id = root) AS record"
    )
    uncited = (
        f"{named}, split_part(link_ref, ':', 1) AS link_table, link_key, field, value,"
        f" 'uncited' AS reason FROM ({judged_sql(evidence, published)}) j WHERE NOT supported"
    )
    hidden = (
        f"{named}, link_table, link_key, field, target AS value, 'unpublished' AS reason"
        f" FROM ({other_ends_sql(evidence, published)}) o"
    )
    said = "a published record is linked with one that is not public"
    return f"""
CREATE OR REPLACE FUNCTION atlas_refresh_{evidence.noun}() RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE faults jsonb; some_public boolean;
BEGIN
  IF NOT EXISTS ({touched}) THEN RETURN; END IF;
  {digest_sql(evidence, touched)}
  some_public := EXISTS ({published});
  IF some_public
      AND EXISTS (SELECT FROM {digest} WHERE uncited > 0 AND {evidence.root} IN ({published})) THEN
    {refuse_sql(CITED, "published facts need a source that supports them", uncited)}
  END IF;
  {
        refuse_sql(
            OWN_LINKS,
            "evidence names a link of another record",
            foreign_links_sql(evidence, touched),
        )
    }
  IF NOT some_public THEN RETURN; END IF;
  {refuse_sql(PUBLIC_LINKS, said, hidden)}
END $fn$"""


def reweigh_function(evidence: Evidence) -> str:
    """SQL of the function that follows changed sources and publishers into the digests.

    The records themselves did not change: neither their version nor their date moves.
    """
    citing = (
        f"SELECT c.{evidence.root} FROM {evidence.citation._meta.db_table} c"
        " JOIN sources_source s ON s.id = c.source_id"
        f" WHERE (s.id IN ({touched_sql('source')}) OR s.publisher_id IN"
        f" ({touched_sql('publisher')})) AND c.{evidence.root} NOT IN"
        f" ({touched_sql(evidence.noun)})"
    )
    sets = ", ".join(f"{c} = summary.{c}" for c in WEIGHED)
    old, new = (", ".join(f"{side}.{c}" for c in WEIGHED) for side in ("d", "summary"))
    return f"""
CREATE OR REPLACE FUNCTION atlas_reweigh_{evidence.noun}() RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
  IF NOT EXISTS ({citing}) THEN RETURN; END IF;
  WITH weighed AS (
    UPDATE {evidence.digest._meta.db_table} d SET {sets}
    FROM ({summary_sql(evidence, citing)}) summary
    WHERE d.{evidence.root} = summary.id AND ({old}) IS DISTINCT FROM ({new})
    RETURNING d.{evidence.root} AS id)
  INSERT INTO kit_touched (xid, noun, record_id)
  SELECT txid_current(), '{evidence.noun}', id FROM weighed ON CONFLICT DO NOTHING;
END $fn$"""


def watch_sql(model: type) -> str:
    """SQL of the triggers by which rows without history (countries, themes) move the version too.

    They are noted as one record, 0: there are few of them, and readers read them all again.
    """
    noun, table = model._meta.model_name, model._meta.db_table
    rows = {
        "insert": ("NEW TABLE AS new_rows", "SELECT FROM new_rows"),
        "delete": ("OLD TABLE AS old_rows", "SELECT FROM old_rows"),
        "update": (
            "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "SELECT * FROM new_rows EXCEPT SELECT * FROM old_rows",
        ),
    }
    functions = []
    for operation, (referencing, changed) in rows.items():
        name = f"atlas_watch_{noun}_{operation}"
        functions.append(f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
  IF EXISTS ({changed}) THEN
    INSERT INTO kit_touched (xid, noun, record_id) VALUES (txid_current(), '{noun}', 0)
      ON CONFLICT DO NOTHING;
    INSERT INTO kit_commit (xid) VALUES (txid_current()) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $fn$;
CREATE OR REPLACE TRIGGER {name} AFTER {operation.upper()} ON {table}
  REFERENCING {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {name}();""")
    return "".join(functions)


def unpublished_function(target: type, evidences: list[Evidence]) -> str:
    """SQL of the check that no published record is linked with a touched, unpublished one."""
    noun = target._meta.model_name
    table = target._meta.db_table
    hidden = f"SELECT id FROM {table} WHERE state <> 'published' AND id IN ({touched_sql(noun)})"
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
    said = "a published record is linked with one that is not public"
    public = " OR ".join(
        f"EXISTS (SELECT FROM {e.model._meta.db_table} WHERE state = 'published')"
        for e in evidences
    )
    return f"""
CREATE OR REPLACE FUNCTION atlas_hidden_{noun}() RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE faults jsonb;
BEGIN
  IF NOT EXISTS ({hidden}) OR NOT ({public}) THEN RETURN; END IF;
  {refuse_sql(PUBLIC_LINKS, said, f"SELECT * FROM ({union}) u")}
END $fn$"""


def install(using: str = "default", **_signal) -> None:
    """Write the commit functions into the database; follows every migrate.

    Function bodies are not bound to columns, so a later migration may alter any of them.
    """
    evidences = list(REGISTRY.values())
    steps = ("refresh", "hidden", "reweigh")
    calls = [f"PERFORM atlas_{step}_{e.noun}();" for e in evidences for step in steps]
    whole = (
        "CREATE OR REPLACE FUNCTION atlas_refresh() RETURNS void LANGUAGE plpgsql AS $fn$"
        f" BEGIN {' '.join(calls)} END $fn$"
    )
    with connections[using].cursor() as cursor:
        for evidence in evidences:
            cursor.execute(refresh_function(evidence))
            cursor.execute(reweigh_function(evidence))
            cursor.execute(unpublished_function(evidence.model, evidences))
        cursor.execute(whole)
        for table in TABLES.values():
            for model in table.models:
                if not hasattr(model, "ROOTS"):
                    cursor.execute(watch_sql(model))
        for sql in (*telling.functions(), *filter(None, map(telling.naming_sql, telling.models()))):
            cursor.execute(sql)
        for noun in telling.KEPT:
            cursor.execute(telling.tell_what_is_there(noun))
    for evidence in evidences:
        own, children = NOUNS[evidence.noun]
        models = [p.model for name in (own, *children) for p in TABLES[name].parts]
        note_the_past(evidence, [m for m in models if evidence.noun in m.ROOTS], using)
