"""Reading a report: the whole Region, one of its parts, and each figure opened into its cases."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.generic import View

from followup.models import Drawing, FrozenIndicator, Part, Report
from followup.queries import Snapshot, cases_behind, differences, makes_reports, reports_open_to
from followup.rules import handed_out
from followup.tables import MOST_DIFFERENCES, told
from followup.views.base import OfReport, ReportTemplate, address_of, crumbs_to
from followup.wording import about_dots, opening, shown
from portal.accounts.models import User
from portal.cases.moving import chances
from portal.cases.uploads import attachment_headers
from portal.paper.tables import HIDDEN

PAGE = 50
YEAR = 365 * 24 * 60 * 60  # seconds


class YearPage(View):
    """A year leads to its latest version that the person may read."""

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        report = reports_open_to(request.user).filter(year=year).order_by("-edition").first()
        if report is None:
            raise Http404
        return redirect(address_of(report))


class ReportPage(ReportTemplate):
    """The figures of the whole Region, what differs from the version before, and the way to each part; of a draft, how far it is."""

    frozen = False

    def get_template_names(self) -> list[str]:
        return ["followup/draft.html" if self.report.is_draft else "followup/report.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.draft() if self.report.is_draft else self.whole()
        return super().get_context_data(**found, **kwargs)

    def draft(self) -> dict[str, Any]:
        return {"making": getattr(self.report, "making", None), "makes": makes_reports(self.request.user)}

    def whole(self) -> dict[str, Any]:
        report, snapshot = self.report, self.snapshot
        different = [told(difference) for difference in differences(snapshot)]
        later = self.later()
        return {
            "opening": opening(snapshot, snapshot.region),
            **groups_of(snapshot, snapshot.region),
            "examples": snapshot.examples(snapshot.region),
            "parts": [(part, address_of(report, "part", part.unit_id)) for part in snapshot.parts[1:]],
            "differences": different[:MOST_DIFFERENCES],
            "more_differences": max(len(different) - MOST_DIFFERENCES, 0),
            "moves": list(buttons(report, self.request.user)),
            "later": later,
            "renewal": "" if later else self.renewal(),
        }

    def renewal(self) -> str:
        """For controllers: why a new version is due, as it is printed there; empty if this one names no case that has been closed since."""
        pdf = self.report.pdf
        if pdf is None or not makes_reports(self.request.user) or handed_out(pdf, AnonymousUser()):
            return ""
        with override("sv"):  # the language of the report on paper
            return _("A case that was named in the report is no longer open to everyone.")

    def later(self) -> str:
        """The address of the latest version, if the person may read one after this."""
        report = self.report
        later = reports_open_to(self.request.user).filter(
            year=report.year, edition__gt=report.edition, opened_at__isnull=False
        )
        latest = later.order_by("-edition").first()
        return address_of(latest) if latest else ""


def buttons(report: Report, person: Any) -> Iterator[dict[str, Any]]:
    """The moves shown to the person, for the component ``moves``; none to the public."""
    for chance in chances(report, person) if isinstance(person, User) else ():
        yield {
            "name": chance.move.name,
            "label": chance.move.label,
            "url": reverse("cases:move", args=[report.key, chance.move.name]),
            "open": bool(chance.verdict),
            "reasons": [str(reason) for reason in chance.verdict.reasons],
            "style": "" if chance.move.style == "plain" else chance.move.style,
        }


def groups_of(snapshot: Snapshot, part: Part) -> dict[str, Any]:
    """A part's figures under their headings, each with the way to its cases; and what dots mean, if there are any."""
    groups = {
        heading: [figure_of(snapshot, indicator, part) for indicator in indicators]
        for heading, indicators in snapshot.groups.items()
    }
    return {"groups": groups, "dots": dots_in(chain.from_iterable(groups.values()))}


def dots_in(figures: Iterable[dict[str, Any]]) -> str:
    """What dots mean, if one of the figures has them."""
    return about_dots() if any(HIDDEN in (figure["value"], figure["previous"]) for figure in figures) else ""


