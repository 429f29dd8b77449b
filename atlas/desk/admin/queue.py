"""The queue: what waits, how long, for whom; as a page and as an Atom feed."""

from django.contrib.auth import get_user_model
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from atlas.desk import waiting
from atlas.kit.changes.feed import plain
from atlas.kit.facts import REGISTRY

PAGE = 50
SALT = "atlas.desk.feed"
# kind of item -> where it is decided; the app that knows more kinds adds them
PAGES = {
    "revision": lambda item: reverse("admin:desk_revision_change", args=[item.pk]),
    "suggestion": lambda item: reverse("admin:desk_suggestion_change", args=[item.pk]),
    "merge": lambda item: record_url(item.noun, item.pk, "merge"),
    "record": lambda item: record_url(
        item.noun, item.pk, "review" if item.state == "in-review" else "change"
    ),
}


def record_url(noun: str, pk: int, page: str = "change") -> str:
    opts = REGISTRY[noun].model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[pk])


def labels(name: str) -> dict[str, str]:
    nouns = {n: str(e.model._meta.verbose_name).capitalize() for n, e in REGISTRY.items()}
    return {"kind": waiting.KINDS, "state": waiting.STATES, "noun": nouns}.get(name, {})


class Slice:
    """Items by number, for the paginator."""

    def __init__(self, chosen: dict[str, str], number: int):
        self.chosen, self.number = chosen, number

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, wanted: slice) -> list[waiting.Item]:
        return waiting.waiting(self.chosen, wanted.start, wanted.stop - wanted.start)


def key_of(user) -> str:
    """What opens the feed without signing in; another password ends it."""
    return signing.dumps([user.pk, user.get_session_auth_hash()[-16:]], salt=SALT)


def user_of(request):
    """Who asks for the feed: signed in, or by the key of the address."""
    if request.user.is_authenticated:
        return request.user
    try:
        pk, mark = signing.loads(request.GET.get("key", ""), salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    user = get_user_model()._default_manager.filter(pk=pk, is_active=True).first()
    return user if user and user.get_session_auth_hash()[-16:] == mark else None


class QueuePages:
    """Mixin of the revisions' admin: the queue and its feed."""

    def get_urls(self):
        queue = self.admin_site.admin_view(self.queue_view)
        return [
            path("queue/", queue, name="desk_queue"),
            path("queue/feed/", self.queue_feed, name="desk_queue_feed"),
            *super().get_urls(),
        ]

    def queue_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = {name: request.GET.get(name, "") for name in waiting.FILTERS}
        counts = waiting.counted(chosen)
        number = waiting.number(counts, chosen)
        page = Paginator(Slice(chosen, number), PAGE).get_page(request.GET.get("p"))
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Queue"),
            "opts": self.opts,
            "page": page,
            "number": number,
            "items": [self._row(item, now) for item in page.object_list],
            "filters": [_filter(name, counts[name], chosen) for name in waiting.FILTERS],
            "feed": f"{reverse('admin:desk_queue_feed')}?key={key_of(request.user)}",
        }
        return TemplateResponse(request, "admin/queue.html", context)

    def _row(self, item: waiting.Item, now) -> dict:
        return {
            "item": item,
            "url": PAGES[item.kind](item),
            "kind": labels("kind")[item.kind],
            "noun": labels("noun").get(item.noun, ""),
            "state": labels("state")[item.state],
            "age": timesince(item.since, now, depth=1),
        }

    def queue_feed(self, request):
        """The same as Atom, the newest first."""
        user = user_of(request)
        if user is None or not user.is_staff or not user.has_perm("desk.view_revision"):
            return HttpResponse(status=403, content=_("Sign in, or use the address of the queue."))
        chosen = {name: request.GET.get(name, "") for name in waiting.FILTERS}
        queue = request.build_absolute_uri(reverse("admin:desk_queue"))
        feed = Atom1Feed(_("Cyber Capacity Atlas: queue"), queue, "", feed_guid=queue)
        for item in waiting.waiting(chosen, most=PAGE, newest=True):
            link = request.build_absolute_uri(PAGES[item.kind](item))
            feed.add_item(
                plain(f"{labels('kind')[item.kind]}: {item.title}"),
                link,
                plain(f"{labels('state')[item.state]}. {item.author}"),
                unique_id=f"{link}#{item.since.isoformat()}",
                pubdate=item.since,
                updateddate=item.since,
            )
        response = HttpResponse(content_type=feed.content_type)
        response["Cache-Control"] = "private"
        feed.write(response, "utf-8")
        return response


def _filter(name: str, counts: dict[str, int], chosen: dict[str, str]) -> dict:
    words = labels(name)
    values = sorted(v for v in {*counts, chosen[name]} if v)
    return {
        "name": name,
        "label": {"kind": _("Kind"), "noun": _("Record"), "state": _("State"),
                  "author": _("By")}[name],
        "chosen": chosen[name],
        "values": [(v, words.get(v, v), counts.get(v, 0)) for v in values],
    }  # fmt: skip
