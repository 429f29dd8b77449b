"""``manage.py mcp``: the atlas for assistants, read-only, by the Model Context Protocol."""

from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

NAME = "Cyber Capacity Atlas"
INSTRUCTIONS = """The Cyber Capacity Atlas: regional cyber-capacity initiatives, the actors behind
them and who pays for what. Every fact carries its sources. Search first, then read a record by its
slug; before you repeat a fact, ask for its evidence and name the source. Where sources disagree,
say so. Never add sums of different currencies, nor a whole to its parts. Filters are those of the
web API: country=TH, theme=cybercrime, funder=jaif, kind__not=fund, status=unstated ..."""

READ_ONLY = ToolAnnotations(readOnlyHint=True, idempotentHint=True, openWorldHint=False)
ROWS = {
    "initiatives": "slug,title,kind,status,summary,url",
    "actors": "slug,name,kind,country,summary,url",
    "sources": "slug,title,publisher_label,published,url",
}
EVIDENCE = ("evidence", "disputed", "uncited", "missing")

Noun = Annotated[Literal["initiatives", "actors", "sources"], Field(description="What to look in.")]
Record = Annotated[Literal["initiatives", "actors"], Field(description="Which sort of record.")]
Slug = Annotated[str, Field(description="The record's short name, as a search gives it.")]
Filters = Annotated[
    dict[str, str | list[str]],
    Field(description='Filters of the API, such as {"country": ["TH", "VN"], "kind": "centre"}.'),
]


class Atlas:
    """Asks the API within this process: the same answers, the same errors."""

    def __init__(self, site: str):
        parts = urlsplit(site)
        self.secure = parts.scheme == "https"
        self.requests = RequestFactory(headers={"host": parts.netloc})

    async def ask(self, path: str, **query) -> dict[str, Any]:
        return await sync_to_async(self.answer)(path, query)

    def answer(self, path: str, query: dict) -> dict[str, Any]:
        """The API's answer; a problem becomes an error that says what would be right."""
        close_old_connections()
        given = {name: value for name, value in query.items() if value not in ("", [], None)}
        address = f"/api/v1/{path}?{urlencode(given, doseq=True)}"
        request = self.requests.get(address, secure=self.secure, REMOTE_ADDR="mcp")
        try:
            found = resolve(request.path_info)
        except Resolver404:
            raise ToolError("There is nothing at this address.") from None
        response = found.func(request, *found.args, **found.kwargs)
        if response.status_code == 308:
            return self.answer(urlsplit(response["Location"]).path.removeprefix("/api/v1/"), query)
        if response.status_code != 200:
            raise ToolError(said(response.data))
        return response.data


def said(problem: dict) -> str:
    """A problem in one paragraph."""
    errors = (
        f"{error['parameter']}: {error['reason']} Allowed: {', '.join(error['allowed'])}"
        for error in problem.get("errors", [])
    )
    return " ".join([problem["detail"], *errors])[:4000]


class Tools:
    """The tools; their docstrings are what an assistant reads."""

    def __init__(self, atlas: Atlas):
        self.ask = atlas.ask

    async def search(
        self,
        text: str = "",
        noun: Noun = "initiatives",
        filters: Filters = {},  # noqa: B006  only read
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        cursor: Annotated[str, Field(description="Where a search before this one ended.")] = "",
    ) -> dict[str, Any]:
        """Find records by words and filters: the exact count, rows, and a cursor for more."""
        more = {"page_size": limit, "cursor": cursor, "fields": ROWS[noun]}
        found = await self.ask(f"{noun}/", **({"q": text} | filters | more))
        after = parse_qs(urlsplit(found["next"] or "").query).get("cursor", [None])[0]
        return {"count": found["count"], "rows": found["results"], "cursor": after}

    async def record(self, noun: Noun, slug: Slug) -> dict[str, Any]:
        """One record in full with its links; ask for its evidence before you repeat a fact."""
        whole = await self.ask(f"{noun}/{quote(slug, safe='')}/")
        return {name: value for name, value in whole.items() if name != "evidence"}

    async def facets(
        self,
        facet: Annotated[list[str], Field(description="country, theme, funder, kind, year ...")],
        noun: Record = "initiatives",
        filters: Filters = {},  # noqa: B006  only read
    ) -> dict[str, Any]:
        """How many records each value of a facet would find, within the filters given."""
        return await self.ask(f"{noun}/facets/", **(filters | {"facet": facet}))

    async def evidence(
        self,
        noun: Record,
        slug: Slug,
        fact: Annotated[str, Field(description="Address of one fact; empty for all.")] = "",
    ) -> dict[str, Any]:
        """What each source says about each fact of a record, what is disputed, what is missing."""
        found = await self.ask(f"{noun}/{quote(slug, safe='')}/", fields=",".join(EVIDENCE))
        if fact and fact not in found["evidence"]:
            raise ToolError(f"No source on “{fact}”. There are some on: {list(found['evidence'])}")
        return {**found, "evidence": {fact: found["evidence"][fact]}} if fact else dict(found)


def server(atlas: Atlas) -> FastMCP:
    made, tools = FastMCP(NAME, instructions=INSTRUCTIONS, log_level="WARNING"), Tools(atlas)
    for tool in (tools.search, tools.record, tools.facets, tools.evidence):
        made.add_tool(tool, annotations=READ_ONLY)
    return made


class Command(BaseCommand):
    help = "Speak the Model Context Protocol on standard input and output: read-only tools."

    def add_arguments(self, parser):
        words = "Address of the site in what is given, such as https://atlas.example.org."
        parser.add_argument("--site", default="http://127.0.0.1:8000", help=words)

    def handle(self, *args, site: str, **options):
        if not urlsplit(site).netloc:
            raise CommandError(f"--site {site}: give a whole address, with https://.")
        server(Atlas(site)).run("stdio")
