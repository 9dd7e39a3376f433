"""Support, follow, comment: small steps on the page of an idea. Each works without script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ideas.actions.talking import (
    change_comment,
    let_stand,
    remove_comment,
    report_comment,
    set_follow,
    set_support,
    write_comment,
)
from ideas.forms.talking import CommentForm, LetStandForm, RemoveCommentForm, ReportCommentForm
from ideas.models import Comment
from ideas.models.whos import COLLEAGUE
from ideas.rules import answerable, editable, may_stand, reportable
from portal.cases.errors import Refused
from portal.cases.views.base import CaseView
from portal.cases.views.forms import CaseFormView


class OfIdea(CaseView):
    """A page of one idea, by its id. ``colleague`` says whether the person may take part in what is done together with it."""

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "idea"}

    @property
    def colleague(self) -> bool:
        return self.held[COLLEAGUE.key]

    def back(self) -> HttpResponse:
        return redirect(f"{self.case.get_absolute_url()}#together")


class SupportView(OfIdea):
    """Supporting one's own idea says nothing."""

    http_method_names = ["post"]  # as Django declares it

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(self.colleague and not self.part.author)
        set_support(idea=self.case, person=self.person, on=request.POST.get("on") == "1")
        return self.back()


class FollowView(OfIdea):
    """An author is told anyway."""

    http_method_names = ["post"]  # as Django declares it

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(self.colleague and not self.part.author)
        set_follow(idea=self.case, person=self.person, on=request.POST.get("on") == "1")
        return self.back()


class WriteCommentPage(OfIdea, CaseFormView):
    """A comment, or with ``?svar=<id>`` an answer to one."""

    title = _("Write a comment")
    button = _("Send")
    done = _("Your comment is there. You can change it for fifteen minutes.")

    def allowed(self) -> bool:
        if self.colleague and self.parent and not (verdict := answerable(self.parent)):
            raise Refused(verdict)
        return self.colleague

    @cached_property
    def parent(self) -> Comment | None:
        asked = self.request.GET.get("svar", "")
        if not asked.isdecimal():
            return None
        here = Comment.objects.select_related("parent", "by").filter(idea=self.case.pk)
        return get_object_or_404(here, pk=int(asked))

    def make_form(self, data: Any = None, files: Any = None) -> CommentForm:
        form = CommentForm(data)
        if self.parent:
            form.fields["text"].label = _("Your answer to %(name)s") % {"name": self.parent.by}
        return form

    def carry_out(self, form: CommentForm) -> None:
        write_comment(idea=self.case, person=self.person, text=form.cleaned_data["text"], parent=self.parent)

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#comments"


class OfComment(OfIdea, CaseFormView):
    """A page of one comment that has not been removed."""

    @cached_property
    def comment(self) -> Comment:
        comments = Comment.objects.readable_by(self.person).filter(idea=self.case.pk, removed_at=None)
        return get_object_or_404(comments.select_related("idea"), pk=self.kwargs["comment"])

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#comments"


class ChangeCommentPage(OfComment):
    title = _("Change your comment")
    button = _("Save")
    done = _("Your comment is changed.")

    def allowed(self) -> bool:
        own = self.colleague and self.comment.by_id == self.person.pk
        if own and not (verdict := editable(self.comment, self.person)):
            raise Refused(verdict)
        return own

    def make_form(self, data: Any = None, files: Any = None) -> CommentForm:
        return CommentForm(data, initial={"text": self.comment.text})

    def carry_out(self, form: CommentForm) -> None:
        change_comment(comment=self.comment, person=self.person, text=form.cleaned_data["text"])


class RemoveCommentPage(OfComment):
    """Its writer, and those who handle the idea."""

    title = _("Remove the comment")
    button = _("Remove")
    done = _("The comment is removed. In its place stands who removed it and why.")
    danger = True

    def allowed(self) -> bool:
        return self.colleague and (self.comment.by_id == self.person.pk or self.part.handler)

    def make_form(self, data: Any = None, files: Any = None) -> RemoveCommentForm:
        return RemoveCommentForm(data)

    def carry_out(self, form: RemoveCommentForm) -> None:
        remove_comment(comment=self.comment, person=self.person, reason=form.cleaned_data["reason"])


class ReportCommentPage(OfComment):
    """Every employee who reads the comment, but its writer."""

    title = _("Report the comment")
    button = _("Report the comment")
    done = _("Thank you. Those who handle the idea are told, and you are told what they did.")

    def allowed(self) -> bool:
        if self.colleague and not (verdict := reportable(self.comment, self.person)):
            raise Refused(verdict)
        return self.colleague

    def make_form(self, data: Any = None, files: Any = None) -> ReportCommentForm:
        return ReportCommentForm(data)

    def carry_out(self, form: ReportCommentForm) -> None:
        report_comment(comment=self.comment, person=self.person, reason=form.cleaned_data["reason"])


class LetStandPage(OfComment):
    """Those who handle the idea, of a comment that has been reported."""

    title = _("Let the comment stand")
    button = _("Let it stand")
    done = _("The comment stands. Those who reported it are told why.")

    def allowed(self) -> bool:
        if self.colleague and self.part.handler and not (verdict := may_stand(self.comment, self.person)):
            raise Refused(verdict)
        return self.colleague and self.part.handler

    def make_form(self, data: Any = None, files: Any = None) -> LetStandForm:
        return LetStandForm(data)

    def carry_out(self, form: LetStandForm) -> None:
        let_stand(comment=self.comment, person=self.person, reason=form.cleaned_data["reason"])
