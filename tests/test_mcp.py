"""The server for assistants, asked by the SDK's own client over standard input and output."""

import asyncio
import json
import os
import sys

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.conftest import clone, drop_database, url_for
from tests.site import ROOT

CALLS = {
    "hit": ("search", {"text": "ajccbc"}),
    "few": ("search", {"filters": {"country": ["TH", "VN"], "kind__not": "fund"}, "limit": 1}),
    "wrong": ("search", {"filters": {"kind": "castle"}}),
    "record": ("record", {"noun": "initiatives", "slug": "ajccbc"}),
    "moved": ("record", {"noun": "initiatives", "slug": "jaif-fund"}),
    "gone": ("record", {"noun": "initiatives", "slug": "none-such"}),
    "facets": ("facets", {"facet": ["kind"], "filters": {"country": "TH"}}),
    "evidence": ("evidence", {"noun": "initiatives", "slug": "ajccbc", "fact": "title"}),
    "no_fact": ("evidence", {"noun": "initiatives", "slug": "ajccbc", "fact": "colour"}),
}


async def everything(database_url: str):
    """(tools by name, the result of every call) of one session with one server."""
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["manage.py", "mcp", "--site", "http://127.0.0.1:8000"],
        env={**os.environ, "DATABASE_URL": database_url},
        cwd=ROOT,
    )
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        greeting = await session.initialize()
        assert "source" in greeting.instructions
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        return tools, {key: await session.call_tool(*call) for key, call in CALLS.items()}


@pytest.fixture(scope="module")
def said(template_database):
    name = clone(template_database)
    try:
        return asyncio.run(asyncio.wait_for(everything(url_for(name)), 90))
    finally:
        drop_database(name)


def data(result) -> dict:
    assert not result.isError, result.content
    return json.loads(result.content[0].text)


def test_there_are_four_tools_and_none_of_them_writes(said):
    tools, _results = said
    assert set(tools) == {"search", "record", "facets", "evidence"}
    assert all(tool.annotations.readOnlyHint and tool.description for tool in tools.values())


def test_a_search_counts_exactly_and_goes_on_by_cursor(said):
    _tools, results = said
    assert data(results["hit"])["rows"][0]["slug"] == "ajccbc"
    few = data(results["few"])
    assert few["count"] > 1 and len(few["rows"]) == 1 and few["cursor"]


def test_a_record_and_its_evidence(said):
    _tools, results = said
    record = data(results["record"])
    assert record["participations"] and "evidence" not in record
    assert record["url"].startswith("http://127.0.0.1:8000/initiatives/")
    assert data(results["moved"])["slug"] == "jaif"
    evidence = data(results["evidence"])["evidence"]
    assert list(evidence) == ["title"] and evidence["title"][0]["source_title"]
    assert {row["value"] for row in data(results["facets"])["kind"]} >= {"centre"}


def test_mistakes_say_what_would_be_right(said):
    _tools, results = said
    for key, words in (("wrong", "centre"), ("gone", "nothing"), ("no_fact", "title")):
        assert results[key].isError and words in results[key].content[0].text, key
