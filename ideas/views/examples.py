"""Good examples: what everyone reads at ``/exempel/``, and how they are written, illustrated, published and withdrawn."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, ListView, View

from ideas.actions.examples import (
    add_credit,
    add_picture,
    publish_example,
    remove_credit,
    remove_picture,
    say_of_name,
    withdraw_example,
    write_example,
)
from ideas.curve import adoption_figure
from ideas.forms.spreading import CreditForm, ExampleForm, PictureForm
from ideas.models import Adoption, Credit, Example, Picture
from ideas.models.whos import STORYTELLER
from ideas.queries.spreading import chain_of, thanked, units_using
from ideas.states import TAKEN_UP
from ideas.views.talking import OfIdea
from ideas.words import who_uses
from portal.cases.forms.inside import WithdrawForm
from portal.cases.kinds import what_came_of
from portal.cases.pictures import picture_response
from portal.cases.views.forms import CaseFormView
from portal.cases.views.numbers import NumbersAsked
from portal.cases.who import OWNER

CRUMBS = [{"label": _("Good examples"), "url": "/exempel/"}]
EXAMPLES_PAGE = 12
PICTURE_WORDS = ("alt", "alt_en", "shows_people", "consent", "consented_on")
SHOWN = Prefetch("pictures", Picture.objects.shown(), "shown_pictures")


class ExampleList(ListView[Example]):
    """What has been introduced and may be told of, the latest first."""

    template_name = "ideas/examples/list.html"
    paginate_by = EXAMPLES_PAGE

    def get_queryset(self) -> Any:
        public = Example.objects.public().select_related("idea__unit").prefetch_related(SHOWN)
        return public.annotate(units=units_using())


class ExamplePage(DetailView[Example]):
    """One example: the story, what shows that it works, the way that it has gone, and who else has taken it up."""

    template_name = "ideas/examples/page.html"
    context_object_name = "example"

    def get_queryset(self) -> Any:
        readable = Example.objects.readable_by(self.request.user)
        return readable.select_related("idea__unit").prefetch_related(SHOWN, "credits")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        example = self.object
        adoptions = list(Adoption.objects.filter(idea=example.idea_id, uptake__in=TAKEN_UP).select_related("unit"))
        chain = chain_of(example.idea)
        return super().get_context_data(
            crumbs=CRUMBS,
            chain=chain,
            came_of=what_came_of(chain),
            figure=adoption_figure(example.idea, adoptions),
            users=list(who_uses(example.idea, adoptions)),
            thanked=thanked(example),
            **kwargs,
        )


class PictureView(View):
    """The picture itself, to those who may read the example."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        readable = Example.objects.readable_by(request.user).values("pk")
        picture = get_object_or_404(
            Picture.objects.shown().select_related("document").filter(example__in=readable), pk=pk
        )
        return picture_response(picture.document.file)


class NamePage(OfIdea):
    """Who wrote the idea says that their name may be shown with its story, or takes it back. Posted from the page of the case."""

    http_method_names = ["post"]  # as Django declares it

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(self.held[OWNER.key] and self.case.opened_at is not None)
        shown = "consent" in request.POST
        say_of_name(idea=self.case, shown=shown, person=self.person)
        messages.success(
            request, gettext("Your name may be shown.") if shown else gettext("Your name is not shown any more.")
        )
        return redirect(f"{self.case.get_absolute_url()}#my-name")


class StoryPage(OfIdea, CaseFormView):
    """A form about the good example of an idea, for the innovation lead and the coordinator."""

    def allowed(self) -> bool:
        return self.held[STORYTELLER.key]

    @cached_property
    def example(self) -> Example | None:
        return Example.objects.filter(idea=self.case.pk).first()

    @property
    def written(self) -> Example:
        """Raises PermissionDenied before the story is written."""
        if self.example is None:
            raise PermissionDenied
        return self.example

    def where_next(self) -> str:
        return reverse("ideas:example", args=[self.case.pk])


