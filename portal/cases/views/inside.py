"""What is done inside a case without moving it: messages, documents, people, considerations, openness, ties."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.actions.documents import add_document, withdraw_document
from portal.cases.actions.drafts import discard_draft
from portal.cases.actions.links import tie_cases, untie_cases
from portal.cases.actions.messages import send_message
from portal.cases.actions.openness import change_openness
from portal.cases.actions.people import assign_holder, name_person, remove_coauthor
from portal.cases.errors import Refused
from portal.cases.forms.inside import (
    CoauthorForm,
    DocumentForm,
    HolderForm,
    LinkForm,
    MessageForm,
    OpennessForm,
    WithdrawForm,
)
from portal.cases.models import Case, CaseLink, Document
from portal.cases.rules import may_remove
from portal.cases.states import Audience, Confidentiality, Direction, Relation
from portal.cases.uploads import attachment_headers
from portal.cases.views.base import CaseView
from portal.cases.views.forms import CaseFormView
from portal.cases.views.numbers import NumbersAsked


class MessagePage(CaseFormView):
    """The form stands on the case's page; this page shows it again when something is wrong."""

    title = _("Write a message")
    button = _("Send")
    done = _("The message is sent.")

    def allowed(self) -> bool:
        return self.part.talks

    def make_form(self, data: Any = None, files: Any = None) -> MessageForm:
        return MessageForm(data)

    def carry_out(self, form: MessageForm) -> None:
        from_author = not self.part.insider
        audience = Audience.AUTHOR if from_author else form.cleaned_data["audience"]
        send_message(
            case=self.case,
            text=form.cleaned_data["text"],
            audience=audience,
            person=self.person,
            from_author=from_author,
        )

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#messages"

    def show(self, form: forms.BaseForm, asked: NumbersAsked | None = None) -> HttpResponse:
        context = {
            "case": self.case,
            "part": self.part,
            "form": form,
            "asked": asked or NumbersAsked(),
            "text": form.data.get("text", ""),
            "audience": form.data.get("audience", ""),
        }
        return render(self.request, "cases/message.html", context)


class AddDocumentPage(CaseFormView):
    title = _("Add a document")
    button = _("Add")
    done = _("The document is added.")

    def allowed(self) -> bool:
        return self.part.adds_documents

    def make_form(self, data: Any = None, files: Any = None) -> DocumentForm:
        asked = {"audience": self.request.GET["audience"]} if "audience" in self.request.GET else {}
        return DocumentForm(data, files, inside=self.part.insider, initial=asked)

    def carry_out(self, form: DocumentForm) -> None:
        add_document(
            case=self.case,
            file=form.cleaned_data["file"],
            accepted=form.accepted,
            person=self.person,
            title=form.cleaned_data["title"],
            audience=form.cleaned_data["audience"],
            direction=Direction.DRAWN_UP if self.part.insider else Direction.IN,
        )

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#documents"


class DocumentView(CaseView):
    """A document of a case: the case's visibility and the document's audience decide; otherwise 404, as if it were not there."""

    def asked_for(self) -> dict[str, Any]:
        return {"documents": self.kwargs["pk"]}

    @property
    def document(self) -> int:
        return int(self.kwargs["pk"])

    def readable(self) -> Document:
        """The document, if the person reads it."""
        documents = Document.objects.filter(case_id=self.case.pk, audience__in=self.part.audiences)
        kept = self.part.insider or self.part.registrar
        return get_object_or_404(documents if kept else documents.filter(withdrawn_at=None), pk=self.kwargs["pk"])


class DownloadView(DocumentView):
    """The file, always to be saved and never shown by the browser."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        document = self.readable()
        if not (verdict := self.case.kind_info.handed_out(document, self.person)):
            raise Refused(verdict)
        return handed_over(document)


def handed_over(document: Document) -> FileResponse:
    """The file, to be saved and never shown by the browser."""
    response = FileResponse(document.file.open("rb"))
    for name, value in attachment_headers(document.name, document.content_type).items():
        response[name] = value
    response["Cache-Control"] = "private, no-store"
    return response


class WithdrawDocumentPage(DocumentView, CaseFormView):
    title = _("Withdraw the document")
    button = _("Withdraw")
    done = _("The document is withdrawn.")
    help = _(
        "A document that has been handed in stays with the authority; it is marked as withdrawn and the author no longer sees it."
    )
    danger = True

    def allowed(self) -> bool:
        return self.part.withdraws(self.readable(), self.person)

    def make_form(self, data: Any = None, files: Any = None) -> WithdrawForm:
        return WithdrawForm(data)

    def carry_out(self, form: WithdrawForm) -> None:
        withdraw_document(document=self.readable(), person=self.person, reason=form.cleaned_data["reason"])


class AddCoauthorPage(CaseFormView):
    """Adding asks for a user name or an e-mail address and accepts nothing more."""

    title = _("Add a co-author")
    button = _("Add")
    done = _("The co-author is added.")
    help = _("A co-author reads and writes the text together with you. Only you can hand it in.")

    def allowed(self) -> bool:
        return self.part.names_coauthors

    def make_form(self, data: Any = None, files: Any = None) -> CoauthorForm:
        return CoauthorForm(data)

    def texts(self, form: forms.BaseForm) -> list[str]:
        return []

    def carry_out(self, form: CoauthorForm) -> None:
        if form.cleaned_data["who"] != self.case.owner:
            name_person(case=self.case, person=form.cleaned_data["who"], grant="coauthor", by=self.person)


class RemoveCoauthorPage(CaseFormView):
    """The owner removes a co-author; a co-author may leave."""

    title = _("Remove the co-author")
    button = _("Remove")
    done = _("The co-author is removed.")
    danger = True

    @cached_property
    def coauthor(self) -> User:
        return get_object_or_404(self.coauthors(), pk=self.kwargs["person"])

    def coauthors(self) -> "QuerySet[User]":
        named = self.case.grants.filter(permission__codename="coauthor_case")
        return User.objects.filter(pk__in=named.values("user"))

    def allowed(self) -> bool:
        return (self.part.owner or self.coauthor == self.person) and self.case.closed_at is None

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Raises Refused where the kind keeps them: nobody is asked to confirm what cannot be done."""
        if not (verdict := may_remove(self.case, self.coauthor)):
            raise Refused(verdict)
        return forms.Form(data)

    def carry_out(self, form: forms.BaseForm) -> None:
        remove_coauthor(case=self.case, person=self.coauthor, by=self.person)

    def where_next(self) -> str:
        gone = self.coauthor == self.person and not self.part.insider
        return "cases:mine" if gone else super().where_next()


