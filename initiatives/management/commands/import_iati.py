"""Import IATI activity files."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from initiatives.exchange.iati.importing import OUTCOMES, Report, import_file
from initiatives.exchange.iati.reading import FileRefused, IatiFile

TOLD = ("refused", "kept")


class Command(BaseCommand):
    help = (
        "Import IATI 2.01, 2.02 or 2.03 activity files as drafts, every fact citing its file. Each "
        "file is one transaction; an activity is taken whole or refused and listed."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--url", default="", help="address of the file, where it has one")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, write nothing"
        )

    def handle(self, files, url, dry_run, verbosity, **options):
        if url and len(files) > 1:
            raise CommandError("--url is the address of one file: import files with one each.")
        say = self.stdout.write if verbosity > 1 else lambda _line: None
        refused = 0
        for path in files:
            try:
                report = import_file(IatiFile(path.name, path), dry=dry_run, url=url, progress=say)
            except FileRefused as error:
                refused += 1
                self.stderr.write(f"{path.name}: {error}")
            else:
                self._tell(report, dry_run)
        if refused:
            raise CommandError(f"{refused} of {len(files)} files refused; nothing of them written.")

    def _tell(self, report: Report, dry_run: bool) -> None:
        for outcome in TOLD:
            for told in report.told[outcome]:
                named = told.identifier or "without identifier"
                line = f"{report.file}, line {told.line}, {named}: {told.reason}"
                self.stdout.write(f"{outcome}: {line}")
        for row in report.kept_rows:
            self.stdout.write(f"kept: {row}")
        outcomes = ", ".join(f"{report.outcomes[name]} {name}" for name in OUTCOMES)
        self.stdout.write(f"{report.file}{' (dry run)' if dry_run else ''}: {outcomes}")
        width = max(map(len, report.counts), default=0)
        for name, number in report.counts.items():
            self.stdout.write(f"  {name:<{width}}  {number:>8,}")
        self.stdout.write(f"  {'new actors':<{width}}  {report.actors:>8,}")
