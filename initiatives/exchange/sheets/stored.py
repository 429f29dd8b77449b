"""What the tables hold now, as rows of text: to fill up, to compare with, to download."""

import csv
import io
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from django.db import connection
from django.utils.text import slugify

from atlas.kit.documents import noun_of
from atlas.kit.rows import Now, select_sql
from atlas.kit.tables import NOUNS, Part, Table
from initiatives.exchange.sheets.reading import CLOSED

SAMPLE = 190  # characters of a key made from its row


def rows_by_key(table: Table, keys: Iterable[str], lock: bool) -> dict[str, dict[str, str]]:
    """The stored rows with these keys; with ``lock`` nobody changes them before we are done."""
    wanted, found = list(keys), {}
    with connection.cursor() as cursor:
        for part in table.parts:
            sql = select_sql(part, Now(), table.headers, f't."{part.key}" = ANY(%s)')
            cursor.execute(sql + (" FOR UPDATE OF t" if lock else ""), [wanted])
            for cells in cursor.fetchall():
                row = dict(zip(table.headers, ((cell or "") for cell in cells), strict=True))
                found[row[table.key]] = row
    return found


def slugs_by_uid(table: Table, uids: Iterable[str]) -> dict[str, str]:
    if "uid" not in table.headers:
        return {}
    part = table.parts[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT uid::text, slug FROM {part.db_table} WHERE uid::text = ANY(%s)", [list(uids)]
        )
        return dict(cursor.fetchall())


def natural_key(table: Table, cells: dict[str, str]) -> str:
    """The key that the admin would give the row: the values of its ``KEY_PARTS``."""
    part = next((p for p in table.parts if cells.get(table.discriminator(p))), table.parts[0])
    words = []
    for name in part.model.KEY_PARTS:
        value = cells.get(name, "")
        target = part.model._meta.get_field(name).related_model
        if value and target is not None and target.KEY not in ("slug", "key"):
            named = target.objects.filter(**{target.KEY: value}).first()
            value = str(named) if named else value
        words.append(value if "--" in value else slugify(value))
    return "--".join(filter(None, words))[:SAMPLE].strip("-")


# ------------------------------------------------------------------ downloads


def where_of(part: Part, noun: str, ids: list) -> str:
    """The condition of one part's rows that belong to the chosen records of a noun."""
    with connection.cursor() as cursor:
        chosen = cursor.mogrify("%s", [ids]).decode() if ids else "'{}'"
    if noun_of(part) == noun:
        return f't."{part.pk}" = ANY({chosen})'
    return f"({part.model.ROOTS[noun].replace('r.', 't.')}) = ANY({chosen})"


def own_table(noun: str) -> str:
    return NOUNS[noun][0]


def tables_of(noun: str) -> list[str]:
    """A noun's own table first, then those of its rows."""
    return [name for name in (own_table(noun), *NOUNS[noun][1]) if name not in CLOSED]


def stored(table: Table, noun: str = "", ids: list | None = None) -> Iterator[list[str]]:
    """The table's rows, all or those of the chosen records, by key; memory does not grow."""
    parts = [p for p in table.parts if not noun or noun in getattr(p.model, "ROOTS", {noun: ""})]
    selects = [
        select_sql(part, Now(), table.headers, where_of(part, noun, ids or []) if noun else "")
        for part in parts
    ]
    sql = f'SELECT * FROM ({" UNION ALL ".join(selects)}) x ORDER BY "{table.key}" COLLATE "C"'
    with TemporaryFile() as file, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)", file)
        file.seek(0)
        with io.TextIOWrapper(file, "utf-8", newline="") as text:
            yield from csv.reader(text)
