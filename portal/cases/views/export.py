"""Taking out a case as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from portal.cases.actions.history import note_export
from portal.cases.exporting import Contents
from portal.cases.views.base import CaseView


class ExportPage(CaseView):
    """Asks first: that someone takes out a case is itself an event of the case."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        self.require(self.part.exports)
        return render(request, "cases/export.html", {"case": self.case, "kind": self.case.kind_info})

    def post(self, request: HttpRequest, key: str) -> StreamingHttpResponse:
        self.require(self.part.exports)
        note_export(case=self.case, person=self.person)
        contents = Contents(
            self.case,
            internal=self.part.reads_internal,
            documents=self.part.audiences,
            messages=self.part.messages_to,
            handed_out=lambda document: bool(self.case.kind_info.handed_out(document, self.person)),
        )
        return StreamingHttpResponse(
            contents.stream(),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{self.case.key}.zip"', "Cache-Control": "no-store"},
        )
