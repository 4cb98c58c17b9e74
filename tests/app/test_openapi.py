"""The description of the routes: complete, valid, with examples that the contract's models read."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from citecoder.app.server import create_app
from citecoder.app.settings import Settings
from tests.app.fake_citecoder import SampleParts

TOLD: dict[str, Any] = create_app(SampleParts(Settings())).openapi()
ROUTES = {(method, path): route for path, routes in TOLD["paths"].items() for method, route in routes.items()}
KEYED = {each: route for each, route in ROUTES.items() if each[1] not in {"/healthz", "/readyz"}}


def check(example: Any, schema: dict[str, Any]) -> None:
    jsonschema.validate(example, {**schema, "components": TOLD["components"]})


def test_every_route_of_the_contract_is_described() -> None:
    assert {route["operationId"] for route in ROUTES.values()} == {
        "suggest", "ask", "models", "chat", "decide", "search", "get_passage", "lookup", "units", "health", "ready", "metrics",
    }  # fmt: skip
    assert all(route["summary"] and route["description"] and route["tags"] for route in ROUTES.values())
    assert TOLD["info"]["version"]


@pytest.mark.parametrize("route", KEYED.values(), ids=lambda route: route["operationId"])
def test_a_route_of_the_contract_needs_a_key_and_tells_its_errors(route: dict[str, Any]) -> None:
    assert route["security"][0]["key"]
    assert {"401", "403", "429", "500", "503"} <= set(route["responses"])
    if "requestBody" in route:
        wrong = "400" if "chat" in route["tags"] else "422"
        assert {"408", "413", "415", wrong} <= set(route["responses"])


@pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route["operationId"])
def test_every_error_is_a_problem_or_what_openais_clients_read(route: dict[str, Any]) -> None:
    errors = {status: told for status, told in route["responses"].items() if int(status) >= 400}
    assert errors
    is_chat = "chat" in route["tags"]
    kind, model = ("application/json", "ChatFailure") if is_chat else ("application/problem+json", "Problem")
    for told in errors.values():
        assert list(told["content"]) == [kind]
        assert told["content"][kind]["schema"] == {"$ref": f"#/components/schemas/{model}"}


@pytest.mark.parametrize("route", ROUTES.values(), ids=lambda route: route["operationId"])
def test_every_example_is_what_the_route_takes_and_gives(route: dict[str, Any]) -> None:
    if "requestBody" in route:
        body = route["requestBody"]["content"]["application/json"]
        check(body["example"], body["schema"])
    if route["operationId"] != "metrics":
        [told] = [told for status, told in route["responses"].items() if status.startswith("2")]
        answer = told["content"]["application/json"]
        check(answer["example"], answer["schema"])


def test_the_example_of_a_review_quotes_its_note() -> None:
    route = ROUTES["post", "/v1/suggestions"]
    asked = route["requestBody"]["content"]["application/json"]["example"]
    told = route["responses"]["200"]["content"]["application/json"]["example"]
    note = asked["note"]
    assert told["note_length"] == len(note)
    spans = [span for line in told["suggestions"] for span in line["evidence"]]
    assert spans
    assert all(note[span["start"] : span["end"]] == span["quote"] for span in spans)


def test_the_example_of_an_answer_cites_its_passages() -> None:
    told = ROUTES["post", "/v1/answers"]["responses"]["200"]["content"]["application/json"]["example"]
    assert {cite for each in told["sentences"] for cite in each["citations"]} == {
        p["id"] for p in told["passages"]
    }
    chat = ROUTES["post", "/v1/chat/completions"]["responses"]["200"]["content"]["application/json"][
        "example"
    ]
    message = chat["choices"][0]["message"]
    cites = [each["url_citation"] for each in message["annotations"]]
    marks = [message["content"][cite["start_index"] : cite["end_index"]] for cite in cites]
    assert marks == ["[1]", "[2]"]


def test_routes_that_can_stream_say_so() -> None:
    for path in ("/v1/answers", "/v1/chat/completions"):
        assert "text/event-stream" in ROUTES["post", path]["responses"]["200"]["content"]


def test_the_key_is_a_bearer_token() -> None:
    scheme = TOLD["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
