"""A page that writes an idea's draft, for tests of what every kind inherits."""

from django.urls import path

from portal import urls as house
from portal.cases import kinds
from portal.cases.forms.draft import DraftForm
from portal.cases.views.writing import BeginView, WriteView

IDEA = kinds.by_key("idea")


class IdeaForm(DraftForm):
    class Meta(DraftForm.Meta):
        model = IDEA.model
        fields = ("title", "need", "solution", "perspectives")


class Write(WriteView):
    form_class = IdeaForm


class Begin(BeginView):
    model = IDEA.model


urlpatterns = [
    path("prov/borja/", Begin.as_view(), name="test_begin"),
    path("prov/<int:pk>/", Write.as_view(), name="test_write"),
    *house.urlpatterns,
]
