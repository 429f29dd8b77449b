"""Attempts on a source; see ``test_gate`` for what a cell is."""

import shutil

from sources.actions import delete_source, merge_sources
from sources.models import Source
from tests.world import SOURCE, adding, attempt, commit

# ------------------------------------------------------------------ delete a source


def delete_source_by_form(world, good):
    source = world.spare_source() if good else world.source
    world.sign_in()
    return world.post(f"/admin/sources/source/{source.pk}/delete/", {"post": "yes"})


def delete_source_by_load(world, good):
    spare = {"slug": "spare", "title": "Spare", "publisher": world.source.publisher.slug}
    if good:
        world.package(sources=adding(spare))
        assert world.load() == []
        shutil.rmtree(world.folder)
        world.package()
    else:
        world.package(
            sources=lambda row: None if row["slug"] == SOURCE else row,
            citations=lambda row: None if row["source"] == SOURCE else row,
        )
    return world.load(prune=True)


def delete_source_by_action(world, good):
    source = world.spare_source() if good else world.source
    return attempt(lambda: delete_source(source=source))


def delete_source_by_sql(world, good):
    source = world.spare_source() if good else world.source
    world.before = world.state()
    return commit(
        f"DELETE FROM initiatives_initiativecitation WHERE source_id = {source.pk}",
        f"DELETE FROM initiatives_actorcitation WHERE source_id = {source.pk}",
        f"DELETE FROM sources_source WHERE id = {source.pk}",
    )


# ------------------------------------------------------------------ merge sources


def twin(world, good) -> Source:
    """The same page found twice; where not good, cited as saying another title at one place."""
    made = world.spare_source("twin")
    title = world.titles.get(source=world.source)
    says = title.says if good else "Another title"
    world.record.citations.create(source=made, field="title", says=says, locator=title.locator)
    world.before = world.state()
    return made


def merge_by_form(world, good):
    made = twin(world, good)
    world.sign_in()
    return world.post(f"/admin/sources/source/{made.pk}/merge/", {"keep": world.source.pk})


def merge_by_action(world, good):
    made = twin(world, good)
    return attempt(lambda: merge_sources(keep=world.source, drop=made))


def merge_by_sql(world, good):
    """By hand: the source that goes takes its citations along, unless they were moved first."""
    keep = world.spare_source("kept")
    world.before = world.state()
    tables = ("initiatives_initiativecitation", "initiatives_actorcitation")
    verb = f"UPDATE {{}} SET source_id = {keep.pk}" if good else "DELETE FROM {}"
    moved = [f"{verb.format(table)} WHERE source_id = {world.source.pk}" for table in tables]
    return commit(*moved, f"DELETE FROM sources_source WHERE id = {world.source.pk}")
