"""The peer of load and dump: raw COPY of the same CSV files.

Each package table becomes a plain table with all its columns, in the types and collations of ours,
references as the text the file has, and the key as its primary key.  It has no trigger, no foreign
key, no other index and no computed column.  All files go in by one transaction.
"""

import time
from pathlib import Path

import psycopg2

from atlas.kit.tables import TABLES, Table, table_of

SCHEMA = "peer"


class Peer:
    """Plain tables in a schema of their own, beside ours."""

    def __init__(self, url: str, folder: Path):
        self.connection = psycopg2.connect(url)
        self.files = {t: folder / f"{t.name}.csv" for t in TABLES.values()}
        self.files = {t: file for t, file in self.files.items() if file.exists()}

    def copy_in(self) -> float:
        """Make the tables anew; return the seconds that COPY and commit took."""
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
            for table in self.files:
                cursor.execute(_create(table))
        began = time.perf_counter()
        with self.connection, self.connection.cursor() as cursor:
            for table, path in self.files.items():
                with open(path, encoding="utf-8") as file:
                    columns = ", ".join(f'"{c}"' for c in file.readline().strip().split(","))
                    cursor.copy_expert(
                        f"COPY {SCHEMA}.{table.name} ({columns}) FROM STDIN (FORMAT csv)", file
                    )
        return time.perf_counter() - began

    def copy_out(self, folder: Path) -> float:
        """Return the seconds that COPY of all the tables into files took."""
        folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        with self.connection, self.connection.cursor() as cursor:
            for table in self.files:
                with open(folder / f"{table.name}.csv", "wb") as file:
                    cursor.copy_expert(
                        f"COPY {SCHEMA}.{table.name} TO STDOUT (FORMAT csv, HEADER)", file
                    )
        return time.perf_counter() - began

    def close(self) -> None:
        self.connection.close()


def _create(table: Table) -> str:
    """An empty copy of our columns, references replaced by the key they are given as."""
    part = table.parts[0]
    columns = {header: f'NULL::text AS "{header}"' for header in table.headers}
    for column in part.columns:
        value = f't."{column.column}"'
        if column.target:
            target = table_of(column.target).parts[0]
            value = f'(SELECT r."{target.key}" FROM {target.db_table} r)'
        columns[column.name] = f'{value} AS "{column.name}"'
    select = ", ".join(columns.values())
    return (
        f"CREATE TABLE {SCHEMA}.{table.name} AS SELECT {select} FROM {part.db_table} t LIMIT 0;"
        f' ALTER TABLE {SCHEMA}.{table.name} ADD PRIMARY KEY ("{table.key}")'
    )
