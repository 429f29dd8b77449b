"""Load the packages that come with the project, each content once."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from atlas.kit.models import LoadedPackage
from atlas.kit.staging import Refused
from initiatives.exchange.package import content_hash, load

PACKAGES = ("reference", "seeds", "corpus")


class Command(BaseCommand):
    help = "Load fixtures/ packages whose content was never loaded into this database."

    def handle(self, **options):
        for name in PACKAGES:
            folder = settings.BASE_DIR / "fixtures" / name
            digest = content_hash(folder)
            if LoadedPackage.objects.filter(digest=digest).exists():
                continue
            try:
                self.stdout.write(f"Loading {name}")
                with tqdm(unit=" steps", leave=False, disable=None, file=sys.stdout) as bar:
                    done = load(folder, progress=lambda _line: bar.update())
            except Refused as refused:
                faults = "\n".join(map(str, refused.faults[:20]))
                raise CommandError(f"fixtures/{name} cannot be loaded:\n{faults}") from refused
            LoadedPackage.objects.create(name=name, digest=digest)
            self.stdout.write(f"{name}: {done.counts['inserted']} rows")
            for row in done.kept:
                self.stdout.write(str(row))
