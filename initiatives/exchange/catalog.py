"""The catalogue of our data as DCAT-AP 3.0.1 asks for it, as JSON-LD and as Turtle.

Both are written from the same nodes; names are shortened by the same prefixes, which stand in
the file, so that nobody has to fetch a context.
"""

import json
from collections.abc import Iterator

from django.conf import settings

from initiatives.exchange.formats import FORMATS
from initiatives.exchange.jsonld import CONTEXT, LICENCE
from initiatives.exchange.selection import RECORDS, AsOf

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/ENG"
THEME = "http://publications.europa.eu/resource/authority/data-theme/INTR"
KEYWORDS = ("cyber capacity building", "cybersecurity", "cybercrime", "regional cooperation")
HOLDS = {
    "initiatives": "Programmes, centres, dialogues, projects, exercises, funds and alliances, each"
    " with its links and the sources of every fact.",
    "actors": "Governments, organisations and companies that act in the initiatives, with the"
    " members of groups.",
    "sources": "Pages, reports and data sets that the facts rest on.",
    "publishers": "Who published the sources, and how reliable each is judged to be.",
    "countries": "Countries and territories with their codes and regions.",
    "themes": "What initiatives are about, with codes of others beside ours.",
}
WHOLE = "Regional cyber-capacity initiatives, the actors behind them and the money between them."


def write_jsonld(site: str, as_of: AsOf) -> bytes:
    graph = {"@context": PREFIXES, "@graph": list(nodes(site, as_of))}
    return (json.dumps(graph, ensure_ascii=False, indent=1) + "\n").encode()


def write_turtle(site: str, as_of: AsOf) -> bytes:
    lines = [f"@prefix {name}: <{address}> .\n" for name, address in PREFIXES.items()]
    return "".join([*lines, *map(_turtle, nodes(site, as_of))]).encode()


def data_set(site: str, as_of: AsOf) -> dict:
    """The whole data set in the words of schema.org, with each download, for the page on method."""
    files = [
        (f"{label} ({noun})", address, media_type)
        for noun in ("atlas", *RECORDS)
        for _name, label, address, media_type in _addresses(site, noun)
    ]
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": f"{site}/data/#atlas",
                "@type": "Dataset",
                "name": settings.SPECTACULAR_SETTINGS["TITLE"],
                "description": WHOLE,
                "url": f"{site}/",
                "license": LICENCE,
                "inLanguage": "en",
                "keywords": list(KEYWORDS),
                "version": str(as_of.version),
                "dateModified": as_of.changed_at.isoformat(),
                "distribution": [
                    {
                        "@type": "DataDownload",
                        "name": name,
                        "contentUrl": address,
                        "encodingFormat": media_type,
                    }
                    for name, address, media_type in files
                ],
            }
        ],
    }


def _addresses(site: str, noun: str) -> Iterator[tuple[str, str, str, str]]:
    """(name, label, address, media type) of each file of a data set."""
    if noun == "atlas":
        yield "datapackage", "Data package", f"{site}/data/atlas.zip", "application/zip"
        return
    for format_ in FORMATS.values():
        if noun in format_.nouns:
            address = f"{site}/api/v1/{noun}/?format={format_.name}"
            yield format_.name, format_.label, address, format_.media_type


# ------------------------------------------------------------------ nodes


def nodes(site: str, as_of: AsOf) -> Iterator[dict]:
    """The catalogue, its data sets with their distributions, the API, and what they refer to."""
    name = settings.SPECTACULAR_SETTINGS["TITLE"]
    catalogue, api = f"{site}/data/#catalogue", f"{site}/data/#api"
    sets = ["atlas", *RECORDS]
    shared = {
        "dct:publisher": _ref(f"{site}/#publisher"),
        "dct:license": _ref(LICENCE),
        "dct:language": _ref(LANGUAGE),
        "dct:modified": _time(as_of),
    }
    yield {
        "@id": catalogue,
        "@type": "dcat:Catalog",
        "dct:title": _text(name),
        "dct:description": _text(f"The data of the {name}. {WHOLE}"),
        "foaf:homepage": _ref(f"{site}/"),
        "dcat:dataset": [_ref(f"{site}/data/#{one}") for one in sets],
        "dcat:service": _ref(api),
        **shared,
    }
    for one in sets:
        yield from _dataset(site, one, name, shared, as_of)
    yield _service(site, api, name, sets, shared)
    yield from _referred(site, name)


