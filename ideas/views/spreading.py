"""How an idea spreads: the kit of those who introduced it, the units that take it up, and the check a year later."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ideas.actions.spreading import check_adoption, correct_check, correct_uptake, take_up, write_kit
from ideas.forms.spreading import CheckForm, CorrectCheckForm, CorrectForm, KitForm, TakeUpForm
from ideas.models import Adoption, Kit
from ideas.rules import check_correctable, check_opens, correctable, taken_up_by_others
from ideas.views.talking import OfIdea
from portal.cases.errors import Refused
from portal.cases.verdicts import Verdict
from portal.cases.views.forms import CaseFormView
from portal.organisation.models import Unit
from portal.organisation.rules import leads


class SpreadPage(OfIdea, CaseFormView):
    """A form about an idea that is in use."""

    def insist(self, verdict: Verdict) -> None:
        if not verdict:
            raise Refused(verdict)

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#spread"


class KitPage(SpreadPage):
    """Written by its authors and those who handle it."""

    title = _("Tell others how to do it")
    button = _("Save")
    done = _("The kit is saved.")

    def allowed(self) -> bool:
        if not (self.part.author or self.part.handler):
            return False
        self.insist(taken_up_by_others(self.case))
        return True

    def make_form(self, data: Any = None, files: Any = None) -> KitForm:
        kit = Kit.objects.filter(idea=self.case.pk).first()
        return KitForm(data, initial={"text": kit.text, "contact": kit.contact} if kit else {})

    def carry_out(self, form: KitForm) -> None:
        write_kit(idea=self.case, person=self.person, **form.cleaned_data)


class TakeUpPage(SpreadPage):
    """“We want this too”, said by who answers for another unit. ``?enhet=<id>`` chooses the unit."""

    title = _("We want this too")
    button = _("Save")
    done = _("It is noted. Those who introduced the idea are told.")
    help = _(
        "You say it for a unit that you answer for, and can change it as you make up your minds. Twelve months after you have put it "
        "to use we ask whether you still use it."
    )

    @cached_property
    def units(self) -> Any:
        return Unit.objects.current().filter(pk__in=leads(self.person)).exclude(pk=self.case.unit_id).in_order()

    def allowed(self) -> bool:
        if not (self.colleague and leads(self.person) - {self.case.unit_id}):
            return False
        self.insist(taken_up_by_others(self.case))
        return True

    def make_form(self, data: Any = None, files: Any = None) -> TakeUpForm:
        asked = self.request.GET.get("enhet", "")
        unit = int(asked) if asked.isdecimal() else None
        said = Adoption.objects.filter(idea=self.case.pk, unit__in=leads(self.person))
        before = said.filter(unit=unit).first()
        initial = {"uptake": before.uptake, "why": before.why} if before else {}
        return TakeUpForm(data, units=self.units, before=said, initial={"unit": unit or self.person.unit_id, **initial})

    def carry_out(self, form: TakeUpForm) -> None:
        asked = form.cleaned_data
        take_up(idea=self.case, unit=asked["unit"], uptake=asked["uptake"], why=asked["why"], person=self.person)


class OfAdoption(SpreadPage):
    """A page of what one unit does with the idea, for those who answer for the unit."""

    @cached_property
    def adoption(self) -> Adoption:
        adoptions = Adoption.objects.select_related("idea", "unit").filter(idea=self.case.pk)
        return get_object_or_404(adoptions, pk=self.kwargs["adoption"])

    @property
    def answers_for_it(self) -> bool:
        return self.colleague and self.adoption.unit_id in leads(self.person)


class CorrectAdoptionPage(OfAdoption):
    title = _("Correct a mistake")
    button = _("Correct")
    done = _("It is corrected. Those who introduced the idea are told.")
    help = _(
        "For when your unit never put the idea to use. The good example and the yearly figures then no longer count it."
    )

    def allowed(self) -> bool:
        if not self.answers_for_it:
            return False
        self.insist(taken_up_by_others(self.case) & correctable(self.adoption))
        return True

    def make_form(self, data: Any = None, files: Any = None) -> CorrectForm:
        return CorrectForm(data)

    def carry_out(self, form: CorrectForm) -> None:
        correct_uptake(adoption=self.adoption, person=self.person, **form.cleaned_data)


class CheckAdoptionPage(OfAdoption):
    title = _("Is it still used?")
    button = _("Save")
    done = _("Thank you. It is noted.")
    help = _("An idea that is no longer used is no failure: why it is not is what others learn from.")

    def allowed(self) -> bool:
        if not self.answers_for_it:
            return False
        self.insist(check_opens(self.adoption))
        return True

    def make_form(self, data: Any = None, files: Any = None) -> CheckForm:
        return CheckForm(data)

    def carry_out(self, form: CheckForm) -> None:
        asked = form.cleaned_data
        check_adoption(adoption=self.adoption, in_use=asked["in_use"], note=asked["note"], person=self.person)


class CorrectCheckPage(OfAdoption):
    title = _("Correct the answer")
    button = _("Correct")
    done = _("It is corrected. Those who introduced the idea are told.")
    help = _("For when what your unit answered was wrong. What was answered before stays in the history.")

    def allowed(self) -> bool:
        if not self.answers_for_it:
            return False
        self.insist(check_correctable(self.adoption))
        return True

    def make_form(self, data: Any = None, files: Any = None) -> CorrectCheckForm:
        return CorrectCheckForm(data, initial={"in_use": self.adoption.in_use, "note": self.adoption.check_note})

    def carry_out(self, form: CorrectCheckForm) -> None:
        correct_check(adoption=self.adoption, person=self.person, **form.cleaned_data)
