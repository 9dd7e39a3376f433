"""Addresses of the house. Each strategy app adds its own under a fixed path."""

from django.contrib import admin
from django.urls import include, path

from portal import health
from portal.accounts.views import set_language
from portal.api.docs import DocsPage
from portal.api.views import api

handler500 = "portal.health.server_error"

urlpatterns = [
    path("", include("portal.pages.urls")),
    path("", include("portal.cases.urls")),
    path("diarium/", include("portal.cases.diary_urls")),
    path("ideer/", include("ideas.urls")),
    path("forslag/", include("ideas.suggestion_urls")),
    path("rattigheter/", include("rights.urls")),
    path("fonden/", include("fund.urls")),
    path("testbaddar/", include("testbeds.urls")),
    path("exempel/", include("ideas.example_urls")),
    path("utmaningar/", include("ideas.challenge_urls")),
    path("behov/", include("ideas.need_urls")),
    path("omvarld/", include("ideas.scanning_urls")),
    path("uppfoljning/", include("followup.urls")),
    path("konto/", include("portal.accounts.urls")),
    path("konto/", include("portal.accounts.sign_in_urls")),
    path("organisation/", include("portal.organisation.urls")),
    path("notiser/", include("portal.notices.urls")),
    path("api/v1/docs", DocsPage.as_view(), name="api_docs"),
    path("api/v1/", api.urls),
    path("sprak/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]

handler400 = "portal.cases.limits.bad_request"
