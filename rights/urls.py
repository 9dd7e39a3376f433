"""Addresses of disclosures."""

from django.urls import path

from rights import views

app_name = "rights"
urlpatterns = [
    path("", views.DisclosureList.as_view(), name="list"),
    path("ny/", views.BeginDisclosure.as_view(), name="begin"),
    path("<int:pk>/skriv/", views.WriteDisclosure.as_view(), name="write"),
    path("<int:pk>/bidrag/ny/", views.SaveContributor.as_view(), name="add_contributor"),
    path("<int:pk>/bidrag/bekrafta/", views.ConfirmContribution.as_view(), name="confirm"),
    path("<int:pk>/bidrag/<int:contributor>/", views.SaveContributor.as_view(), name="edit_contributor"),
    path("<int:pk>/bidrag/<int:contributor>/ta-bort/", views.RemoveContributor.as_view(), name="remove_contributor"),
    path("<int:pk>/brev/<slug:letter>.pdf", views.LetterFile.as_view(), name="letter"),
]