def _dataset(site: str, noun: str, name: str, shared: dict, as_of: AsOf) -> Iterator[dict]:
    files = list(_files(site, noun))
    title = name if noun == "atlas" else f"{name}: {noun}"
    page = f"{site}/" if noun in ("atlas", "publishers", "themes") else f"{site}/{noun}/"
    yield {
        "@id": f"{site}/data/#{noun}",
        "@type": "dcat:Dataset",
        "dct:title": _text(title),
        "dct:description": _text(HOLDS.get(noun, WHOLE)),
        "dcat:keyword": [_text(word) for word in KEYWORDS],
        "dcat:theme": _ref(THEME),
        "dcat:landingPage": _ref(page),
        "dcat:version": str(as_of.version),
        "dcat:distribution": [_ref(node["@id"]) for node in files],
        **{key: value for key, value in shared.items() if key != "dct:license"},
    }
    for node in files:
        yield {**node, "dct:license": shared["dct:license"], "dct:modified": _time(as_of)}


def _files(site: str, noun: str) -> Iterator[dict]:
    for name, label, address, media_type in _addresses(site, noun):
        yield {
            "@id": f"{site}/data/#{noun}-{name}",
            "@type": "dcat:Distribution",
            "dct:title": _text(f"{label} ({noun})"),
            "dcat:accessURL": _ref(address),
            "dcat:downloadURL": _ref(address),
            "dcat:mediaType": _ref(f"{MEDIA_TYPES}{media_type}"),
        }


def _service(site: str, api: str, name: str, sets: list[str], shared: dict) -> dict:
    return {
        "@id": api,
        "@type": "dcat:DataService",
        "dct:title": _text(f"API of the {name}"),
        "dct:description": _text("A read-only REST API, described in OpenAPI 3.1."),
        "dcat:endpointURL": _ref(f"{site}/api/v1/"),
        "dcat:endpointDescription": _ref(f"{site}/api/v1/schema/"),
        "dcat:landingPage": _ref(f"{site}/api/docs/"),
        "dcat:servesDataset": [_ref(f"{site}/data/#{one}") for one in sets],
        "dct:publisher": shared["dct:publisher"],
        "dct:license": shared["dct:license"],
    }


def _referred(site: str, name: str) -> Iterator[dict]:
    """The type of everything that is referred to, as the shapes ask for it."""
    yield {"@id": f"{site}/#publisher", "@type": "foaf:Agent", "foaf:name": name}
    yield {"@id": LICENCE, "@type": "dct:LicenseDocument"}
    yield {"@id": LANGUAGE, "@type": "dct:LinguisticSystem"}
    yield {"@id": THEME, "@type": "skos:Concept", "skos:prefLabel": _text("International issues")}
    pages = ["", "api/docs/", *(f"{noun}/" for noun in RECORDS)]
    for page in pages:
        yield {"@id": f"{site}/{page}", "@type": "foaf:Document"}
    for media in sorted({"application/zip", *(f.media_type for f in FORMATS.values())}):
        yield {"@id": f"{MEDIA_TYPES}{media}", "@type": "dct:MediaType"}


def _ref(address: str) -> dict:
    return {"@id": address}


def _text(words: str) -> dict:
    return {"@value": words, "@language": "en"}


def _time(as_of: AsOf) -> dict:
    return {"@value": as_of.changed_at.isoformat(), "@type": "xsd:dateTime"}


# ------------------------------------------------------------------ Turtle


def _turtle(node: dict) -> str:
    said = [f"a {node['@type']}"]
    for name, values in node.items():
        if not name.startswith("@"):
            listed = values if isinstance(values, list) else [values]
            said.append(f"{name} {', '.join(map(_term, listed))}")
    body = " ;\n    ".join(said)
    return f"\n<{node['@id']}> {body} .\n"


def _term(value: dict | str) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if "@id" in value:
        return f"<{value['@id']}>"
    words = json.dumps(value["@value"], ensure_ascii=False)
    if "@language" in value:
        return f"{words}@{value['@language']}"
    return f"{words}^^{value['@type']}"
