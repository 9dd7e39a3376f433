"""What stands in addresses: a case's key, and the form of a file."""

from django.urls import register_converter

from portal.cases.queries.finding import REFERENCE, reference_in


class KeyConverter:
    """The diary number, however it is written, or the id of a draft: ``HSN-2026-0042``, ``hsn 2026/42``, ``17``."""

    regex = rf"(?:{REFERENCE}|\d{{1,18}})"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        text = str(value)
        return (reference_in(text) or text).replace(" ", "-")


class FileFormConverter:
    """How a list is wanted as a file."""

    regex = "xlsx|csv|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyConverter, "key")
register_converter(FileFormConverter, "file_form")