def figure_of(snapshot: Snapshot, indicator: FrozenIndicator, part: Part) -> dict[str, Any]:
    figure = snapshot.figure(indicator, part)
    page = address_of(snapshot.report, "figure", indicator.key)
    return {
        "name": indicator.said["name"],
        "help": indicator.said["help"],
        "url": f"{page}?enhet={part.unit_id}" if part.unit_id else page,
        "value": shown(indicator, figure.value),
        "previous": shown(indicator, figure.previous),
        "count": figure.count,
        "digest": figure.digest,
    }


class PartPage(ReportTemplate):
    """The figures of one nämnd, bolag or other part."""

    template_name = "followup/part.html"

    def crumbs(self) -> list[dict[str, str]]:
        return crumbs_to(self.report)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part = part_of(self.snapshot, str(self.kwargs["unit"]))
        return super().get_context_data(
            part=part,
            opening=opening(self.snapshot, part),
            **groups_of(self.snapshot, part),
            examples=self.snapshot.examples(part),
            **kwargs,
        )


def part_of(snapshot: Snapshot, unit: str) -> Part:
    """The part of the unit with that id; Http404 if the report has none."""
    for part in snapshot.parts[1:]:
        if str(part.unit_id) == unit:
            return part
    raise Http404


class OfIndicator(OfReport):
    @cached_property
    def indicator(self) -> FrozenIndicator:
        return get_object_or_404(FrozenIndicator, report=self.report, key=self.kwargs["key"])


class FigurePage(OfIndicator, ReportTemplate):
    """A figure with its chart, for every part, and the cases behind it that the reader may see."""

    template_name = "followup/figure.html"

    def crumbs(self) -> list[dict[str, str]]:
        return crumbs_to(self.report)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        snapshot, indicator = self.snapshot, self.indicator
        unit = self.request.GET.get("enhet")
        part = part_of(snapshot, unit) if unit else snapshot.region
        figures = {part: figure_of(snapshot, indicator, part) for part in snapshot.parts}
        return super().get_context_data(
            indicator=indicator,
            part=part,
            figure=figures[part],
            lines=list(figures.items())[1:],
            dots=dots_in(figures.values()),
            drawing=Drawing.objects.filter(indicator=indicator, language=get_language()).defer("svg").first(),
            **self.cases(part),
            **kwargs,
        )

    def cases(self, part: Part) -> dict[str, Any]:
        """A page of the cases, newest first; those before the one that the last page ended with."""
        last = self.request.GET.get("fore", "")
        before = int(last) if last.isdecimal() else None
        page = cases_behind(self.indicator, part, self.request.user, before=before, most=PAGE + 1)
        return {"behind": page[:PAGE], "more": page[PAGE - 1].pk if len(page) > PAGE else None}


class FigureChart(OfIndicator):
    """The chart of a figure, drawn when the report was made. It never changes, but only a published one is kept by the browser."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        drawing = get_object_or_404(Drawing, indicator=self.indicator, language=self.kwargs["language"])
        response = HttpResponse(drawing.svg, content_type="image/svg+xml")
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        if self.report.published_at:
            patch_cache_control(response, private=True, max_age=YEAR, immutable=True)
        else:
            patch_cache_control(response, private=True, no_store=True)
        return response


class ReportFile(OfReport):
    """The report as PDF or as a workbook."""

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse | HttpResponse:
        document = {"pdf": self.report.pdf, "xlsx": self.report.xlsx}.get(self.kwargs["extension"])
        if document is None:
            raise Http404
        if not (verdict := handed_out(document, request.user)):
            page = {"report": self.report, "crumbs": crumbs_to(self.report), "reasons": verdict.reasons}
            return render(request, "followup/held_back.html", page, status=403)
        response = FileResponse(document.file.open("rb"))
        for header, value in attachment_headers(document.name, document.content_type).items():
            response[header] = value
        return response