class WriteExamplePage(StoryPage):
    title = _("The good example")
    button = _("Save")
    done = _("The story is saved.")
    help = _("Everyone on the internet reads it once it is published. A published story changes as soon as you save.")

    def make_form(self, data: Any = None, files: Any = None) -> ExampleForm:
        initial = {"title": self.case.title, "summary": self.case.summary}
        return ExampleForm(data, instance=self.example, initial={} if self.example else initial)

    def carry_out(self, form: ExampleForm) -> None:
        texts = {name: form.cleaned_data[name] for name in form.Meta.fields}
        self.example = write_example(idea=self.case, texts=texts, person=self.person)

    def show(self, form: forms.BaseForm, asked: NumbersAsked | None = None) -> HttpResponse:
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "form": form,
            "asked": asked or NumbersAsked(),
            "title": self.title,
            "help": self.help,
            "example": self.example,
            "pictures": list(self.example.pictures.all()) if self.example else [],
            "credits": list(self.example.credits.all()) if self.example else [],
        }
        return render(self.request, "ideas/examples/write.html", context)


class PublishExamplePage(StoryPage):
    title = _("Publish the good example")
    button = _("Publish")
    done = _("It is published.")
    help = _(
        "Everyone on the internet can then read it. Pictures in which somebody can be recognised, and names, are shown only where a "
        "consent is noted."
    )

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.BaseForm) -> None:
        publish_example(idea=self.case, person=self.person)


class WithdrawExamplePage(StoryPage):
    title = _("Withdraw the good example")
    button = _("Withdraw")
    done = _("It is withdrawn. Nobody but you who write it reads it any more.")
    danger = True

    def make_form(self, data: Any = None, files: Any = None) -> WithdrawForm:
        return WithdrawForm(data)

    def carry_out(self, form: WithdrawForm) -> None:
        withdraw_example(idea=self.case, reason=form.cleaned_data["reason"], person=self.person)


class AddPicturePage(StoryPage):
    title = _("Add a picture")
    button = _("Add")
    done = _("The picture is added.")

    def make_form(self, data: Any = None, files: Any = None) -> PictureForm:
        return PictureForm(data, files)

    def allowed(self) -> bool:
        return super().allowed() and self.written is not None

    def carry_out(self, form: PictureForm) -> None:
        told = {name: form.cleaned_data[name] for name in PICTURE_WORDS}
        add_picture(example=self.written, image=form.cleaned_data["file"], name="bild", person=self.person, **told)


class RemovePicturePage(StoryPage):
    title = _("Remove the picture")
    button = _("Remove")
    done = _("The picture is removed.")
    danger = True

    @cached_property
    def picture(self) -> Picture:
        return get_object_or_404(
            Picture.objects.select_related("document").filter(example__idea=self.case.pk), pk=self.kwargs["picture"]
        )

    def allowed(self) -> bool:
        return super().allowed() and self.picture is not None

    def make_form(self, data: Any = None, files: Any = None) -> WithdrawForm:
        return WithdrawForm(data)

    def carry_out(self, form: WithdrawForm) -> None:
        remove_picture(picture=self.picture, reason=form.cleaned_data["reason"], person=self.person)


class AddCreditPage(StoryPage):
    title = _("Thank somebody by name")
    button = _("Add")
    done = _("The name is added.")
    help = _(
        "The author’s name stands in the list already if the author has said that it may be shown. Others are shown when their consent is "
        "noted."
    )

    def allowed(self) -> bool:
        return super().allowed() and self.written is not None

    def make_form(self, data: Any = None, files: Any = None) -> CreditForm:
        return CreditForm(data)

    def carry_out(self, form: CreditForm) -> None:
        add_credit(example=self.written, person=self.person, **form.cleaned_data)


class RemoveCreditPage(StoryPage):
    title = _("Take the name away")
    button = _("Take away")
    done = _("The name is erased.")
    danger = True

    @cached_property
    def credit(self) -> Credit:
        return get_object_or_404(
            Credit.objects.select_related("example").filter(example__idea=self.case.pk), pk=self.kwargs["credit"]
        )

    def allowed(self) -> bool:
        return super().allowed() and self.credit is not None

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.BaseForm) -> None:
        remove_credit(credit=self.credit, person=self.person)
