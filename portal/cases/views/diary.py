"""The diary (diarium): anyone reads it, the registrar keeps it."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from django_filters.views import FilterView

from portal.cases.actions.diary import enter_paper, mark_line
from portal.cases.filters import CleanCharFilter, kind_choices
from portal.cases.forms.diary import MarkForm, PaperForm
from portal.cases.lines import DiaryTable
from portal.cases.models import Case, DiaryEntry
from portal.cases.queries.diary import about, between, diary_for, diary_of, line_of, of_kind
from portal.cases.queries.finding import reference_in
from portal.cases.queries.listing import CappedPaginator
from portal.cases.states import Direction
from portal.cases.views.files import table_file
from portal.cases.views.forms import CaseFormView
from portal.cases.workdays import STOCKHOLM
from portal.organisation.models import Unit
from portal.paper.tables import Column, Kind, Table, Value, format_number

PAGE = 50
MOST_EXPORTED = 50_000
"""Anyone may ask for the file, without an account, and each thousand lines of it costs a tenth of a second."""
SHORTEST_WORD = 3
NAMES = ("date", "number", "direction", "counterpart", "concerns", "case", "kind")


class DiaryFilter(django_filters.FilterSet):
    """Every field may be left empty."""

    q = CleanCharFilter(label=gettext_lazy("Word in the title, or diary number"), method="with_words")
    authority = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Authority"),
        queryset=lambda request: Unit.objects.exclude(prefix="").in_order(),
        method="of_authority",
        empty_label=gettext_lazy("All"),
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=kind_choices, method="in_kind", empty_label=gettext_lazy("All")
    )
    first = django_filters.DateFilter(
        label=gettext_lazy("From"), method="from_day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last = django_filters.DateFilter(
        label=gettext_lazy("To and including"),
        method="to_day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    class Meta:
        model = DiaryEntry
        fields: tuple[str, ...] = ()

    def with_words(self, entries: "QuerySet[DiaryEntry]", name: str, value: str) -> "QuerySet[DiaryEntry]":
        return entries.filter(about(value)) if len(value) >= SHORTEST_WORD else entries

    def of_authority(self, entries: "QuerySet[DiaryEntry]", name: str, value: Unit) -> "QuerySet[DiaryEntry]":
        return entries.filter(case__reference__startswith=f"{value.prefix} ")

    def in_kind(self, entries: "QuerySet[DiaryEntry]", name: str, value: str) -> "QuerySet[DiaryEntry]":
        return entries.filter(of_kind(value))

    def from_day(self, entries: "QuerySet[DiaryEntry]", name: str, value: Any) -> "QuerySet[DiaryEntry]":
        return entries.filter(between(value, None))

    def to_day(self, entries: "QuerySet[DiaryEntry]", name: str, value: Any) -> "QuerySet[DiaryEntry]":
        return entries.filter(between(None, value))

    @property
    def active(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class DiaryPage(FilterView):
    """The diary day by day, with what is secret left out for all but the one who keeps it. Two queries besides sign-in."""

    filterset_class = DiaryFilter
    template_name = "cases/diary.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator
    strict = False

    def get_queryset(self) -> "QuerySet[DiaryEntry]":
        return diary_for(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        query.pop("page", None)
        page = context["page_obj"]
        return {
            **context,
            "table": DiaryTable([line_of(entry) for entry in page], together=True),
            "query": f"{query.urlencode()}&" if query else "",
            "limit": limit_in_words(),
        }


class ExportDiary(DiaryPage):
    """The filtered diary as a file; at most 50 000 lines, written as they are read. One that is cut says so at its end."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        entries = self.get_filterset(self.get_filterset_class()).qs
        texts = (_("Number"), _("Kind of document"), _("From or to"), _("Concerns"), _("Case"), _("Kind"))
        table = Table(_("Diary"), [Column(_("Date"), Kind.DATE), *map(Column, texts)], _rows(entries))
        return table_file(table, self.kwargs["form"], names=NAMES)


class CaseDiaryPage(View):
    """The lines of one case. Anyone may know that a number exists; what it is about follows the same rule as the whole diary."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        reference = reference_in(key)
        lines = [line_of(entry) for entry in diary_of(reference, request.user)] if reference else []
        if not lines:
            raise Http404
        visible = Case.objects.visible_to(request.user).filter(reference=reference).exists()
        return render(
            request,
            "cases/diary_case.html",
            {
                "reference": reference,
                "table": DiaryTable(lines, keeps=lines[0].full),
                "first": lines[0],
                "visible": visible,
            },
        )


class DiaryFormView(CaseFormView):
    """What only the registrar does, on a case that they see."""

    def allowed(self) -> bool:
        return self.part.registrar and self.case.opened_at is not None

    def where_next(self) -> str:
        return reverse("diary:case", args=[self.case.key])


class PaperPage(DiaryFormView):
    title = gettext_lazy("Enter a letter or a call")
    button = gettext_lazy("Enter in the diary")
    done = gettext_lazy("The line is entered.")

    def make_form(self, data: Any = None, files: Any = None) -> PaperForm:
        return PaperForm(data)

    def carry_out(self, form: PaperForm) -> None:
        fields = dict(form.cleaned_data)
        at = datetime.combine(fields.pop("on"), time(12), STOCKHOLM)
        direction = Direction(fields.pop("direction"))
        enter_paper(case=self.case, at=min(at, timezone.now()), direction=direction, person=self.person, **fields)


class MarkPage(DiaryFormView):
    title = gettext_lazy("Secrecy mark on a diary line")
    button = gettext_lazy("Save")
    done = gettext_lazy("The mark is changed.")
    help = gettext_lazy(
        "From or to whom, and what it concerns, are left out of the public diary while the mark is there."
    )

    @cached_property
    def entry(self) -> DiaryEntry:
        return get_object_or_404(DiaryEntry, case_id=self.case.pk, line=self.kwargs["line"])

    def make_form(self, data: Any = None, files: Any = None) -> MarkForm:
        return MarkForm(data, initial={"provision": self.entry.provision})

    def carry_out(self, form: MarkForm) -> None:
        mark_line(
            entry=self.entry,
            provision=form.cleaned_data["provision"],
            reason=form.cleaned_data["reason"],
            person=self.person,
        )


def limit_in_words() -> str:
    return _("A file holds at most the %(most)s latest lines. Choose days to get earlier ones.") % {
        "most": format_number(MOST_EXPORTED)
    }


def _rows(entries: "QuerySet[DiaryEntry]") -> Iterator[list[Value]]:
    for written, entry in enumerate(entries[: MOST_EXPORTED + 1].iterator(chunk_size=1000)):
        if written == MOST_EXPORTED:
            yield [None, "", "", "", limit_in_words(), "", ""]
            return
        line = line_of(entry)
        yield [
            timezone.localdate(line.at),
            line.number,
            line.direction,
            line.counterpart,
            line.concerns,
            line.title,
            str(line.kind),
        ]
