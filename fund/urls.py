"""Addresses of the fund."""

from django.urls import path

from fund.views import applications, calls

app_name = "fund"
urlpatterns = [
    path("", calls.CallList.as_view(), name="list"),
    path("utlysning/ny/", calls.BeginCall.as_view(), name="begin_call"),
    path("utlysning/<int:pk>/skriv/", calls.WriteCall.as_view(), name="write_call"),
    path("ansokningar/", applications.ApplicationList.as_view(), name="applications"),
    path("ansokan/ny/", applications.BeginApplication.as_view(), name="begin"),
    path("ansokan/<int:pk>/skriv/", applications.WriteApplication.as_view(), name="write"),
    path("ansokan/<int:pk>/skriver/", applications.Writing.as_view(), name="writing"),
    path("ansokan/<int:pk>/pdf/", applications.Paper.as_view(), name="paper"),
    path("ansokan/<int:pk>/kvitto/", applications.Receipt.as_view(), name="receipt"),
]
