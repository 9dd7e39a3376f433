"""Addresses of disclosures, and of the rules for everyone."""

from django.urls import path, register_converter

from rights.views import disclosures as views
from rights.views import policy


class LanguageConverter:
    regex = "sv|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "rights_language")

app_name = "rights"
urlpatterns = [
    path("", views.DisclosureList.as_view(), name="list"),
    path("ny/", views.BeginDisclosure.as_view(), name="begin"),
    path("<int:pk>/skriv/", views.WriteDisclosure.as_view(), name="write"),
    path("<int:pk>/bidrag/ny/", views.SaveContributor.as_view(), name="add_contributor"),
    path("<int:pk>/bidrag/bekrafta/", views.ConfirmContribution.as_view(), name="confirm"),
    path("<int:pk>/bidrag/<int:contributor>/", views.SaveContributor.as_view(), name="edit_contributor"),
    path("<int:pk>/bidrag/<int:contributor>/ta-bort/", views.RemoveContributor.as_view(), name="remove_contributor"),
    path("<int:pk>/bidrag/<int:contributor>/intyga/", views.AttestContribution.as_view(), name="attest"),
    path("<int:pk>/oppningar/", views.Openings.as_view(), name="openings"),
    path("<int:pk>/brev/<slug:letter>.pdf", views.LetterFile.as_view(), name="letter"),
    path("regler/", policy.PolicyPage.as_view(), name="policy"),
    path("regler/<int:number>/", policy.PolicyPage.as_view(), name="policy_version"),
    path("regler/<int:number>/<rights_language:language>.pdf", policy.PolicyFile.as_view(), name="policy_file"),
    path("regler/<int:number>/last/", policy.ConfirmReading.as_view(), name="policy_read"),
    path("regler/fragor/", policy.GuidePage.as_view(), name="policy_guide"),
    path("regler/ny/", policy.WritePolicy.as_view(), name="policy_write"),
    path("regler/spridning/", policy.SpreadPage.as_view(), name="policy_spread"),
    path("regler/spridning/ny/", policy.TellPage.as_view(), name="policy_tell"),
    path("regler/spridning/utanfor/", policy.TellOutsidePage.as_view(), name="policy_tell_outside"),
    path("regler/spridning/utanfor/<int:pk>/", policy.WithdrawOutsidePage.as_view(), name="policy_withdraw_outside"),
    path("regler/spridning/<int:pk>/ta-tillbaka/", policy.WithdrawPage.as_view(), name="policy_withdraw"),
]
