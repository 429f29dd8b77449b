"""Every operation of the description with generated requests: no fault of ours, no broken promise.

``API_EXAMPLES`` says how many requests an operation gets (CI: 50; 200 take four minutes more); the
seed is fixed.
"""

import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import clone, drop_database, url_for
from tests.serving import serving, token_in

pytestmark = [
    pytest.mark.xdist_group("http"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

EXAMPLES = int(os.environ.get("API_EXAMPLES") or 4)
DESCRIPTION = schemathesis.openapi.from_path(Path(__file__).with_name("openapi.yaml"))
OPERATIONS = {found.ok().label: found.ok() for found in DESCRIPTION.get_all_operations()}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WHO: dict[str, dict[str, str]] = {"reader": {}}  # headers; a writer's token joins once it is made
BY_TOKEN = {label for label, found in OPERATIONS.items() if found.definition.raw.get("security")}


@pytest.fixture(scope="module")
def url(template_database, tmp_path_factory):
    name = clone(template_database)
    folder = tmp_path_factory.mktemp("attacked")
    try:
        # a writer who may do everything, and means whatever the record says now
        WHO["writer"] = {"Authorization": f"Token {token_in(name)}", "If-Match": "*"}
        more = {"ATLAS_DATA": str(folder), "ATLAS_WRITES_A_MINUTE": "0", "ATLAS_APPROVE_OWN": "1"}
        with serving(url_for(name), folder / "log", **more) as address:
            yield address
    finally:
        drop_database(name)


def requests_of(operation):
    """Requests as described, broken ones, and both for a record that exists."""
    real = {
        parameter.name: parameter.definition["example"] for parameter in operation.path_parameters
    }
    known = {"path_parameters": real} if real else {}
    return st.one_of(
        operation.as_strategy(generation_mode=mode, **more)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for more in ([{}, known] if known else [{}])
    )


@pytest.mark.parametrize(
    "label, who",
    [(label, "writer" if label in BY_TOKEN else "reader") for label in OPERATIONS],
)
def test_no_server_error_and_no_answer_that_is_not_described(url, label, who):
    operation = OPERATIONS[label]

    @seed(20261122)
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_of(operation))
    def attack(case):
        answer = case.call(base_url=url, headers=WHO[who], timeout=30)
        case.validate_response(answer, checks=CHECKS)

    attack()
