"""The data package: a folder of CSV files with a ``datapackage.json`` (Frictionless).

``load`` validates everything first and is one transaction; ``dump`` writes rows in byte order of
their keys, without any time or version of ours, so that equal data gives equal bytes.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from atlas.kit import twins
from atlas.kit.history import door
from atlas.kit.rows import Now, select_sql
from atlas.kit.staging import Fault, Refused, Scope, Staging
from atlas.kit.tables import TABLES, Part, Table, table_of
from initiatives.exchange.reader import Reader

DESCRIPTOR = "datapackage.json"
KINDS, PAIR = ("initiative", "actor"), ("first", "second")  # of judgements
MOST_NEW = 2000  # records compared after a load: beyond, the list in the admin is the place
PACKAGE = "cyber-capacity-atlas"  # the name of what we write
SILENT: Callable[[str], None] = lambda _line: None  # noqa: E731


# ------------------------------------------------------------------ in


def load(
    folder: Path, *, overwrite: bool = False, prune: bool = False, by=None, progress=SILENT
) -> Staging:
    """Load a package folder; return the finished Staging with ``counts`` and ``kept`` rows.

    Raises Refused with every fault in every table; then nothing was written.
    """
    folder = Path(folder)
    name = package_name(folder)
    scope = Scope(package=name, prune=prune, overwrite=overwrite)
    with door("load", by, package=name), transaction.atomic():
        one_at_a_time()
        staging = Staging(scope, progress)
        files, faults = find_tables(folder)
        for table in TABLES.values():
            if table.name in files:
                progress(f"reading {table.name}")
                faults += read_table(staging, Reader(table, files[table.name]))
            elif prune:
                staging.add_batches(table.name, table.headers, [])  # all its rows went
        for fault in faults:
            staging.fault(fault.table, fault.row, fault.key, fault.column, fault.reason)
        staging.write()
    return staging


def likely_twins(done: Staging) -> list[twins.Pair]:
    """What a load has newly written that looks like something that stands here already.

    Not asked when most records are new: a first load has nothing to compare with.
    """
    found = []
    for noun in KINDS:
        new = done.new_records.get(noun, [])
        if len(new) <= MOST_NEW:
            found += twins.of_new(noun, new)
    return found


def read_table(staging: Staging, reader: Reader) -> list[Fault]:
    """Stage one file, as it is where that is safe, else row by row; return its faults."""
    name, columns = reader.table.name, reader.columns
    done = reader.is_plain() and reader.staged(lambda file: staging.add_file(name, columns, file))
    if not done:
        staging.add_batches(name, columns, reader)
    return reader.faults


def one_at_a_time() -> None:
    """A second load waits for the first, and then sees what that one wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('atlas load'))")


