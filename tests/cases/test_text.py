import unicodedata
from typing import Any

import pytest
from django import forms
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.text import TEXT_LENGTH, CleanCharField, CleanTextField, clean_formfield, clean_line, clean_text
from tests.cases import hostile

pytestmark = pytest.mark.trust(11)


class SampleForm(forms.Form):
    title = CleanCharField()
    need = CleanTextField(required=False)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Hej \r\n\r\ndär\r", "Hej \n\ndär"),
        ("rad\u2028rad\u2029rad\x0brad\x85rad", "rad\nrad\nrad\nrad\nrad"),
        (f"invoice{hostile.RTL_OVERRIDE}fdp.exe", "invoicefdp.exe"),
        ("\u2066a\u2069 \u200fb\u061c", "a b"),
        ("sjuk\u00advård\u200b\ufeff", "sjukvård"),
        ("bell\x07 escape\x1b[31m", "bell escape[31m"),
        ("A\u030a", "Å"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("👩\u200d⚕️ می\u200cخواهم", "👩\u200d⚕️ می\u200cخواهم"),
        ("a\tb", "a\tb"),
    ],
)
def test_text_loses_what_no_reader_sees_and_nothing_else(written: str, kept: str) -> None:
    assert clean_text(written) == kept


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_clean_text_can_be_stored_and_is_clean(written: str) -> None:
    kept = clean_text(written)
    kept.encode()
    assert clean_text(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert not [c for c in kept if unicodedata.category(c) == "Cc" and c not in "\0\t\n"]
    assert not [c for c in kept if unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI"}]


@given(st.text())
def test_a_line_is_one_line(written: str) -> None:
    kept = clean_line(written)
    assert "\n" not in kept
    assert "  " not in kept
    assert clean_line(kept) == kept


@pytest.mark.parametrize("field", ["title", "need"])
def test_a_text_too_long_is_refused_with_both_numbers(field: str) -> None:
    form = SampleForm({"title": "x", field: hostile.LONG_TEXT})
    assert set(form.errors) == {field}
    (sentence,) = form.errors[field]
    assert str(len(hostile.LONG_TEXT.strip())) in sentence
    assert str(form.fields[field].max_length) in sentence  # type: ignore[attr-defined]  # every field here has one


@pytest.mark.parametrize("field", ["title", "need"])
def test_a_nul_is_refused_with_a_sentence(field: str) -> None:
    form = SampleForm({"title": "x", field: hostile.NUL_TEXT})
    assert "NUL" in form.errors[field][0]


def test_a_required_text_of_invisible_characters_only_is_missing() -> None:
    form = SampleForm({"title": "\u200b \u2066\u2069\x07"})
    assert form.has_error("title", code="required")


@pytest.mark.parametrize("script", hostile.SCRIPTS)
def test_a_script_is_kept_as_written_and_escaped_when_shown(script: str) -> None:
    form = SampleForm({"title": script, "need": script})
    assert form.is_valid()
    assert form.cleaned_data == {"title": script, "need": script}
    page = form.as_p()
    assert "<script" not in page
    assert "<img" not in page


def test_a_text_at_the_limit_passes() -> None:
    assert SampleForm({"title": "x", "need": "å" * TEXT_LENGTH}).is_valid()


def test_browsers_are_not_told_to_cut_what_is_pasted() -> None:
    assert "maxlength" not in SampleForm().as_p()


def test_the_text_columns_of_a_model_form_get_the_clean_fields() -> None:
    fields: dict[str, tuple[models.Field[Any, Any], type[forms.Field]]] = {
        "text": (models.TextField(), CleanTextField),
        "line": (models.CharField(max_length=50), CleanCharField),
        "choice": (models.CharField(max_length=5, choices=[("a", "A")]), forms.TypedChoiceField),
        "mail": (models.EmailField(), forms.EmailField),
    }
    made = {name: clean_formfield(column) for name, (column, _) in fields.items()}
    assert {name: type(field) for name, field in made.items()} == {name: kind for name, (_, kind) in fields.items()}
    assert isinstance(made["line"], CleanCharField)
    assert made["line"].max_length == 50
