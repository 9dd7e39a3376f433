"""The organisation, for everyone to read."""

from typing import Any

from django.views.generic import TemplateView

from portal.accounts.models import User
from portal.organisation.queries import tree


class OrganisationView(TemplateView):
    """The units as they are today, and where to reach their registrars. Employees also see who holds which office.

    One query for anyone, two for an employee, besides those of the frame.
    """

    template_name = "organisation/tree.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        inside = isinstance(person, User) and person.is_employee
        return super().get_context_data(branches=tree(with_offices=inside), inside=inside, **kwargs)
