"""Write the data package."""

from pathlib import Path

from django.core.management.base import BaseCommand

from initiatives.exchange.package import dump


class Command(BaseCommand):
    help = "Write every public record as a data package; --all adds drafts and withdrawn records."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--all", action="store_true", help="also what is not public")

    def handle(self, folder, all, verbosity, **options):
        say = self.stdout.write if verbosity > 1 else lambda _line: None
        tables = dump(folder, everything=all, progress=say)
        self.stdout.write(f"{folder}: {len(tables)} tables")
