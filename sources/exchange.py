"""Asking the addresses of sources, politely: one request a host at a time, with a pause."""

import heapq
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from atlas.kit.fetching import Answer, Unreachable, Unsafe, ask
from sources.choices import LinkState
from sources.models import LinkCheck, Source

DEAD_AFTER = 3  # days on which an address must fail, one after the other
CLOSED = (401, 402, 403, 405, 406, 407, 429, 451, 999)  # for people, not for programs


def agent() -> str:
    """What we say we are, and where to complain."""
    said = ["checks the addresses of cited sources", settings.ATLAS_CONTACT]
    return f"CyberCapacityAtlas-links/1.0 ({'; '.join(filter(None, said))})"


def check_all(
    sources: Iterable[Source], *, pause: float, timeout: float, private: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[LinkCheck]:  # fmt: skip
    """Ask each address and keep what it said; ``pause`` seconds between requests to one host."""
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[_host(source.url)].append(source)
    turns = [(0.0, number, host) for number, host in enumerate(by_host)]
    heapq.heapify(turns)
    while turns:
        ready, number, host = heapq.heappop(turns)
        wait = ready - time.monotonic()
        if wait > 0:
            sleep(wait)
        yield check(by_host[host].pop(0), timeout=timeout, private=private)
        if by_host[host]:
            heapq.heappush(turns, (time.monotonic() + pause, number, host))


def check(source: Source, *, timeout: float, private: bool = False) -> LinkCheck:
    """Ask one address now and keep what it said."""
    try:
        answer = ask(source.url, agent=agent(), timeout=timeout, private=private)
    except Unsafe as error:
        return _keep(source, LinkState.UNSAFE, said=str(error))
    except Unreachable as error:
        return _failed(source, None, str(error))
    if answer.status in CLOSED:
        return _keep(source, LinkState.CLOSED, status=answer.status)
    if answer.status >= 400:
        return _failed(source, answer.status, "")
    return _answered(source, answer)


def _answered(source: Source, answer: Answer) -> LinkCheck:
    far = answer.moved if len(answer.moved) <= 1000 else ""
    state = LinkState.MOVED if far and far != source.url else LinkState.OK
    moved = far if state == LinkState.MOVED else ""
    return _keep(source, state, status=answer.status, final_url=moved)


def _failed(source: Source, status: int | None, said: str) -> LinkCheck:
    """One more day of failing, unless this day counted already; dead after enough of them."""
    today = timezone.localdate()
    held = LinkCheck.objects.about(source)
    failures = held.failures if held else 0
    if held is None or held.failed_on != today:
        failures += 1
    state = LinkState.DEAD if failures >= DEAD_AFTER else LinkState.FAILING
    return _keep(source, state, status=status, said=said, failures=failures, failed_on=today)


def _keep(source: Source, state: LinkState, **values) -> LinkCheck:
    plain = {"status": None, "said": "", "final_url": "", "failures": 0, "failed_on": None}
    values = plain | values | {"state": state, "url": source.url, "checked_at": timezone.now()}
    values["said"] = values["said"][:300]
    held, _made = LinkCheck.objects.update_or_create(source=source, defaults=values)
    return held


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
