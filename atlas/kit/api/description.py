"""Completes the OpenAPI description: what every operation shares is said once, in our words."""

import json
import re
from collections import Counter

from atlas.kit.api.endpoints import ENDPOINTS, EXAMPLES
from atlas.kit.api.serializers import REFERENCE
from atlas.kit.api.wording import FIELDS, HEADERS

WHOLE = ("Column", "Edge", "Error", "Graph", "Insight", "LeftOut", "Node", "Paginated", "Problem")
TEXT = ("string", ["string", "null"])
REFERENCE_HELP = (
    "The slug of a record (key of a link, code of a country), or the record as its own list gives "
    "it where `expand` names it; where `fields` names parts of it, those alone."
)


def finish(result: dict, generator, request, public: bool) -> dict:
    """Hook of drf-spectacular: tags, shared parameters, headers, words and examples of fields."""
    operations = [operation for path in result["paths"].values() for operation in path.values()]
    result["servers"] = [{"url": "/", "description": "This site"}]
    result["tags"] = tags(operations)
    result["security"] = []  # reading is open; an operation that is not says so itself
    for operation in operations:
        if operation.get("security") == [{}]:
            del operation["security"]
    for path, methods in result["paths"].items():
        for operation in methods.values():
            explain_path(path, operation)
            tell_headers(operation)
    result["components"]["headers"] = {
        name: {"description": words, "schema": {"type": "string"}, "example": example}
        for name, (words, example) in HEADERS.items()
    }
    result["components"]["parameters"] = share_parameters(operations)
    for name, schema in result["components"]["schemas"].items():
        if {"$ref": "#/components/schemas/Past"} in schema.get("oneOf", ()):
            schema["allOf"] = schema.pop("oneOf")  # one type for clients; no part is required
        explain_fields(name, schema)
        if not name.startswith(WHOLE):
            schema.pop("required", None)  # `fields` may leave any part of a record out
    add_references(result["components"]["schemas"])
    return result


def add_references(schemas: dict) -> None:
    """What stands for another record: a name or the record, a schema for each noun referred to."""
    for name in sorted(set(re.findall(rf"/(\w+){REFERENCE}\b", json.dumps(schemas)))):
        record = {"$ref": f"#/components/schemas/{name}"}
        both = [{"type": "string"}, *([record] if name in schemas else [])]
        schemas[f"{name}{REFERENCE}"] = {"description": REFERENCE_HELP, "oneOf": both}


def tags(operations: list[dict]) -> list[dict]:
    used = dict.fromkeys(tag for operation in operations for tag in operation["tags"])
    words = ENDPOINTS | {"insights": "The numbers behind each picture, as data."}
    return [{"name": tag, "description": words[tag]} for tag in sorted(used)]


def explain_path(path: str, operation: dict) -> None:
    noun = path.removeprefix("/api/v1/").split("/")[0]
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            words = f"The `{parameter['name']}` of the record, as lists of {noun} give it."
            parameter["description"] = parameter.get("description") or words
            if parameter["name"] in ("slug", "key", "iso2"):
                parameter["example"] = EXAMPLES[noun]
            elif noun == "proposals":
                parameter["description"] = "The number of the proposal."
                parameter["schema"] = {"type": "integer", "minimum": 1}
                parameter["example"] = 1


def tell_headers(operation: dict) -> None:
    for code, response in operation["responses"].items():
        last = () if operation.get("security") else ("Last-Modified",)
        names = {"200": ("ETag", *last, "Link"), "304": ("ETag",), "308": ("Location",)}
        names |= {"201": ("ETag", "Location"), "202": ("ETag", "Location"), "412": ("ETag",)}
        told = [*names.get(code, ()), *(["Retry-After"] if code == "429" else [])]
        told += ["RateLimit", "RateLimit-Policy"] if code not in ("304", "308", "414") else []
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in told}


def share_parameters(operations: list[dict]) -> dict[str, dict]:
    """Parameters that several operations take alike, by name; these refer to them."""
    times = Counter(
        json.dumps(parameter, sort_keys=True)
        for operation in operations
        for parameter in operation.get("parameters", [])
    )
    shared, names = {}, {}
    for operation in operations:
        for index, parameter in enumerate(operation.get("parameters", [])):
            text = json.dumps(parameter, sort_keys=True)
            if times[text] > 1:
                name = names.get(text) or free_name(parameter["name"], shared)
                names[text], shared[name] = name, parameter
                operation["parameters"][index] = {"$ref": f"#/components/parameters/{name}"}
    return shared


def free_name(name: str, taken) -> str:
    alike = [name, *(f"{name}-{n}" for n in range(2, 100))]
    return next(each for each in alike if each not in taken)


def explain_fields(name: str, schema: dict) -> None:
    for field, property_ in schema.get("properties", {}).items():
        own = "PaginatedList" if name.startswith("Paginated") else name.removesuffix("Detail")
        words, *example = FIELDS.get(f"{own}.{field}") or FIELDS.get(field) or (None,)
        if words is None and field.endswith("_label"):
            words = f"`{field.removesuffix('_label')}` in words."
        if words:
            property_.setdefault("description", words)
        if example and property_.get("type") in TEXT and "enum" not in property_:
            property_.setdefault("examples", example)
