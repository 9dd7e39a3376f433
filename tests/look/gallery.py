"""Sample data for every component, so that each can be seen and checked without a case behind it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

CHART = (
    "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%20640%20200'%3E%3Cg%20fill='%231a5a96'%3E"
    "%3Crect%20x='40'%20y='60'%20width='120'%20height='120'/%3E%3Crect%20x='220'%20y='20'%20width='120'%20height='160'/%3E"
    "%3Crect%20x='400'%20y='140'%20width='120'%20height='40'/%3E%3C/g%3E%3C/svg%3E"
)


class SampleForm(forms.Form):
    title = forms.CharField(label="Rubrik", max_length=120, help_text="Kort, så att en kollega förstår.")
    need = forms.CharField(label="Vilket behov finns?", widget=forms.Textarea, max_length=4000, required=False)
    kind = forms.ChoiceField(
        label="Vad är det?",
        choices=[("service", "Tjänst"), ("process", "Process")],
        widget=forms.RadioSelect,
        help_text="Välj en.",
    )
    who = forms.MultipleChoiceField(
        label="Vem har nytta?",
        choices=[("resident", "Invånare"), ("patient", "Patient"), ("traveller", "Resenär")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    unit = forms.ChoiceField(label="Enhet", choices=[("", "Välj"), ("k", "Karolinska")], required=False)
    email = forms.EmailField(label="E-post", widget=forms.EmailInput(attrs={"autocomplete": "email"}), required=False)
    day = forms.DateField(label="Klart senast", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    file = forms.FileField(label="Bilaga", required=False)
    agree = forms.BooleanField(label="Jag har läst vad som blir allmän handling", required=False)


class FilterForm(forms.Form):
    q = forms.CharField(label="Sök", required=False)
    state = forms.ChoiceField(label="Läge", choices=[("", "Alla"), ("open", "Öppna")], required=False)


class CaseTable(tables.Table):
    caption = "3 ärenden"
    row_header = "title"

    title = tables.Column(verbose_name="Rubrik")
    reference = tables.Column(verbose_name="Nummer")
    state = tables.Column(verbose_name="Läge", orderable=False)

    class Meta:
        template_name = "django_tables2/portal.html"
        order_by: ClassVar[tuple[str, ...]] = ("title",)

    def lines(self) -> Iterator[SafeString]:
        cells = '<th scope="row" data-label="Rubrik">{title}</th><td data-label="Nummer">{reference}</td><td data-label="Läge">{state}</td>'
        return (format_html(cells, **row.record) for row in self.paginated_rows)


WHEN = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SAMPLES: dict[str, Any] = {
    "case": {
        "title": "Hjärtstartare med drönare till platsen före ambulansen",
        "lead": "En drönare flyger ut en hjärtstartare medan ambulansen är på väg.",
        "due": WHEN,
    },
    "crumbs": [{"label": "Start", "url": "/"}, {"label": "Idéer", "url": "/ideer/"}],
    "trail": [
        {"label": "Skriv", "status": "done"},
        {"label": "Bedöma", "status": "current"},
        {"label": "Pröva", "status": "todo"},
        {"label": "Införa", "status": "todo"},
        {"label": "Varaktig nytta", "status": "todo"},
    ],
    "moves": [
        {
            "name": "accept",
            "label": "Gå vidare med idén",
            "url": "/",
            "open": True,
            "reasons": [],
            "style": "primary",
        },
        {"name": "send_back", "label": "Be om komplettering", "url": "/", "open": True, "reasons": [], "style": ""},
        {
            "name": "decline",
            "label": "Avsluta utan att gå vidare",
            "url": "/",
            "open": False,
            "reasons": ["Två bedömare ska ha svarat. En har svarat."],
            "style": "danger",
        },
    ],
    "missing": [
        {"text": "Berätta vilket behov idén möter", "url": "#id_need"},
        {"text": "Välj vem som har nytta", "url": "#id_who"},
    ],
    "timeline": [
        {
            "when": WHEN,
            "who": "Innovationsledare",
            "what": "Skickade till bedömning",
            "text": "",
            "internal": False,
        },
        {
            "when": WHEN,
            "who": "Kollega",
            "what": "Skrev en anteckning",
            "text": "Fråga juristen\nom flygtillstånd.",
            "internal": True,
        },
    ],
    "files": [
        {
            "name": "skiss.pdf",
            "url": "/",
            "size": 48_213,
            "kind": "PDF",
            "when": WHEN,
            "who": "Medarbetare",
            "note": "",
        },
        {
            "name": "avtal.pdf",
            "url": "",
            "size": 9_213,
            "kind": "PDF",
            "when": WHEN,
            "who": "",
            "note": "Sekretess: OSL 31:16",
        },
    ],
    "data": [
        {"label": "Behov", "value": "Hjälp före ambulansen.\nVarje minut räknas."},
        {"label": "Ursprung", "value": ""},
    ],
    "conflicts": [{"name": "need", "label": "Behov", "mine": "Varje minut räknas.", "theirs": "Minuter avgör."}],
    "columns": ["Månad", "Idéer"],
    "rows": [["Januari", 9], ["Mars", 14], ["Juli", 2]],
    "chart": CHART,
    "doors": [
        {"label": "Jag har en idé", "help": "För dig som arbetar i Region Stockholm."},
        {"label": "Jag vill föreslå något", "help": "För dig som är invånare, patient eller resenär."},
    ],
    "tones": ["neutral", "info", "success", "warning", "danger"],
}


def gallery(request: HttpRequest) -> HttpResponse:
    """All components on one page; ``?fel`` shows the form with its errors."""
    table = CaseTable(
        [
            {"title": "Hjärtstartare med drönare", "reference": "AIS 2026-0007", "state": "Prövas"},
            {"title": "Kallelse på lättläst svenska", "reference": "HSN 2026-0131", "state": "Bedöms"},
            {"title": "Tyst vagnshall om natten", "reference": "TN 2026-0019", "state": "Införd"},
        ]
    )
    table.paginate(page=2, per_page=1)
    context = {
        **SAMPLES,
        "filters": FilterForm(request.GET),
        "form": SampleForm({"title": "", "version": "3"}) if "fel" in request.GET else SampleForm(),
        "table_html": table.as_html(request),
    }
    return render(request, "look/gallery.html", context)
