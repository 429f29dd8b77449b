"""What can be wrong with citations and missing values, beside what any row can have wrong."""

from collections.abc import Iterator

from atlas.kit.checking import Rule
from atlas.kit.facts import REGISTRY
from atlas.kit.resolving import part_filter, quote, stage
from atlas.kit.tables import Part


def fact_rules(part: Part) -> Iterator[Rule]:
    """A citation or missing value names a fact there is, of a link of its own record."""
    noun = part.headers[1]
    evidence = REGISTRY[noun]
    citation = "says" in part.headers
    values = []
    for table, model in {"": evidence.model, **evidence.links}.items():
        kinds = {f.field: f.kind for f in model.FACTS}
        names = kinds if citation else dict.fromkeys([*model.COLUMNS, *kinds], "")
        values += [f"('{table}', '{field}', '{kind}')" for field, kind in names.items()]
    known = f"(VALUES {', '.join(values)})"
    named = "(coalesce(s.link_table, ''), s.field)"
    rows = f"{part_filter(part)} AND s.field IS NOT NULL"
    unknown = (
        f"{named} NOT IN (SELECT k.link_table, k.field FROM {known} k(link_table, field, kind))"
    )
    yield Rule(
        f"INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, s.key, 'field',"
        f" '“' || s.field || '” is not a fact of ' || coalesce(s.link_table, {quote(f'{noun}s')})"
        f" FROM {stage(part)} s WHERE {rows} AND {unknown}",
        exists=f"EXISTS (SELECT FROM (SELECT DISTINCT s.link_table, s.field FROM {stage(part)} s"
        f" WHERE {rows}) s WHERE {unknown})",
    )
    if citation:
        yield _says_rule(part, f"{known} AS k(link_table, field, kind)", named)


def _says_rule(part: Part, known: str, named: str) -> Rule:
    """What the source says has the type of the fact."""
    wrong = (
        "CASE {kind} WHEN 'edtf' THEN atlas_edtf_bound({says}, false) IS NULL"
        " AND atlas_edtf_bound({says}, true) IS NULL"
        r" WHEN 'number' THEN {says} !~ '^-?\d+(\.\d+)?$'"
        " WHEN 'prose' THEN {says} !~ '^sha256:[0-9a-f]{{16}}$' ELSE false END"
    )
    rows = (
        f"FROM {stage(part)} s JOIN {known} ON {named} = (k.link_table, k.field)"
        f" WHERE {part_filter(part)} AND s.says IS NOT NULL"
    )
    return Rule(
        f"INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, s.key, 'says',"
        " '“' || left(s.says, 60) || '” is not a ' || CASE k.kind WHEN 'edtf' THEN"
        " 'date of the profile' WHEN 'number' THEN 'number' ELSE"
        " 'hash of the checked wording (sha256: and 16 digits)' END"
        f" {rows} AND {wrong.format(kind='k.kind', says='s.says')}",
        exists=f"EXISTS (SELECT FROM (SELECT DISTINCT k.kind, s.says {rows}"
        f" AND k.kind IN ('edtf', 'number', 'prose')) d"
        f" WHERE {wrong.format(kind='d.kind', says='d.says')})",
    )


def foreign_links(part: Part, staged: set[str]) -> Iterator[Rule]:
    """A link that stands in the package must belong to the record the row is about."""
    noun = part.headers[1]
    for table, model in REGISTRY[noun].links.items():
        root = model.ROOTS[noun]
        if table not in staged or not root.startswith("r."):
            continue
        column = root[2:].removesuffix("_id")
        rows = (
            f"FROM {stage(part)} s JOIN stage_{table} l ON l.key = s.link_key"
            f" WHERE s.link_table = {quote(table)} AND {part_filter(part)}"
            f' AND l."{column}" IS DISTINCT FROM s."{noun}"'
        )
        yield Rule(
            f"INSERT INTO stage_fault SELECT {quote(part.table)}, s.line, s.key, 'link_key',"
            f" '“' || s.link_key || '” belongs to another record' {rows}",
            exists=f"EXISTS (SELECT {rows})",
        )
