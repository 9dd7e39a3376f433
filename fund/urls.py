"""Addresses of the fund."""

from django.urls import path

from fund.views import applications, calls, outcome, outside

app_name = "fund"
urlpatterns = [
    path("", calls.CallList.as_view(), name="list"),
    path("utlysning/ny/", calls.BeginCall.as_view(), name="begin_call"),
    path("utlysning/<int:pk>/skriv/", calls.WriteCall.as_view(), name="write_call"),
    path("ansokningar/", applications.ApplicationList.as_view(), name="applications"),
    path("ansokan/ny/", applications.BeginApplication.as_view(), name="begin"),
    path("ansokan/<int:pk>/skriv/", applications.WriteApplication.as_view(), name="write"),
    path("beviljade/", outcome.GrantedList.as_view(), name="granted"),
    path("ansokan/<key:key>/namn/", outcome.NamePage.as_view(), name="name"),
    path("ansokan/<key:key>/akt.pdf", outcome.DossierFile.as_view(), name="dossier"),
    path("utlysning/<key:key>/allt.xlsx", outcome.CallBook.as_view(), name="call_book"),
    path("extern-finansiering/", outside.ExternalList.as_view(), name="external"),
    path("extern-finansiering/ny/", outside.WriteExternal.as_view(), name="external_add"),
    path("extern-finansiering/<int:pk>/", outside.ExternalPage.as_view(), name="external_grant"),
    path("extern-finansiering/<int:pk>/andra/", outside.WriteExternal.as_view(), name="external_change"),
    path("extern-finansiering/<int:pk>/laglighet/", outside.CheckExternal.as_view(), name="external_check"),
    path("extern-finansiering/<int:pk>/tacka-ja/", outside.AcceptExternal.as_view(), name="external_accept"),
    path("extern-finansiering/<int:pk>/datum/", outside.PlanReport.as_view(), name="external_date"),
    path("extern-finansiering/datum/<int:pk>/", outside.SettleReport.as_view(), name="external_settle"),
]
