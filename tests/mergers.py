"""What tests of merging share: the whole state to compare, records to merge."""

from actors.models import Actor
from atlas.kit import records
from atlas.kit.models import Judgement, Redirect
from initiatives.models import Initiative
from sources.actions import cite, uncited
from sources.models import Source


def everything() -> dict:
    """Every record with all that belongs to it, every old address, every judgement."""
    found = {
        (noun.__name__, record.slug): records.document(record)
        for noun in (Actor, Initiative)
        for record in noun.objects.all()
    }
    led = set(Redirect.objects.values_list("kind", "old_slug", "slug"))
    return {"records": found, "redirects": led, "judged": set(Judgement.objects.values_list())}


def last_merge(record) -> int:
    return records.history_positions(records.noun_of(record), record.pk)[-1]


def cited(record, source="jpcert-tsubame"):
    cite(record=record, facts=uncited(record), source=Source.objects.get(slug=source))
    return record


def made(slug: str, title: str, state: str = "draft", **fields) -> Initiative:
    record = Initiative.objects.create(slug=slug, title=title, kind="project", **fields)
    if state != "draft":
        cited(record)
        Initiative.objects.filter(pk=record.pk).update(state=state)
        record.refresh_from_db()
    return record
