"""Say how well published facts are supported, and which fall short."""

from django.core.management.base import BaseCommand, CommandError

from atlas.kit.audit import SHORTFALLS, Figures, figures, shortfalls
from atlas.kit.facts import REGISTRY
from atlas.kit.filters import stale_before

LISTED = ("uncited", "disputed", "stale")
HEADS = ("", "records", "facts", "cited", "disputed", "stale", "single-source", "missing")


class Command(BaseCommand):
    help = (
        "Count the facts of published records: cited, disputed, stale, resting on one source,"
        " missing with a reason. List those that fall short; fail if any has no source."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--single-source", action="store_true", help="also list facts with one source only"
        )

    def handle(self, single_source, **options):
        oldest = stale_before()
        found = [figures(noun, oldest) for noun in REGISTRY]
        self.stdout.write(line(HEADS))
        for one in [*found, sum(found[1:], start=found[0])]:
            self.stdout.write(line(cells(one)))
        for name in SHORTFALLS:
            if name in LISTED or single_source:
                self.tell(name, oldest)
        uncited = sum(one.short["uncited"] for one in found)
        if uncited:
            raise CommandError(f"{uncited} published facts have no source that supports them.")

    def tell(self, name: str, oldest) -> None:
        """One line for each fact that falls short in this way."""
        rows = [row for noun in REGISTRY for row in shortfalls(noun, name, oldest)]
        self.stdout.write(f"\n{name}: {len(rows)}")
        for row in rows:
            self.stdout.write(f"  {row}")


def cells(one: Figures) -> tuple[str, ...]:
    def share(count: int) -> str:
        return f"{count} ({100 * count / one.facts:.1f}%)" if one.facts else str(count)

    short = one.short
    return (
        one.noun,
        str(one.records),
        str(one.facts),
        share(one.cited),
        share(short["disputed"]),
        share(short["stale"]),
        share(short["single-source"]),
        str(one.missing),
    )


def line(cells: tuple[str, ...]) -> str:
    return "".join(f"{cell:<16}" for cell in cells).rstrip()
