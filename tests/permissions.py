"""Walks every address of the desk and of the API as everybody, and writes down who gets where."""

import uuid
from urllib.parse import unquote

from django.contrib import admin
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver

from actors.models import Country
from atlas.accounts.models import AuthToken, FailedTries, SignIn, User
from atlas.desk import actions
from atlas.desk.models import Suggestion
from atlas.kit import records
from atlas.kit.models import Redirect
from initiatives.models import ImportRun, Initiative
from tests import making
from tests.forms import person

ROLES = ("nobody", "Editor", "Reviewer", "Administrator", "Reviewer without second factor")
SHORT = {"nobody": "Nobody", "Reviewer without second factor": "No factor"}
# the last word of addresses that take a form; of all others only the page is asked for
FORMS = {
    *(
        "add",
        "change",
        "cite",
        "delete",
        "merge",
        "judge",
        "comments",
        "review",
        "undo",
        "password",
    ),
    *("import-iati", "second-factor", "codes", "remove"),
}
OPEN = {"/admin/login/", "/admin/logout/", "/admin/account/again/"}  # getting in and out
SAFE = ("get", "head", "options")


class Unrendered:
    """A middleware: who may see a page is decided before its template is rendered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        if not isinstance(response, SimpleTemplateResponse) or response.is_rendered:
            return response
        plain = SimpleTemplateResponse("500.html", status=response.status_code)
        plain.content = b"seen"
        return plain


def people() -> dict[str, Client]:
    """A client for each role; all but the last have given their second factor."""
    found = {"nobody": Client(raise_request_exception=False)}
    for role in ROLES[1:]:
        user = person(role.partition(" ")[0], role.replace(" ", "-"))
        client = Client(raise_request_exception=False)
        client.force_login(user)
        if role == ROLES[-1] or role == "Editor":
            found[role] = client
            continue
        device = user.totpdevice_set.create(name="app")
        session = client.session
        session["otp_device_id"] = device.persistent_id
        session.save()
        found[role] = client
    return found


def samples() -> dict[type, int]:
    """The key of one row of every model the desk shows."""
    draft = making.initiative("sample-of-a-draft", state="draft")
    public = Initiative.objects.get(slug="tsubame")
    author = person("Editor", "author-of-samples")
    wanted = records.document(public) | {"website": "https://example.org/proposed"}
    made = [
        draft,
        author,
        actions.propose(document=wanted, noun="initiative", by=author, why="Sample.").revision,
        Suggestion.objects.create(
            kind="correction", noun="initiative", uid=public.uid, title=public.title, document={}
        ),
        Redirect.objects.create(key="sample", kind="actor", old_slug="sample", slug="asean"),
        ImportRun.objects.create(
            who="x", kind="tables", file="x.csv", digest="0" * 64, counts={}, context=uuid.uuid4()
        ),
        AuthToken.objects.create(user=author, name="of another")[0],
        SignIn.objects.create(name="x", way="password", outcome="refused"),
        FailedTries.objects.create(username="x", ip_address="192.0.2.1", failures_since_start=1),
    ]
    found = {type(row): row.pk for row in made}
    for model in admin.site._registry:
        if model not in found:
            found[model] = model.objects.values_list("pk", flat=True).first()
    return found


# ------------------------------------------------------------------ the desk


def desk_addresses(keys: dict[type, int]) -> list[tuple[str, str]]:
    """(address as the document shows it, address to ask), every pattern of the admin once."""
    by_place = {f"{m._meta.app_label}/{m._meta.model_name}/": pk for m, pk in keys.items()}
    found = []
    for route in routes(get_resolver().url_patterns):
        if not route.startswith("admin/") or "(?P<" in route:
            continue
        place = "/".join(route.split("/")[1:3]) + "/"
        shown = "/" + route
        asked = shown
        for part in ("<path:object_id>", "<id>", "<int:pk>"):
            asked = asked.replace(part, str(by_place.get(place, 0)))
            shown = shown.replace(part, "…")
        asked = asked.replace("<slug:table>.<slug:kind>", "sources.csv")
        shown = shown.replace("<slug:table>.<slug:kind>", "TABLE.csv")
        if shown not in OPEN and not route.endswith("<path:object_id>/"):  # which leads to the form
            found.append((shown, asked))
    return sorted(set(found))


def routes(patterns, before: str = ""):
    for pattern in patterns:
        route = before + str(pattern.pattern).replace("^", "").replace("$", "")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def outcome(role: str, client: Client, address: str) -> str:
    """``acts``: an empty form is judged by its fields; ``reads``: the page opens; or what else."""
    if address.rstrip("/").rpartition("/")[2] in FORMS:
        with transaction.atomic():
            acted = word(client.post(address), address, role)
            transaction.set_rollback(True)
        if acted == "yes":
            return "acts"
        if acted in ("sign-in", "set-up") or role in (ROLES[0], ROLES[-1]):
            return acted
    read = word(client.get(address), address, role)
    return {"yes": "reads"}.get(read, read)


def word(response, address: str, role: str) -> str:
    drain(response)
    to = unquote(response.get("Location", ""))
    if response.status_code == 302 and to == "/admin/":  # there is no such record, for this role
        return "–"
    if "/admin/login/" in to:
        return "sign-in"
    if to == "/admin/account/second-factor/" and (role == ROLES[-1] or not address.startswith(to)):
        return "set-up"
    if response.status_code in (403, 405):
        return "–"
    return "yes" if response.status_code < 500 else str(response.status_code)


def drain(response) -> None:
    """Read a stream to its end, which closes its file."""
    if response.streaming:
        response.getvalue()


def list_actions() -> dict[str, dict[str, str]]:
    """What can be done from a list with its ticked rows, by role."""
    found: dict[str, dict[str, str]] = {}
    request = RequestFactory().get("/")
    for role in ROLES[1:4]:
        request.user = User.objects.get(username=role)
        for model, model_admin in admin.site._registry.items():
            for name in model_admin.get_actions(request):
                row = f"{model._meta.verbose_name_plural}: {name}"
                found.setdefault(row, dict.fromkeys(ROLES, "–"))[role] = "acts"
    return dict(sorted(found.items()))


# ------------------------------------------------------------------ the API


def api_addresses() -> list[tuple[str, str, object]]:
    """(address shown, address to ask, verbs it answers)."""
    found = []
    sample = {"slug": "asean", "key": "none", "pk": "0", "iso2": Country.objects.first().iso2}

    def walk(patterns, before=""):
        for pattern in patterns:
            route = before + str(pattern.pattern).replace("^", "").replace("$", "")
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, route)
            elif route.startswith("api/v1/"):
                verbs = getattr(pattern.callback, "actions", None) or [
                    v for v in pattern.callback.cls.http_method_names
                    if hasattr(pattern.callback.cls, v)
                ]  # fmt: skip
                shown = asked = "/" + route.replace("(?P", "").replace("[/]+)", "")
                for name, value in sample.items():
                    asked = asked.replace(f"<{name}>", value)
                found.append((shown, asked, [v for v in verbs if v not in ("head", "options")]))

    walk(get_resolver().url_patterns)
    return found


def api_outcomes() -> dict[str, dict[str, str]]:
    """By verb and address, what each role gets with a token for everything."""
    client = Client(raise_request_exception=False)
    tokens = {"nobody": {}}
    for role in ROLES[1:4]:
        user = User.objects.get(username=role)
        secret = AuthToken.objects.create(user=user, name="walk", scopes=["publish"])[1]
        tokens[role] = {"HTTP_AUTHORIZATION": f"Token {secret}"}
    found = {}
    for shown, asked, verbs in api_addresses():
        for verb in verbs:
            reading = verb in SAFE
            row = dict.fromkeys(ROLES[:4], "reads")
            for role in ROLES[:1] if reading else ROLES[:4]:
                with transaction.atomic():
                    answer = getattr(client, verb)(asked, **tokens[role])
                    drain(answer)
                    transaction.set_rollback(True)
                refused = answer.status_code in (401, 403, 405, 500)
                row[role] = "–" if refused else "reads" if reading else "acts"
            found[f"{verb.upper()} {shown}"] = row
    return found


# ------------------------------------------------------------------ the document


def matrix() -> str:
    """The generated part of docs/permissions.md."""
    keys, clients = samples(), people()
    desk = {
        shown: {role: outcome(role, client, asked) for role, client in clients.items()}
        for shown, asked in desk_addresses(keys)
    }
    parts = [
        table("Pages of the desk", "Address", ROLES, desk),
        table("Done with the ticked rows of a list", "List: action", ROLES[1:4], list_actions()),
        table("The API", "Request", ROLES[:4], api_outcomes()),
    ]
    return "\n".join(parts)


def table(title: str, first: str, roles: tuple, rows: dict[str, dict[str, str]]) -> str:
    lines = [
        f"## {title}",
        "",
        "| " + " | ".join([first, *(SHORT.get(r, r) for r in roles)]) + " |",
    ]
    lines.append("|---" * (len(roles) + 1) + "|")
    lines += [
        "| `" + name + "` | " + " | ".join(row[r] for r in roles) + " |"
        for name, row in rows.items()
    ]
    return "\n".join(lines) + "\n"
