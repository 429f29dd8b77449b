"""Load a data package."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from atlas.kit import twins
from atlas.kit.staging import Refused
from initiatives.exchange.package import likely_twins, load

SHOWN = 1000  # faults; nobody reads on


class Command(BaseCommand):
    help = (
        "Load a data package folder: all faults are reported before anything is written, rows a "
        "person changed since the last load are kept."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="folder with *.csv and datapackage.json")
        parser.add_argument(
            "--overwrite", action="store_true", help="also overwrite rows that a person changed"
        )
        parser.add_argument(
            "--prune", action="store_true", help="delete rows of this package it no longer has"
        )

    def handle(self, folder, overwrite, prune, verbosity, **options):
        say = self.stdout.write if verbosity > 1 else lambda _line: None
        try:
            done = load(folder, overwrite=overwrite, prune=prune, progress=say)
        except Refused as refused:
            for fault in refused.faults[:SHOWN]:
                self.stderr.write(str(fault))
            if len(refused.faults) > SHOWN:
                self.stderr.write(f"… and {len(refused.faults) - SHOWN} more")
            raise CommandError(
                f"{len(refused.faults)} faults in {folder}; nothing was written."
            ) from refused
        for row in done.kept:
            self.stdout.write(str(row))
        counts = ", ".join(f"{n} {what}" for what, n in done.counts.items())
        self.stdout.write(f"{folder}: {counts}")
        for line in twins.told(likely_twins(done)):
            self.stdout.write(line)
