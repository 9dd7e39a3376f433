"""Addresses of the fund."""

from django.urls import path

from fund.views import applications, calls, deciding, money

app_name = "fund"
urlpatterns = [
    path("", calls.CallList.as_view(), name="list"),
    path("utlysning/ny/", calls.BeginCall.as_view(), name="begin_call"),
    path("utlysning/<int:pk>/skriv/", calls.WriteCall.as_view(), name="write_call"),
    path("ansokningar/", applications.ApplicationList.as_view(), name="applications"),
    path("ansokan/ny/", applications.BeginApplication.as_view(), name="begin"),
    path("ansokan/<int:pk>/skriv/", applications.WriteApplication.as_view(), name="write"),
    path("utlysning/<int:pk>/beslut/", deciding.DecidePage.as_view(), name="decide"),
    path("utlysning/<int:pk>/beslut/brev/", deciding.LettersPage.as_view(), name="letters"),
    path("utlysning/<int:pk>/beslut/<int:application>/", deciding.SaveRuling.as_view(), name="save_ruling"),
    path("utlysning/<int:pk>/huvudbok/", money.LedgerPage.as_view(), name="ledger"),
    path("utlysning/<int:pk>/huvudbok/ansokningar/", money.AccountsPage.as_view(), name="accounts"),
    path("ansokan/<int:pk>/brev/<slug:letter>.pdf", deciding.LetterFile.as_view(), name="letter"),
]
