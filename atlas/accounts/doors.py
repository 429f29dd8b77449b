"""What stands between a signed-in person and the desk: second factor, password asked again."""

import re
import time

from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from atlas.accounts import actions
from atlas.accounts.views import again

# always open: getting in and out, and what their pages need
OPEN = {"login", "logout", "jsi18n", "again"}
SET_UP = "second_factor"
# the name of a page of the admin on which something is done that is hard to undo or that gives
# somebody more than he or she had
SENSITIVE = re.compile(
    r"(?!desk_revision_merge)"  # joins two edits of one record, nothing more
    r"(\w+_(delete|merge|undo)"
    r"|auth_\w+|accounts_(user|authtoken|failedtries)_\w+"
    r"|initiatives_(import_iati|importrun_(add|preview))"
    rf"|{SET_UP}|codes|remove)"
)
LIST = re.compile(r"\w+_changelist")
ACTIONS = {"delete_selected", "remove_second_factor", "unlock"}  # of any list


class Guard:
    """Stands after the session, so that it knows who asks and which page is meant."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        inside = request.path.startswith(reverse("admin:index"))
        if not (inside or "account" in match.namespaces) or match.url_name in OPEN:
            return None
        if not (request.user.is_authenticated and request.user.is_staff):
            return None
        verified = request.user.is_verified()
        if not verified and settings.ATLAS_SECOND_FACTOR and may_publish(request.user):
            if actions.factor_of(user=request.user) is not None:
                return ask(request, with_code=True)
            if match.url_name != SET_UP:
                return HttpResponseRedirect(reverse("account:second_factor"))
        if not is_sensitive(request, match.url_name or ""):
            return None
        with_code = not verified and actions.factor_of(user=request.user) is not None
        return ask(request, with_code) if with_code or is_stale(request) else None


def may_publish(user) -> bool:
    """Whether somebody can change what readers see, or who may."""
    names = [name.partition(".")[2] for name in user.get_all_permissions()]
    return any(n.startswith(("publish_", "approve_")) or n == "change_user" for n in names)


def is_sensitive(request, name: str) -> bool:
    """Whether the password must be fresh; of the lists only what is done from them."""
    if request.method == "POST":
        if request.POST.get("action") in ACTIONS or "unmerge" in request.POST:
            return True
    elif LIST.fullmatch(name):
        return False
    return SENSITIVE.fullmatch(name) is not None


def is_stale(request) -> bool:
    given = request.session.get(actions.PASSWORD_AT, 0)
    return not 0 <= time.time() - given < settings.ATLAS_PASSWORD_MINUTES * 60


def ask(request, with_code: bool):
    """The page that asks; what was being sent is kept on it and goes on afterwards."""
    if request.method in ("GET", "HEAD"):
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account:again')}?{query}")
    return again.in_between(request, with_code)
