"""Attempts on a record; see ``test_gate`` for what a cell is."""

from atlas.kit import records
from atlas.kit.actions import publish, publish_many, revert
from initiatives.models import Initiative
from sources.actions import cite, uncited
from tests.forms import row_of
from tests.world import CHANGE, RECORD, SOURCE, adding, attempt, citation, commit

# ------------------------------------------------------------------ publish


def publish_by_form(world, good):
    draft = world.draft(good)
    path, _page, data = world.form(draft)
    return world.post(path, data | {"_move": "publish"})


def publish_by_load(world, good):
    row = {"slug": "fresh", "state": "published", "title": "Title of fresh", "kind": "project"}
    cited = [citation("fresh", "Title of fresh")] if good else []
    world.package(initiatives=adding(row), citations=adding(*cited))
    return world.load()


def publish_by_action(world, good):
    draft = world.draft(good)
    return attempt(lambda: publish(record=draft))


def publish_by_sql(world, good):
    draft = world.draft(good)
    world.before = world.state()
    return commit(f"UPDATE initiatives_initiative SET state = 'published' WHERE id = {draft.pk}")


# ------------------------------------------------------------------ change a published value


def change_by_form(world, good):
    path, _page, data = world.form(world.record)
    data |= {"title": "Other title"} | ({"edit_source": world.source.pk} if good else {})
    return world.post(path, data)


def change_by_load(world, good):
    def edit(row):
        return row | ({"title": "Other title"} if row["slug"] == RECORD else {})

    cited = [citation(RECORD, "Other title")] if good else []
    world.package(initiatives=edit, citations=adding(*cited))
    return world.load()


def change_by_action(world, good):
    document = records.document(world.record) | {"title": "Other title"}
    if good:
        document["citations"].append(citation(RECORD, "Other title"))
    return attempt(lambda: records.apply(document, noun="initiative"))


def change_by_sql(world, good):
    cited = (
        "UPDATE initiatives_initiativecitation SET says = 'Other title' WHERE field = 'title'"
        f" AND initiative_id = {world.record.pk}"
    )
    changed = (
        f"UPDATE initiatives_initiative SET title = 'Other title' WHERE id = {world.record.pk}"
    )
    return commit(changed, *([cited] if good else []))


# ------------------------------------------------------------------ delete the last citation


def uncite_by_form(world, good):
    path, page, data = world.form(world.record)
    for row in world.titles.all()[1 if good else 0 :]:
        data[row_of(page, "citations", lambda c, row=row: c == row) + "-DELETE"] = "on"
    return world.post(path, data)


def uncite_by_load(world, good):
    gone = set(world.titles.values_list("key", flat=True)[1 if good else 0 :])
    world.package(citations=lambda row: None if row["key"] in gone else row)
    return world.load(prune=True)


def uncite_by_action(world, good):
    document = records.document(world.record)
    gone = set(world.titles.values_list("key", flat=True)[1 if good else 0 :])
    document["citations"] = [c for c in document["citations"] if c["key"] not in gone]
    return attempt(lambda: records.apply(document, noun="initiative"))


def uncite_by_sql(world, good):
    gone = [str(c.pk) for c in world.titles.all()[1 if good else 0 :]]
    return commit(f"DELETE FROM initiatives_initiativecitation WHERE id IN ({', '.join(gone)})")


# ------------------------------------------------------------------ revert (real commits)


def published_draft(world, good) -> int:
    """A record published after its title was cited; the moment to restore lies before."""
    world.record = world.draft(cited=good)
    moment = records.history_positions("initiative", world.record.pk)[-1]
    cite(record=world.record, facts=uncited(world.record), source=world.source)
    Initiative.objects.filter(pk=world.record.pk).update(website="https://example.org/later")
    publish(record=world.record)
    world.before = world.state()
    return moment


def revert_by_form(world, good):
    moment = published_draft(world, good)
    world.sign_in()
    path = CHANGE.format(world.record.pk).replace("change", "history")
    return world.post(path, {"to": moment})


def revert_by_action(world, good):
    moment = published_draft(world, good)
    return attempt(lambda: revert(record=world.record, to=moment))


def revert_by_sql(world, good):
    """By hand: the first title again, from the history table."""
    world.record = world.draft(cited=True)
    Initiative.objects.filter(pk=world.record.pk).update(title="Later title")
    world.record.citations.update(says="Later title")
    publish(record=world.record)
    world.before = world.state()
    first = (
        "SELECT h.title FROM initiatives_initiativehistory h WHERE h.pgh_obj_id = i.id"
        " ORDER BY pgh_id LIMIT 1"
    )
    cited = (
        f"UPDATE initiatives_initiativecitation SET says = 'Title of a-draft'"
        f" WHERE initiative_id = {world.record.pk}"
    )
    again = f"UPDATE initiatives_initiative i SET title = ({first}) WHERE id = {world.record.pk}"
    return commit(again, *([cited] if good else []))


# ------------------------------------------------------------------ bulk


def bulk_by_form(world, good):
    drafts = [world.draft(good, slug) for slug in ("a-draft", "b-draft")]
    world.before = world.state()
    world.sign_in()
    data = {"action": "publish_selected", "_selected_action": [d.pk for d in drafts]}
    data |= {"_look": "1", "why": "Ready."}
    seen = world.client.post("/admin/initiatives/initiative/", data)
    data |= {"_apply": "1", "mark": seen.context["mark"]}
    return world.post("/admin/initiatives/initiative/", data)


def bulk_by_action(world, good):
    drafts = [world.draft(good, slug).pk for slug in ("a-draft", "b-draft")]
    world.before = world.state()
    verdicts = publish_many(queryset=Initiative.objects.filter(pk__in=drafts))
    return [reason for reasons in verdicts.refused.values() for reason in reasons]


def bulk_by_sql(world, good):
    for slug in ("a-draft", "b-draft"):
        world.draft(good, slug)
    world.before = world.state()
    return commit("UPDATE initiatives_initiative SET state = 'published' WHERE state = 'draft'")


# ------------------------------------------------------------------ load


def load_by_load(world, good):
    """A package that ties a published record to a draft of ours."""
    world.draft(cited=True)
    world.before = world.state()
    target = "jaif" if good else "a-draft"
    key = f"{RECORD}--related--{target}"
    tie = {"key": key, "initiative": RECORD, "kind": "related", "target": target}
    cited = {"key": f"{key}-cited", "initiative": RECORD, "link_table": "initiative_ties"}
    cited |= {"link_key": key, "field": "target", "source": SOURCE, "says": target}
    world.package(initiative_ties=adding(tie), citations=adding(cited))
    return world.load()


def load_by_sql(world, good):
    """Rows poured in by SQL, published from the start."""
    values = "(DEFAULT, 'poured', gen_random_uuid(), 'published', 'Title poured in', 'project'"
    blank = ", '', '{}', '', '', '', '', '', '', '', '', '')"
    row = (
        "INSERT INTO initiatives_initiative (id, slug, uid, state, title, kind, scope, regions,"
        " status, status_on, planned_start, planned_end, actual_start, actual_end, summary,"
        f" objectives, website) VALUES {values}{blank}"
    )
    cited = (
        "INSERT INTO initiatives_initiativecitation (key, field, says, locator, note, checked_by,"
        f" source_id, initiative_id) SELECT 'poured--title', 'title', title, '', '', '',"
        f" {world.source.pk}, id FROM initiatives_initiative WHERE slug = 'poured'"
    )
    return commit(row, *([cited] if good else []))
