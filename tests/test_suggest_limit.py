"""The limit on suggestions holds however many processes take them in."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from atlas.desk import actions
from atlas.desk.models import Suggestion
from initiatives.models import Initiative


def test_the_limit_holds_across_processes(committed_db):
    """Twelve at once, each on a connection of its own: six come through."""
    uid = Initiative.objects.get(slug="tsubame").uid

    def attempt(_n) -> bool:
        try:
            actions.take(sender="x" * 64, suggestion=Suggestion(**fields))
        except actions.TooMany:
            return False
        finally:
            connection.close()
        return True

    fields = {"kind": "correction", "noun": "initiative", "uid": uid, "document": {}}
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(12))) == 6
    assert Suggestion.objects.count() == 6
