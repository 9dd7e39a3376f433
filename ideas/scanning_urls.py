"""Addresses of environment scanning, for employees."""

from django.urls import path

from ideas.views import scanning

app_name = "scanning"
urlpatterns = [
    path("", scanning.ScanningList.as_view(), name="list"),
    path("ny/", scanning.WriteNote.as_view(), name="add"),
    path("<int:pk>/", scanning.NotePage.as_view(), name="note"),
    path("<int:pk>/andra/", scanning.WriteNote.as_view(), name="change"),
    path("<int:pk>/koppla/", scanning.TieNotePage.as_view(), name="tie"),
    path("koppling/<int:pk>/losa/", scanning.UntieNotePage.as_view(), name="untie"),
]
