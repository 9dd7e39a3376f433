"""A form of its own page about one case."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from portal.cases.errors import Refused
from portal.cases.views.base import CONFLICT, CaseView
from portal.cases.views.numbers import NumbersAsked


class CaseFormView(CaseView):
    """A form of its own page about one case: shown, and done when it is valid."""

    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]
    done: ClassVar[str | Promise]
    help: ClassVar[str | Promise] = ""
    danger: ClassVar[bool] = False

    def allowed(self) -> bool:
        raise NotImplementedError

    def make_form(self, data: Any = None, files: Any = None) -> forms.BaseForm:
        raise NotImplementedError

    def carry_out(self, form: Any) -> None:
        raise NotImplementedError

    def facts(self) -> list[dict[str, str]]:
        """What of the case the person should have before their eyes, for the component ``data``."""
        return []

    def texts(self, form: forms.BaseForm) -> list[str]:
        """What leaves the writer's hands when the form is sent; asked about once when it seems to hold an identity number."""
        return [value for value in form.cleaned_data.values() if isinstance(value, str)]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require(self.allowed())
        return self.show(self.make_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return self.receive(request)
        except Refused as problem:
            return self.keep_written(problem)

    def receive(self, request: HttpRequest) -> HttpResponse:
        self.require(self.allowed())
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form)
        asked = NumbersAsked.of(request.POST, self.texts(form))
        if asked.must_ask:
            return self.show(form, asked)
        self.carry_out(form)
        messages.success(request, str(self.done))
        return redirect(self.where_next())

    def keep_written(self, problem: Refused) -> HttpResponse:
        """The form with what was typed in it, and by its field the sentence that says why not. Raises the problem again where nothing was
        typed.
        """
        form = self.make_form(self.request.POST, self.request.FILES)
        typed = (field.value() for field in form if isinstance(field.field.widget, forms.Textarea))
        if not any(typed):
            raise problem
        form.full_clean()
        for reason in problem.verdict.reasons:
            form.add_error(reason.field if reason.field in form.fields else None, str(reason))
        answer = self.show(form)
        answer.status_code = CONFLICT
        return answer

    def where_next(self) -> str:
        return str(self.case.get_absolute_url())

    def show(self, form: forms.BaseForm, asked: NumbersAsked | None = None) -> HttpResponse:
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "form": form,
            "asked": asked or NumbersAsked(),
            "title": self.title,
            "button": self.button,
            "help": self.help,
            "danger": self.danger,
            "facts": self.facts(),
        }
        return render(self.request, "cases/form.html", context)
