"""Ask the addresses of all sources whether they still answer."""

from collections import Counter

from django.core.management.base import BaseCommand
from django.utils import timezone

from sources.choices import LinkState
from sources.exchange import check_all
from sources.models import Source

SOON = 0.8  # days after which a failing address is asked again: the next run of a daily job
TOLD = (LinkState.DEAD, LinkState.FAILING, LinkState.MOVED, LinkState.UNSAFE)


class Command(BaseCommand):
    help = (
        "Ask the addresses of sources: one request a host at a time, with a pause; private"
        " addresses are never asked. Run it daily: an address is dead after failing on three days."
    )

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=0, help="ask this many at most")
        parser.add_argument(
            "--every", type=float, default=7, help="days after which an address is asked again"
        )
        parser.add_argument("--pause", type=float, default=2, help="seconds between two of a host")
        parser.add_argument("--timeout", type=float, default=10, help="seconds for one request")
        parser.add_argument(
            "--allow-private", action="store_true", help="for tests: ask this machine too"
        )

    def handle(self, limit, every, pause, timeout, allow_private, **options):
        now = timezone.now()
        days = [now - timezone.timedelta(days=min(n, every)) for n in (every, SOON)]
        waiting = Source.objects.to_ask(*days)
        chosen = waiting[:limit] if limit else waiting
        counts: Counter = Counter()
        for held in check_all(chosen, pause=pause, timeout=timeout, private=allow_private):
            counts[held.get_state_display()] += 1
            if held.state in TOLD:
                more = held.final_url or held.said or held.status
                self.stdout.write(f"{held.get_state_display()}: {held.url} ({more})")
        total = ", ".join(f"{label.lower()} {n}" for label, n in sorted(counts.items()))
        self.stdout.write(f"Asked: {sum(counts.values())}." + (f" {total}." if total else ""))