class HolderPage(CaseFormView):
    """Take the case, or say who handles it: anyone who may handle it at its unit or above."""

    title = _("Who handles the case?")
    button = _("Save")
    done = _("It is noted who handles the case.")

    def allowed(self) -> bool:
        return self.part.assigns

    def make_form(self, data: Any = None, files: Any = None) -> HolderForm:
        may = self.case.kind_info.handlers.people(self.case)
        people = (User.objects.filter(may) | User.objects.filter(pk=self.person.pk)).distinct().order_by("name")
        return HolderForm(data, people=people, initial={"holder": self.case.holder_id or self.person.pk})

    def carry_out(self, form: HolderForm) -> None:
        assign_holder(case=self.case, holder=form.cleaned_data["holder"], by=self.person)


class OpennessPage(CaseFormView):
    title = _("Change the openness")
    button = _("Save")
    done = _("The openness is changed.")
    help = _(
        "Cases are open to all employees unless there is a ground for something else. A secrecy mark is a warning to test the "
        "question at each request, not a decision."
    )

    def allowed(self) -> bool:
        return self.part.sets_openness

    def make_form(self, data: Any = None, files: Any = None) -> OpennessForm:
        return OpennessForm(
            data, initial={"confidentiality": self.case.confidentiality, "provision": self.case.provision}
        )

    def carry_out(self, form: OpennessForm) -> None:
        change_openness(
            case=self.case,
            confidentiality=Confidentiality(form.cleaned_data["confidentiality"]),
            provision=form.cleaned_data["provision"],
            reason=form.cleaned_data["reason"],
            person=self.person,
        )

    def where_next(self) -> str:
        visible = type(self.case).objects.visible_to(self.person).filter(pk=self.case.pk).exists()
        return super().where_next() if visible else "cases:mine"


class TiePage(CaseFormView):
    title = _("Tie to another case")
    button = _("Tie")
    done = _("The cases are tied.")

    def allowed(self) -> bool:
        return self.part.ties

    def make_form(self, data: Any = None, files: Any = None) -> LinkForm:
        return LinkForm(data, case=self.case, person=self.person)

    def texts(self, form: forms.BaseForm) -> list[str]:
        return []

    def carry_out(self, form: LinkForm) -> None:
        tie_cases(
            source=self.case,
            target=form.cleaned_data["reference"],
            relation=Relation(form.cleaned_data["relation"]),
            by=self.person,
        )


class UntiePage(CaseFormView):
    """Only of a tie to a case that the person sees, or that they made themselves."""

    title = _("Undo the tie")
    button = _("Undo")
    done = _("The tie is undone.")
    danger = True

    @cached_property
    def link(self) -> CaseLink:
        seen = Case.objects.visible_to(self.person).values("pk")
        ties = CaseLink.objects.select_related("source", "target")
        known = ties.filter(Q(source__in=seen, target__in=seen) | Q(made_by=self.person))
        of_case = known.filter(Q(source=self.case.pk) | Q(target=self.case.pk), undone_at=None)
        return get_object_or_404(of_case, pk=self.kwargs["pk"])

    def allowed(self) -> bool:
        return (self.part.ties or self.case.opened_at is None) and self.part.unties(self.link, self.person)

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.BaseForm) -> None:
        untie_cases(link=self.link, by=self.person)


class DiscardPage(CaseFormView):
    title = _("Discard the draft")
    button = _("Discard")
    done = _("The draft is discarded.")
    help = _("The draft and its files are deleted for good. Nobody else has received it.")
    danger = True

    def allowed(self) -> bool:
        return self.part.discards

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.BaseForm) -> None:
        discard_draft(case=self.case)

    def where_next(self) -> str:
        return "cases:mine"