def package_name(folder: Path) -> str:
    """The package's own name, else its folder's."""
    try:
        return str(json.loads((folder / DESCRIPTOR).read_text("utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return folder.resolve().name


def content_hash(folder: Path) -> str:
    """One hash over the names and bytes of the package's files."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.csv")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def find_tables(folder: Path) -> tuple[dict[str, Path], list[Fault]]:
    """The package's files by table, and the faults of its descriptor."""
    if not folder.is_dir():
        raise Refused([Fault(str(folder), 0, "", "", "is not a folder")])
    files, faults = {}, []
    for file in sorted(folder.glob("*.csv")):
        if file.stem in TABLES:
            files[file.stem] = file
        else:
            faults.append(Fault(file.stem, 0, "", "", "is not a table of the package"))
    faults += _descriptor_faults(folder)
    if not files and not faults:
        raise Refused([Fault(folder.name, 0, "", "", "holds no table (no *.csv file)")])
    return files, faults


def _descriptor_faults(folder: Path) -> list[Fault]:
    file = folder / DESCRIPTOR
    if not file.exists():
        return []
    try:
        resources = json.loads(file.read_text("utf-8"))["resources"]
        paths = [(r["name"], r["path"]) for r in resources]
    except (ValueError, KeyError, TypeError) as error:
        return [Fault(DESCRIPTOR, 0, "", "", f"cannot be read as a data package: {error!r}")]
    return [
        Fault(str(name), 0, "", "", f"its file {path} is missing")
        for name, path in paths
        if not (folder / str(path)).is_file()
    ]


# ------------------------------------------------------------------ out


def dump(folder: Path, *, everything: bool = False, progress=SILENT) -> list[str]:
    """Write the package of all public records (with ``everything`` also drafts); return its tables.

    Tables without a row get no file.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:  # one snapshot for all tables
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        written = write_tables(folder, (lambda _part: "") if everything else public_where, progress)
    write_descriptor(folder, describe(PACKAGE, written))
    return written


def write_tables(folder: Path, where: Callable[[Part], str], progress=SILENT) -> list[str]:
    """Write the rows that ``where`` keeps, one file a table; return the tables that have any."""
    written = []
    with connection.cursor() as cursor:
        for table in TABLES.values():
            file = folder / f"{table.name}.csv"
            progress(f"writing {table.name}")
            if _write_table(cursor, table, file, where):
                written.append(table.name)
            else:
                file.unlink(missing_ok=True)
    return written


def write_descriptor(folder: Path, descriptor: dict) -> None:
    text = json.dumps(descriptor, indent=2, ensure_ascii=False)
    (folder / DESCRIPTOR).write_text(text + "\n", "utf-8")


def _write_table(cursor, table: Table, file: Path, where: Callable[[Part], str]) -> bool:
    selects = [select_sql(part, Now(), table.headers, where(part)) for part in table.parts]
    rows = " UNION ALL ".join(selects)
    cursor.execute(f"SELECT EXISTS ({rows})")
    if not cursor.fetchone()[0]:
        return False
    sql = f'SELECT * FROM ({rows}) x ORDER BY "{table.key}" COLLATE "C"'
    with open(file, "wb") as out:
        cursor.copy_expert(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, HEADER)", out)
    return True


def public_where(part: Part) -> str:
    """The condition that keeps rows of published records; shared tables are always public."""
    roots = getattr(part.model, "ROOTS", {})
    name = part.model._meta.model_name
    if name in ("initiative", "actor"):
        return "t.state = 'published'"
    if name == "redirect":
        hidden = "SELECT '{0}', p.slug FROM {0}s_{0} p WHERE p.state <> 'published'"
        every = " UNION ALL ".join(hidden.format(noun) for noun in ("initiative", "actor"))
        return f"(t.kind, t.slug) NOT IN ({every})"
    if name == "judgement":
        ends = [f"SELECT p.uid FROM {noun}s_{noun} p WHERE p.state = 'published'" for noun in KINDS]
        return " AND ".join(f"t.{end} IN ({' UNION ALL '.join(ends)})" for end in PAIR)
    conditions = []
    for noun, expression in roots.items():
        if noun not in ("initiative", "actor"):
            return ""
        public = f"SELECT p.id FROM {noun}s_{noun} p WHERE p.state = 'published'"
        conditions.append(f"({expression.replace('r.', 't.')}) IN ({public})")
    return " AND ".join([f"({' OR '.join(conditions)})", *public_ends(part)] if conditions else [])


def public_ends(part: Part) -> list[str]:
    """Links that a row names must be public too, or the package would name rows it lacks."""
    ends = []
    for column in part.columns:
        if column.target and getattr(column.target, "KEY", "") == "key":
            other = table_of(column.target).parts[0]
            ends.append(
                f"(t.{column.column} IS NULL OR t.{column.column} IN"
                f" (SELECT t.id FROM {other.db_table} t WHERE {public_where(other)}))"
            )
    return ends


TYPES = {"boolean": "boolean", "integer": "integer", "decimal": "number", "date": "date"}


def describe(package: str, names: list[str], part_of: str = "") -> dict:
    """The Frictionless descriptor: types, keys and relations of the tables written.

    ``part_of`` names the table of which only some records were taken: relations that may lead to
    the others are not declared.
    """
    resources = []
    for name in names:
        table = TABLES[name]
        fields, foreign = _schema(table, names, part_of)
        schema = {"fields": fields, "primaryKey": table.key}
        if foreign:
            schema["foreignKeys"] = foreign
        resources.append(
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": schema,
            }
        )
    return {
        "name": package,
        "title": "Cyber Capacity Atlas",
        "profile": "tabular-data-package",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": resources,
    }


def _schema(table: Table, names: list[str], part_of: str) -> tuple[list[dict], list[dict]]:
    columns = {c.name: c for part in table.parts for c in part.columns}
    fields, foreign = [], []
    for header in table.headers:
        column = columns.get(header)
        field = {"name": header, "type": TYPES.get(column.kind, "string") if column else "string"}
        constraints = {}
        if header == table.key:
            constraints = {"required": True, "unique": True}
        elif column and column.required and len(table.parts) == 1:
            constraints = {"required": True}
        if column and column.choices:
            constraints["enum"] = (
                [int(c) for c in column.choices] if column.kind == "integer" else column.choices
            )
        if constraints:
            field["constraints"] = constraints
        fields.append(field)
        if column and column.target and not (part_of and _leads_out(table, column, part_of)):
            foreign += _foreign_key(table, column, names)
    return fields, foreign


def _leads_out(table: Table, column, part_of: str) -> bool:
    """Whether the column may name a record of that table, or a link of one, left out here."""
    roots = [root for part in table.parts for root in getattr(part.model, "ROOTS", {}).values()]
    through = [getattr(part.model, "ROOT_THROUGH", None) for part in table.parts]
    if f"r.{column.column}" in roots or column.field in through:
        return False
    return column.target.KEY == "key" or table_of(column.target).name == part_of


def _foreign_key(table: Table, column, names: list[str]) -> list[dict]:
    """A relation is declared only to a table of the same package."""
    target = next(t for t in TABLES.values() if column.target in t.models)
    if target.name not in names:
        return []
    same = "" if target.name == table.name else target.name
    return [{"fields": column.name, "reference": {"resource": same, "fields": target.key}}]
