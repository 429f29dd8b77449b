"""Addresses of sources are asked politely, over real sockets, and never at private addresses."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from atlas.kit import fetching
from atlas.kit.fetching import Unreachable, Unsafe, ask, is_public
from sources.actions import follow
from sources.exchange import check, check_all
from sources.models import LinkCheck, Source


class Site(BaseHTTPRequestHandler):
    """Answers by path; notes who asked what and when."""

    asked: list = []

    def do_HEAD(self):
        Site.asked.append((self.command, self.path, time.monotonic(), self.headers["User-Agent"]))
        if self.path == "/slow":
            time.sleep(1.5)
        codes = {"/moved": 301, "/for-now": 302, "/round": 301, "/inward": 301, "/gone": 404}
        code = codes.get(self.path, 200)
        if self.path == "/get-only" and self.command == "HEAD":
            code = 405
        if self.path == "/people":
            code = 403
        self.send_response(code)
        to = {"/moved": "/page", "/for-now": "/page", "/round": "/round"}
        to["/inward"] = "http://169.254.169.254/latest/"
        if self.path in to:
            self.send_header("Location", to[self.path])
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def nothing_asked():
    Site.asked.clear()


@pytest.fixture
def page(db, site):
    """A source at one path of the site."""
    publisher = Source.objects.first().publisher

    def made(path: str) -> Source:
        slug = f"page{path.replace('/', '-')}"
        return Source.objects.create(slug=slug, title=path, publisher=publisher, url=site + path)

    return made


def local(url: str, **more):
    return ask(url, agent="test", private=True, **{"timeout": 1} | more)


# ------------------------------------------------------------------ asking


@pytest.mark.parametrize(
    ("path", "status", "moved"),
    [
        ("/page", 200, ""),
        ("/moved", 200, "/page"),
        ("/for-now", 200, ""),
        ("/gone", 404, ""),
        ("/get-only", 200, ""),
        ("/b c é", 200, ""),
    ],
)
def test_what_an_address_answers(site, path, status, moved):
    answer = local(site + path)
    assert (answer.status, answer.moved) == (status, moved and site + moved)


@pytest.mark.parametrize("path", ["/round", "/slow"])
def test_what_never_ends_is_given_up(site, path):
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        local(site + path, timeout=0.3)
    assert time.monotonic() - begun < 1.4


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
     "::ffff:127.0.0.1", "fe80::1%eth0", "fd00::1", "64:ff9b::7f00:1", "2002:7f00:1::"],
)  # fmt: skip
def test_private_addresses_are_known_in_every_disguise(address):
    assert not is_public(address)


def test_public_addresses_are_public():
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "url",
    ["http://localhost/", "http://2130706433/", "http://[::1]/", "https://0/", "ftp://example.org/",
     "file:///etc/passwd", "http://example.org:22/", "http://a:b@example.org/"],
)  # fmt: skip
def test_what_is_not_public_is_not_asked(url):
    with pytest.raises(Unsafe):
        ask(url, agent="test", timeout=1)


def public_first(monkeypatch, *answers):
    """Names resolve to these addresses, one after the other; 8.8.8.8 leads to this machine."""
    given = iter(answers)

    def found(host, port, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in next(given)]

    def connected(address, timeout):
        assert address[0] == "8.8.8.8"  # the very address that was judged
        sock = socket.socket()
        sock.settimeout(timeout)
        sock.connect(("127.0.0.1", public_first.port))
        return sock

    monkeypatch.setattr(fetching.socket, "getaddrinfo", found)
    monkeypatch.setattr(fetching.socket, "create_connection", connected)


def test_a_name_is_resolved_once_a_request_and_judged_by_all_it_says(site, monkeypatch):
    public_first.port = int(site.rpartition(":")[2])
    public_first(monkeypatch, ["8.8.8.8"], ["8.8.8.8", "10.0.0.1"])
    assert ask("http://rebind.example/page", agent="test", timeout=1).status == 200
    with pytest.raises(Unsafe):
        ask("http://rebind.example/page", agent="test", timeout=1)


def test_a_redirect_to_a_private_address_is_not_followed(site, monkeypatch):
    public_first.port = int(site.rpartition(":")[2])
    public_first(monkeypatch, ["8.8.8.8"], ["169.254.169.254"])
    with pytest.raises(Unsafe):
        ask("http://rebind.example/inward", agent="test", timeout=1)
    assert len(Site.asked) == 1


# ------------------------------------------------------------------ keeping


def test_dead_only_after_failing_on_three_days(page):
    source = page("/gone")
    states = []
    for day in (0, 0, 1, 2):
        if day:
            failed = timezone.localdate() - timezone.timedelta(days=1)
            LinkCheck.objects.filter(source=source).update(failed_on=failed)
        states.append(check(source, timeout=1, private=True).state)
    assert states == ["failing", "failing", "failing", "dead"]
    Source.objects.filter(pk=source.pk).update(url=source.url.replace("gone", "page"))
    source.refresh_from_db()
    held = check(source, timeout=1, private=True)
    assert (held.state, held.failures, held.failed_on) == ("ok", 0, None)


def test_what_is_closed_to_programs_is_not_called_dead(page):
    assert check(page("/people"), timeout=1, private=True).state == "closed"


def test_one_request_a_host_at_a_time_with_a_pause(page):
    sources = [page(f"/{n}") for n in range(3)]
    waited = []
    done = list(check_all(sources, pause=0.5, timeout=1, private=True, sleep=waited.append))
    assert len(done) == 3
    assert len(waited) == 2
    assert all(0.4 < pause <= 0.5 for pause in waited)
    assert all("CyberCapacityAtlas" in agent for *_rest, agent in Site.asked)


def test_the_command_asks_each_once_a_week_and_never_this_machine(page, capsys):
    Source.objects.exclude(url="").update(url="")
    source = page("/moved")
    call_command("check_links")
    assert LinkCheck.objects.get(source=source).state == "unsafe"
    assert not Site.asked
    LinkCheck.objects.all().delete()
    call_command("check_links", allow_private=True)
    assert LinkCheck.objects.get(source=source).final_url.endswith("/page")
    call_command("check_links", allow_private=True)
    assert capsys.readouterr().out.endswith("Asked: 0.\n")


def test_following_takes_the_final_address_unless_another_source_has_it(page, client):
    source = page("/moved")
    check(source, timeout=1, private=True)
    follow(source=source)
    assert source.url.endswith("/page")
    with pytest.raises(ValidationError, match="not known to have moved"):
        follow(source=source)
    Source.objects.filter(pk=source.pk).update(url=source.url.replace("page", "moved"))
    source.refresh_from_db()
    check(source, timeout=1, private=True)
    page("/page")
    with pytest.raises(ValidationError, match="Another source has this address"):
        follow(source=source)
