"""Addresses of the needs bank, for employees."""

from django.urls import path

from ideas.views import banking

app_name = "needs"
urlpatterns = [
    path("", banking.NeedList.as_view(), name="list"),
    path("nytt/", banking.WriteNeed.as_view(), name="add"),
    path("<int:pk>/", banking.NeedPage.as_view(), name="need"),
    path("<int:pk>/andra/", banking.WriteNeed.as_view(), name="change"),
    path("insamlingar/", banking.GatheringList.as_view(), name="gatherings"),
    path("insamlingar/ny/", banking.WriteGathering.as_view(), name="add_gathering"),
    path("insamlingar/<int:pk>/", banking.GatheringPage.as_view(), name="gathering"),
    path("insamlingar/<int:pk>/andra/", banking.WriteGathering.as_view(), name="change_gathering"),
]
