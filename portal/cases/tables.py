"""The list of cases as a table."""

from typing import ClassVar

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.models import Case
from portal.cases.sorting import swedish
from portal.cases.views.page import tone_of


class CaseTable(tables.Table):
    """Costs no query of its own: the rows come from ``for_list``."""

    title = tables.Column(verbose_name=gettext_lazy("Case"), linkify=True)
    kind = tables.Column(verbose_name=gettext_lazy("Kind"), orderable=False)
    reference = tables.Column(verbose_name=gettext_lazy("Diary number"), order_by=("-opened_at", "-pk"))
    state = tables.Column(verbose_name=gettext_lazy("State"), orderable=False)
    unit = tables.Column(verbose_name=gettext_lazy("Unit"), orderable=False)
    holder = tables.Column(verbose_name=gettext_lazy("Handled by"), orderable=False, default="–")
    due_at = tables.Column(verbose_name=gettext_lazy("At the latest"), default="–")

    caption = gettext_lazy("Cases, the latest first unless you choose otherwise")
    row_header = "title"
    empty_text = gettext_lazy("No case matches. Take away a filter, or look in your own cases.")

    class Meta:
        model = Case
        fields = ("title", "kind", "reference", "state", "unit", "holder", "due_at")
        order_by: ClassVar[tuple[str, ...]] = ()

    def render_title(self, record: Case) -> str:
        return str(record)

    def render_kind(self, record: Case) -> str:
        return str(record.kind_info.name)

    def render_state(self, record: Case) -> str:
        return render_to_string("components/state.html", {"label": record.get_state_display(), "tone": tone_of(record)})

    def render_due_at(self, record: Case) -> str:
        day = date_format(localtime(record.due_at), "j F Y")
        return _("%(day)s – the date has passed") % {"day": day} if record.is_late else day

    def order_title(self, cases: "QuerySet[Case]", is_descending: bool) -> tuple["QuerySet[Case]", bool]:
        key = swedish("title")
        return cases.order_by(key.desc() if is_descending else key.asc(), "pk"), True

    def order_due_at(self, cases: "QuerySet[Case]", is_descending: bool) -> tuple["QuerySet[Case]", bool]:
        key = F("due_at")
        return cases.order_by(key.desc(nulls_last=True) if is_descending else key.asc(nulls_last=True), "pk"), True
