"""Addresses of the testbeds."""

from django.urls import URLPattern, path

from testbeds.views import requests

app_name = "testbeds"
urlpatterns: list[URLPattern] = [
    # Requests: asked for, written, and what hosts say of the reimbursement
    path("ny/", requests.BeginRequest.as_view(), name="begin"),
    path("forfragningar/", requests.RequestList.as_view(), name="requests"),
    path("forfragan/<int:pk>/", requests.WriteRequest.as_view(), name="write"),
    path("sa-gar-det-till/", requests.HowPage.as_view(), name="how"),
    path("ersattning/", requests.ModelFlagList.as_view(), name="model_flags"),
]
