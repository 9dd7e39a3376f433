"""Addresses of the fund."""

from django.urls import path

from fund.views import applications, calling, calls

app_name = "fund"
urlpatterns = [
    path("", calls.CallList.as_view(), name="list"),
    path("utlysning/ny/", calls.BeginCall.as_view(), name="begin_call"),
    path("utlysning/<int:pk>/skriv/", calls.WriteCall.as_view(), name="write_call"),
    path("ansokningar/", applications.ApplicationList.as_view(), name="applications"),
    path("ansokan/ny/", applications.BeginApplication.as_view(), name="begin"),
    path("ansokan/<int:pk>/skriv/", applications.WriteApplication.as_view(), name="write"),
    path("utlysning/<int:pk>/fragor/", calling.CallFormPage.as_view(), name="call_form"),
    path("utlysning/<int:pk>/andra/", calling.ChangeCallPage.as_view(), name="change_call"),
    path("utlysning/<int:pk>/formular/", calling.PreviewPage.as_view(), name="preview_call"),
    path("utlysning/<int:pk>/sen/", calling.LatePage.as_view(), name="late_right"),
    path("ansokan/<int:pk>/skriver/", applications.Writing.as_view(), name="writing"),
    path("ansokan/<int:pk>/pdf/", applications.Paper.as_view(), name="paper"),
    path("ansokan/<int:pk>/kvitto/", applications.Receipt.as_view(), name="receipt"),
]
