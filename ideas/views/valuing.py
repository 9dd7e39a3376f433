"""Benefits of an idea in words: what is expected, and what was seen in use."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ideas.actions.valuing import write_benefits
from ideas.forms.valuing import BenefitsForm
from ideas.rules import valued
from ideas.views.talking import OfIdea
from portal.cases.errors import Refused
from portal.cases.views.forms import CaseFormView


class BenefitsPage(OfIdea, CaseFormView):
    """Written by its authors and those who handle it. What was promised stands when it is told what came of it."""

    title = _("Benefits")
    button = _("Save")
    done = _("The benefits are described.")
    help = _(
        "Say in a sentence what each kind of value is, with figures if you have any. Leave empty what the idea does not give. "
        "When the idea is in use you say what you have seen, beside what was expected."
    )

    def allowed(self) -> bool:
        if not (self.part.author or self.part.handler):
            return False
        if not (verdict := valued(self.case)):
            raise Refused(verdict)
        return True

    def make_form(self, data: Any = None, files: Any = None) -> BenefitsForm:
        return BenefitsForm(data, idea=self.case)

    def carry_out(self, form: BenefitsForm) -> None:
        write_benefits(idea=self.case, texts=form.cleaned_data, sek=form.cleaned_data["sek"], person=self.person)

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#benefits"
