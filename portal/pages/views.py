"""Pages that belong to no case."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import DeleteView, FormView, ListView, TemplateView, UpdateView

from portal.cases.errands import errands_of
from portal.cases.queries.listing import COUNTED, first_drafts, urgent_for
from portal.pages import guides
from portal.pages.actions import confirm_contact
from portal.pages.doors import doors_for
from portal.pages.forms import ColoursForm, ContactPointForm
from portal.pages.markdown import to_html
from portal.pages.models import AccessibilityStatement, ContactPoint
from portal.pages.rules import keeps_contacts
from portal.pages.states import Audience

YEAR = 365 * 24 * 60 * 60  # seconds
SHOWN = 5


class Crumb(NamedTuple):
    """A link in a list of links."""

    label: str | Promise
    url: str | Promise


CONTACT_CRUMBS = [Crumb(_("Contact"), reverse_lazy("pages:contacts"))]


def address_of(audience: Audience) -> str:
    """The page with an audience's doors."""
    return reverse("pages:doors", args=[audience])


class StartView(TemplateView):
    """Who you are and what you want; for a signed-in person also what waits. Four queries signed in, and one for each source of errands;
    none otherwise."""

    template_name = "pages/start.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        if person.is_authenticated:
            number, waiting = urgent_for(person, SHOWN)
            audience = Audience.EMPLOYEE if person.is_employee else Audience.ORGANISATION
            kwargs |= {
                "audience": audience,
                "doors": doors_for(audience),
                "way_in": reverse("pages:way_in"),
                "guides": reverse("pages:guides"),
                "now": timezone.now(),
                "waiting_count": number,
                "waiting_shown": f"{COUNTED - 1}+" if number == COUNTED else number,
                "waiting": waiting,
                "errands": errands_of(person),
                "drafts": first_drafts(person, SHOWN),
            }
        return super().get_context_data(addresses={audience: address_of(audience) for audience in Audience}, **kwargs)


class WayInView(TemplateView):
    """The first choice: who are you?"""

    template_name = "pages/way_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choices = [Crumb(audience.label, address_of(audience)) for audience in Audience]
        return super().get_context_data(choices=choices, **kwargs)


class DoorsView(TemplateView):
    """The second choice: what do you want? The third is the form itself."""

    template_name = "pages/doors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        audience = Audience(kwargs["audience"])
        crumbs = [Crumb(_("Hand something in"), reverse("pages:way_in"))]
        return super().get_context_data(label=audience.label, doors=list(doors_for(audience)), crumbs=crumbs, **kwargs)


class AboutView(TemplateView):
    template_name = "pages/about.html"


class GuidesView(TemplateView):
    template_name = "pages/guides.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = guides.guides_in(get_language() or "sv")
        by_role = [guide for guide in found if not guide.is_topic]
        by_topic = [guide for guide in found if guide.is_topic]
        return super().get_context_data(by_role=by_role, by_topic=by_topic, **kwargs)


class GuideView(TemplateView):
    template_name = "pages/guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        guide = guides.guide(kwargs["slug"], get_language() or "sv")
        if guide is None:
            raise Http404
        return super().get_context_data(guide=guide, crumbs=[Crumb(_("Guides"), reverse("pages:guides"))], **kwargs)


class ContactsView(ListView[ContactPoint]):
    """The directory is public. Those who keep it see what is overdue for confirmation."""

    template_name = "pages/contacts.html"
    context_object_name = "points"

    def get_queryset(self) -> QuerySet[ContactPoint]:
        return ContactPoint.objects.with_review().select_related("unit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(keeps=keeps_contacts(self.request.user), **kwargs)


class KeeperView(View):
    """For those who keep the contact directory. The directory is public, so others get 403 and not 404."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not keeps_contacts(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class EditContactView(KeeperView, UpdateView[ContactPoint, ContactPointForm]):
    model = ContactPoint
    form_class = ContactPointForm
    template_name = "pages/contact_form.html"
    extra_context = {"crumbs": CONTACT_CRUMBS}

    def form_valid(self, form: ContactPointForm) -> HttpResponse:
        confirm_contact(point=form.instance)
        messages.success(self.request, _("The contact is saved and confirmed today."))
        return redirect("pages:contacts")


class AddContactView(EditContactView):
    def get_object(self, queryset: QuerySet[ContactPoint] | None = None) -> ContactPoint:
        return ContactPoint()


class RemoveContactView(KeeperView, DeleteView[ContactPoint, Any]):
    model = ContactPoint
    template_name = "pages/contact_remove.html"
    extra_context = {"crumbs": CONTACT_CRUMBS}
    success_url = reverse_lazy("pages:contacts")


class AccessibilityView(TemplateView):
    template_name = "pages/accessibility.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        statement = AccessibilityStatement.objects.exclude(published_at=None).first()
        shortcomings = to_html(statement.shortcomings_shown) if statement else ""
        return super().get_context_data(statement=statement, shortcomings=shortcomings, **kwargs)


class ColoursView(FormView[ColoursForm]):
    """Keeps the choice of colours in a cookie and goes back to where the person was."""

    form_class = ColoursForm
    http_method_names = ("post",)

    def form_valid(self, form: ColoursForm) -> HttpResponse:
        response = HttpResponseRedirect(self.came_from())
        response.set_cookie(
            settings.COLOURS_COOKIE_NAME,
            form.cleaned_data["colours"],
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def form_invalid(self, form: ColoursForm) -> HttpResponse:
        return HttpResponseRedirect(self.came_from())

    def came_from(self) -> str:
        place = self.request.POST.get("next", "/")
        safe = url_has_allowed_host_and_scheme(place, {self.request.get_host()}, require_https=self.request.is_secure())
        return place if safe else "/"
