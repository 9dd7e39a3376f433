"""A host’s own testbeds: written, opened, illustrated, published and closed by those who are testbed hosts at the unit or above."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import ListView

from portal.cases.errors import Refused
from portal.cases.queries.listing import CappedPaginator
from portal.cases.sorting import swedish
from portal.cases.views.base import CONFLICT, PersonView
from portal.pages.views import Crumb
from testbeds.actions.hosting import (
    add_exception,
    add_picture,
    close_testbed,
    publish_testbed,
    remove_exception,
    remove_picture,
    save_testbed,
    set_hours,
)
from testbeds.forms.hosting import ExceptionForm, HoursForm, PictureForm, TestbedForm
from testbeds.models import OpeningException, Testbed, TestbedPicture
from testbeds.queries.changes import changes_of
from testbeds.rules.hosting import claims_ahead, is_host, keeps, kept_by, known_to, units_hosted_by
from testbeds.views.catalogue import crumbs, week_of

PAGE = 20


def host_crumbs(testbed: Testbed | None = None) -> list[Crumb]:
    mine = [*crumbs(), Crumb(_("My testbeds"), reverse("testbeds:hosted"))]
    return [*mine, Crumb(str(testbed), reverse("testbeds:host", args=[testbed.pk]))] if testbed else mine


class HostView(PersonView):
    """A page for hosts. Of a testbed that the person may not know of there is none; of another’s it is refused."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def allowed(self) -> bool:
        return keeps(self.person, self.testbed) if "pk" in self.kwargs else is_host(self.person)

    @cached_property
    def testbed(self) -> Testbed:
        """The one that the address names, or a new one."""
        if "pk" not in self.kwargs:
            return Testbed()
        return get_object_or_404(known_to(self.person).select_related("unit"), pk=self.kwargs["pk"])

    def back(self) -> HttpResponse:
        return redirect("testbeds:host", self.testbed.pk)


class HostedList(HostView, ListView[Testbed]):
    """The testbeds that the person keeps, also those that are not published."""

    template_name = "testbeds/host/list.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def get_queryset(self) -> Any:
        return kept_by(self.person).select_related("unit").order_by(swedish("name"), "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=crumbs(), **kwargs)


class HostPage(HostView):
    """One testbed as its host sees it: where it stands, its hours, pictures and history."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, refusal: str = "", status: int = 200) -> HttpResponse:
        testbed = self.testbed
        context = {
            "testbed": testbed,
            "refusal": refusal,
            "week": week_of(testbed),
            "exceptions": list(testbed.exceptions.filter(day__gte=timezone.localdate())[:100]),
            "pictures": list(testbed.pictures.all()),
            "ahead": claims_ahead(testbed).count(),
            "changes": changes_of(testbed),
            "crumbs": host_crumbs(),
        }
        return render(self.request, "testbeds/host/page.html", context, status=status)


class HostForm(HostView):
    """A form about a testbed: shown, and done when it is valid."""

    title: str | Promise
    help: str | Promise = ""
    button: str | Promise = gettext_lazy("Save")
    danger = False
    template_name = "testbeds/host/form.html"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        raise NotImplementedError

    def carry_out(self, form: Any) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.make_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form)
        try:
            self.carry_out(form)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.show(form, status=CONFLICT)
        messages.success(request, _("Saved."))
        return self.back()

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        known = self.testbed if self.testbed.pk else None
        trail = host_crumbs(known)
        context = {
            "form": form,
            "title": self.title,
            "help": self.help,
            "button": self.button,
            "danger": self.danger,
            "crumbs": trail,
            "back": trail[-1].url,
        }
        return render(self.request, self.template_name, context, status=status)


class WriteTestbed(HostForm):
    template_name = "testbeds/host/write.html"
    title = gettext_lazy("Testbed")
    help = gettext_lazy("Everyone on the internet reads this once the testbed is published. No names of persons.")

    def make_form(self, data: Any = None, files: Any = None) -> TestbedForm:
        return TestbedForm(data, instance=self.testbed, units=units_hosted_by(self.person))

    def carry_out(self, form: TestbedForm) -> None:
        known = Testbed.objects.get(pk=self.testbed.pk) if self.testbed.pk else Testbed()
        self.testbed = save_testbed(testbed=known, values=form.values(), person=self.person)


class WriteHours(HostForm):
    template_name = "testbeds/host/hours.html"
    title = gettext_lazy("Opening hours of the week")
    help = gettext_lazy(
        "A day without times is closed. The second stretch is for a day with a break. 23:59 means to the end of the day."
    )

    def make_form(self, data: Any = None, files: Any = None) -> HoursForm:
        return HoursForm(data, testbed=self.testbed)

    def carry_out(self, form: HoursForm) -> None:
        set_hours(testbed=self.testbed, stretches=form.values())


class AddException(HostForm):
    title = gettext_lazy("Other hours on one day")
    help = gettext_lazy(
        "Stronger than the day of the week and the public holidays. Times that are booked that day are not cancelled by this."
    )

    def make_form(self, data: Any = None, files: Any = None) -> ExceptionForm:
        return ExceptionForm(data, instance=OpeningException(testbed=self.testbed))

    def carry_out(self, form: ExceptionForm) -> None:
        add_exception(exception=form.instance)
        begins = timezone.make_aware(datetime.combine(form.instance.day, time.min))
        number = claims_ahead(self.testbed).overlapping((begins, begins + timedelta(days=1))).count()  # type: ignore[attr-defined]  # of claims
        if number:
            told = ngettext(
                "%(number)s booking or held time lies on that day. It stays until you move or cancel it.",
                "%(number)s bookings or held times lie on that day. They stay until you move or cancel them.",
                number,
            )
            messages.warning(self.request, told % {"number": number})


class RemoveException(HostView):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, exception: int) -> HttpResponse:
        remove_exception(exception=get_object_or_404(OpeningException, testbed=self.testbed, pk=exception))
        messages.success(request, _("Taken away."))
        return self.back()


class AddPicture(HostForm):
    title = gettext_lazy("Add a picture")
    help = gettext_lazy("The picture is drawn anew, so what the camera wrote in it, such as the place, is taken away.")
    button = gettext_lazy("Add")

    def make_form(self, data: Any = None, files: Any = None) -> PictureForm:
        return PictureForm(data, files, instance=TestbedPicture(testbed=self.testbed))

    def carry_out(self, form: PictureForm) -> None:
        told = form.cleaned_data
        add_picture(testbed=self.testbed, image=told["file"], alt=told["alt"], alt_en=told["alt_en"])


class RemovePicture(HostView):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, picture: int) -> HttpResponse:
        remove_picture(picture=get_object_or_404(TestbedPicture, testbed=self.testbed, pk=picture))
        messages.success(request, _("The picture is removed."))
        return self.back()


class Publish(HostPage):
    """Puts it in the catalogue."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            publish_testbed(testbed=self.testbed)
        except Refused as problem:
            return self.show(str(problem), status=409)
        messages.success(request, _("It is published. Everyone finds it in the catalogue."))
        return self.back()


class Close(HostPage):
    """Takes it out of the catalogue, if nobody has time there ahead."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            close_testbed(testbed=self.testbed)
        except Refused as problem:
            return self.show(str(problem), status=409)
        messages.success(request, _("It is closed, and no longer in the catalogue."))
        return self.back()
