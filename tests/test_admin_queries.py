"""Strategy: every page of the desk is asked for twice, and once more with twice as many rows of
all that it could show: records and links, evidence, revisions, suggestions, comments, history,
imports, sign-ins.  A page that asks the database more often then is named.

Pages of one row show the row with the most around it.  Actions look at three records, then at six.
"""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Actor
from atlas.accounts.models import AuthToken, FailedTries, SignIn, User
from atlas.desk.models import Comment, Revision, Suggestion
from atlas.kit import records
from atlas.kit.facts import REGISTRY
from atlas.kit.models import Redirect
from initiatives.insights.measures import MEASURES
from initiatives.models import Initiative
from sources.models import LinkCheck, Source
from tests import doubling, permissions
from tests.making import settle, ungated  # noqa: F401
from tests.page import static_files  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated", "static_files")]

SHOWN = {Initiative: "ajccbc", Actor: "asean", Source: "ipdf-japan-leads"}
MORE = (
    "/admin/initiatives/initiative/?q=japan&evidence=disputed",
    "/admin/initiatives/initiative/?state__exact=draft",
    "/admin/actors/actor/?q=japan",
    "/admin/sources/source/?q=asean",
    "/admin/desk/revision/queue/?kind=revision",
    "/admin/desk/revision/queue/?state=sent-back",
    "/admin/initiatives/initiative/alike/?q=Cybersecurity+Capacity+Building+Centre",
    "/admin/actors/actor/alike/?q=Association+of+Nations",
    "/admin/autocomplete/?app_label=initiatives&model_name=participation&field_name=actor&term=a",
)
# files to be read to their end, and pages that only ask to be confirmed
LEFT_OUT = (
    "rows/TABLE.csv",
    "/queue/feed/",
    "/jsi18n/",
    "/quality/<slug",
    "/refused/",
    "/preview/",
)
BULK = ("bulk_renew", "review_selected", "withdraw_selected")


def addresses() -> list[str]:
    """Every page of the desk, of the rows with the most around them."""
    keys = permissions.samples()
    drafts = {model: keys[model] for model in (Initiative,)}
    for slug in (*SHOWN.values(), "sample-of-a-draft"):
        twin(slug)
    keys |= {model: model.objects.get(slug=slug).pk for model, slug in SHOWN.items()}
    asked = [asked for _shown, asked in permissions.desk_addresses(keys)]
    asked += [f"/admin/initiatives/initiative/{pk}/change/" for pk in drafts.values()]
    asked += [f"/admin/quality/{m.name}/{noun}/" for m in MEASURES for noun in m.nouns]
    return [path for path in asked if not any(part in path for part in LEFT_OUT)] + list(MORE)


def twin(slug: str) -> None:
    """A draft that looks like the record, so that its page has a twin to show from the first."""
    for model, name in ((Initiative, "title"), (Actor, "name")):
        for one in model.objects.filter(slug=slug):
            called = {name: getattr(one, name), "kind": one.kind}
            model.objects.create(slug=f"{slug}-again", **called)


def queries(ask) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    assert response.status_code in (200, 302, 403, 405), response.request["PATH_INFO"]
    permissions.drain(response)
    return len(captured)


def previews(client, number: int) -> dict[str, int]:
    """By action, the queries of looking at what it would do to so many drafts."""
    drafts = [
        Initiative.objects.create(slug=f"draft-{number}-{n}", title=f"D {n}", kind="project")
        for n in range(number)
    ]
    found = {}
    for name in BULK:
        data = {"action": name, ACTION_CHECKBOX_NAME: [d.pk for d in drafts], "why": "x"}
        with transaction.atomic():
            path = "/admin/initiatives/initiative/"
            found[name] = queries(lambda path=path, data=data: client.post(path, data))
            transaction.set_rollback(True)
    return found


def plenty() -> None:
    """Rows of the desk itself: what waits, what was said, what was done."""
    record = Initiative.objects.get(slug=SHOWN[Initiative])
    author = User.objects.get(username="author-of-samples")
    base = records.document(record)
    wanted = base | {"website": "https://example.org/wanted", "participations": []}
    for number in range(2):
        name = f"{number}-{Comment.objects.count()}"
        about = {"noun": "initiative", "uid": record.uid, "title": record.title}
        proposed = {"base": base, "document": wanted, "state": "in-review"}
        kept = Revision.objects.create(**about, **proposed, who=name)
        for uid, revision in ((record.uid, kept), (Revision.objects.first().uid, None)):
            Comment.objects.create(
                noun="initiative", uid=uid, revision=revision, who=name, text="x", author=author
            )
        Suggestion.objects.create(kind="correction", document={}, **about)
        Redirect.objects.create(key=name, kind="actor", old_slug=f"s-{name}", slug="asean")
        AuthToken.objects.create(user=author, name=name)
        SignIn.objects.create(name=name, way="password", outcome="refused")
        FailedTries.objects.create(username=name, ip_address="192.0.2.1", failures_since_start=1)
        source = Source.objects.filter(link_check=None).exclude(url="").first()
        checked = {"url": source.url, "checked_at": timezone.now()}
        LinkCheck.objects.create(source=source, state="dead", failures=3, **checked)
        again = {"title": source.title, "publisher": source.publisher}
        Source.objects.create(slug=f"again-{name}", **again)
    history()
    settle()


def history() -> None:
    """The shown records changed in two further transactions."""
    for noun in REGISTRY:
        model = REGISTRY[noun].model
        pk = model.objects.get(slug=SHOWN[model]).pk
        table = model.history.rel.related_model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names = [c.name for c in cursor.description if c.name != "pgh_id"]
            chosen = ["pgh_xid - s.n" if name == "pgh_xid" else name for name in names]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(chosen)} FROM {table}"
                f", (VALUES (%s), (%s)) s(n) WHERE pgh_obj_id = %s AND pgh_id ="
                f" (SELECT min(pgh_id) FROM {table} WHERE pgh_obj_id = %s)",
                [len(names) + 1, len(names) + 2, pk, pk],
            )


def test_no_page_of_the_desk_asks_more_often_when_rows_double(client, admin_user):
    client.force_login(admin_user)
    paths = addresses()
    plenty()
    ContentType.objects.get_for_models(*permissions.admin.site._registry)
    few = {path: queries(lambda path=path: client.get(path)) for path in paths} | previews(
        client, 3
    )
    plenty()
    doubling.double()
    many = {path: queries(lambda path=path: client.get(path)) for path in paths}
    many |= previews(client, 6)
    assert len(paths) > 90
    grown = {path: (few[path], many[path]) for path in few if many[path] > few[path]}
    assert not grown, f"{grown}"
