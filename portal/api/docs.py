"""The API's documentation as a page of the portal, made from its own OpenAPI description: no foreign script, no inline style."""

from collections.abc import Iterator
from typing import Any

from django.views.generic import TemplateView

from portal.api.views import api


class DocsPage(TemplateView):
    template_name = "api/docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        schema = api.get_openapi_schema(path_prefix="/api/v1/")
        return super().get_context_data(info=schema["info"], operations=list(_operations(schema)), **kwargs)


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "parameters": [_parameter(given) for given in operation.get("parameters", [])],
                "body": _shape(schema, operation.get("requestBody", {})),
                "answers": [(code, _shape(schema, answer)) for code, answer in operation["responses"].items()],
            }


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    kind = given["schema"].get("type", "string")
    return {"name": given["name"], "place": given["in"], "kind": kind, "text": given["schema"].get("description", "")}


def _shape(schema: dict[str, Any], part: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and types of the fields of a body, one level deep."""
    contents: list[dict[str, Any]] = list(part.get("content", {}).values())
    wanted = contents[0].get("schema", {}) if contents else {}
    wanted = wanted.get("items", wanted)
    name = wanted.get("$ref", "").rpartition("/")[2]
    fields = schema["components"]["schemas"].get(name, {}).get("properties", {})
    return [(field, _type(told)) for field, told in fields.items()]


def _type(told: dict[str, Any]) -> str:
    if "anyOf" in told:
        return " | ".join(_type(one) for one in told["anyOf"])
    if told.get("type") == "array":
        return f"list of {_type(told.get('items', {}))}"
    return str(told.get("format") or told.get("type") or told.get("$ref", "").rpartition("/")[2] or "any")
