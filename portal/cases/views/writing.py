"""Writing: beginning a case, and a text that several may write without overwriting each other silently."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from portal.cases import kinds
from portal.cases.actions.access import log_access
from portal.cases.actions.considerations import save_considerations
from portal.cases.actions.drafts import begin_case, save_draft
from portal.cases.actions.links import tie_cases
from portal.cases.errors import Conflict, NotVisible, Refused
from portal.cases.forms.draft import DraftForm
from portal.cases.forms.inside import ConsiderationsForm
from portal.cases.forms.versioned import VersionedForm, keep_mark, written
from portal.cases.models import Case, Considerations
from portal.cases.queries.finding import find_case
from portal.cases.rules import in_writing
from portal.cases.states import Relation
from portal.cases.text import CleanCharField
from portal.cases.verdicts import Verdict
from portal.cases.views.base import CONFLICT, CaseView, PersonView
from portal.organisation.models import Unit
from portal.organisation.rules import keeps_diary

FORM_ID = "draft"


class SavesItself(PersonView):
    """A form over a row. Saves itself (the script posts with ``X-Requested-With: autosave``) and without script.

    The same address answers a page, and to the script ``{"version": …}`` or, with 409, both texts side by side.
    """

    template_name: ClassVar[str] = "cases/write.html"

    def allowed(self) -> bool:
        raise NotImplementedError

    def row(self) -> Any:
        """What is written."""
        raise NotImplementedError

    def make_form(self, row: Any, data: Any = None) -> VersionedForm:
        raise NotImplementedError

    def save(self, form: VersionedForm) -> Any:
        """Save what the form's writer has touched and return the row; raises Conflict, Refused."""
        raise NotImplementedError

    def after_saving(self) -> str:
        """Where the button leads that saves and goes on."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the template has besides the form."""
        return {}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require(self.allowed())
        return self.show(self.make_form(self.row()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require(self.allowed())
        form = self.make_form(self.row(), request.POST)
        by_script = request.headers.get("X-Requested-With") == "autosave"
        valid = form.is_valid()
        if not valid and not by_script:
            return self.show(form)
        try:
            row = self.save(form)
        except Conflict as conflict:
            return self.show_both(form, conflict, by_script)
        if by_script:
            return JsonResponse({"version": form.token_after(row), "problem": _problem(form)})
        if "go_on" in request.POST:
            return redirect(self.after_saving())
        messages.success(request, gettext("Saved."))
        return redirect(request.path)

    def show(self, form: VersionedForm, **more: Any) -> HttpResponse:
        context = {**self.context(), "form": form, **more}
        return render(self.request, self.template_name, context, status=CONFLICT if more else 200)

    def show_both(self, form: VersionedForm, conflict: Conflict, by_script: bool) -> HttpResponse:
        """Nothing is saved: the writer sees both texts and chooses."""
        mine = written(form, conflict.theirs)
        conflicts = [
            {
                "name": keep_mark(name, conflict.version),
                "label": form.fields[name].label,
                "mine": mine[name],
                "theirs": theirs,
            }
            for name, theirs in conflict.theirs.items()
        ]
        if not by_script:
            return self.show(form, conflicts=conflicts)
        context = {"conflicts": conflicts, "reload_url": self.request.path, "form_id": FORM_ID}
        return render(self.request, "components/conflict.html", context, status=CONFLICT)

    def told_script(self, verdict: Verdict) -> HttpResponse | None:
        """A refusal as something to show above the form, whose text is still on the screen; None where no script asked."""
        if self.request.headers.get("X-Requested-With") != "autosave":
            return None
        text = " ".join(map(str, verdict.reasons))
        return render(self.request, "components/alert.html", {"text": text, "tone": "danger"}, status=CONFLICT)


class SharedText(SavesItself, CaseView):
    """Such a form over a row of a case that several may write."""

    def after_saving(self) -> str:
        return str(self.case.get_absolute_url())

    def context(self) -> dict[str, Any]:
        return {"case": self.case, "kind": self.case.kind_info, "part": self.part}

    def refused(self, verdict: Verdict) -> HttpResponse:
        return self.told_script(verdict) or super().refused(verdict)


class WriteView(SharedText):
    """Base of each kind's page that writes a draft: name the kind's ``form_class``, and route it under ``Kind.write_url`` with ``pk``.

    Owner and co-authors write as long as the text is theirs: in the draft, and when the case has been sent back to them.
    """

    form_class: ClassVar[type[DraftForm]]

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"]}

    def allowed(self) -> bool:
        if self.case.kind_info.model is not self.form_class._meta.model:
            raise NotVisible
        if self.part.author and not (verdict := in_writing(self.case)):
            raise Refused(verdict)
        return self.part.writes

    def row(self) -> Case:
        return cast(Case, self.case)

    def make_form(self, row: Any, data: Any = None) -> DraftForm:
        return self.form_class(data, instance=row)

    def save(self, form: VersionedForm) -> Case:
        saved: Case = save_draft(
            case=self.case, values=form.touched, version=form.seen, person=self.person, keep=form.kept
        )
        return saved

    def after_saving(self) -> str:
        """To what is like the case, if that was asked for: with script it stands on the page already."""
        if self.request.POST.get("go_on") == "similar":
            return reverse("cases:similar", args=[self.case.key])
        return super().after_saving()


class ConsiderationsPage(SharedText):
    """The considerations of §6.2, written by the author and by those who handle the case."""

    template_name = "cases/considerations.html"

    def allowed(self) -> bool:
        return self.part.considers

    def row(self) -> Considerations:
        """The row, or one that is not saved yet; writing makes it."""
        return Considerations.objects.filter(case_id=self.case.pk).first() or Considerations(case_id=self.case.pk)

    def make_form(self, row: Any, data: Any = None) -> ConsiderationsForm:
        return ConsiderationsForm(data, instance=row)

    def save(self, form: VersionedForm) -> Considerations:
        return save_considerations(
            case=self.case, values=form.touched, version=form.seen, person=self.person, keep=form.kept
        )

    def after_saving(self) -> str:
        return f"{self.case.get_absolute_url()}#considerations"


class BeginForm(forms.Form):
    """The least that a case begins with. A kind may ask for more: fields of its own are given to ``begin_case`` by their names."""

    title = CleanCharField(label=_("Title"), max_length=200)


class BeginView(PersonView, FormView[Any]):
    """Base of each kind's page that begins a case, under ``Kind.start_url``. With ``?from=<id>`` the two cases are tied.

    The draft lies at the person's own unit; who has none, or one whose cases no diary takes, chooses another.
    """

    model: ClassVar[type[Case]]
    form_class: type[forms.Form] = BeginForm
    template_name = "cases/begin.html"

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        if self.home is None:
            form.fields["unit"] = forms.ModelChoiceField(
                label=_("Unit"), queryset=Unit.objects.current().with_diary().in_order()
            )
        return form

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        values, origin = dict(form.cleaned_data), self.origin
        unit = cast(Unit, values.pop("unit", None) or self.home)
        case = self.begin(origin, unit=unit, **values)
        if origin:
            self.tie(origin, case)
        write = case.kind_info.write_url
        return redirect(reverse(write, args=[case.pk]) if write else case.get_absolute_url())

    @cached_property
    def home(self) -> Unit | None:
        """Where the draft lies if nobody chooses."""
        unit = self.person.unit
        return unit if unit is not None and keeps_diary(unit) else None

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Case:
        """The draft. A kind may take over what is already written in ``origin``."""
        return begin_case(model=self.model, owner=self.person, unit=unit, **values)

    def tie(self, origin: Case, case: Case) -> None:
        """Say how the two go together: the one led to the other, unless a kind says otherwise."""
        tie_cases(source=origin, target=case, relation=Relation.LED_TO, by=self.person)

    @cached_property
    def origin(self) -> Case | None:
        """The case that this one is begun from, if the person sees it. That it is read here is noted, as on its own page."""
        key = self.request.GET.get("from", "")
        if not key:
            return None
        try:
            found = find_case(key, self.person)
        except NotVisible:
            raise Http404 from None
        log_access(case=found, person=self.person, what="begin")
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind=kinds.of_model(self.model), origin=self.origin, **kwargs)


def _problem(form: forms.BaseForm) -> str:
    """What could not be saved and why, for the line under the form; each sentence once, also when it is said of several fields."""
    wrong = [str(form.fields[name].label) for name in form.errors if name in form.fields]
    if not wrong:
        return ""
    why = dict.fromkeys(sentence for name in form.errors for sentence in form.errors[name])
    return " ".join((gettext("Not saved: %(fields)s.") % {"fields": ", ".join(wrong)}, *map(str, why)))
