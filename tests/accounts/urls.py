"""The portal's addresses and one more, which answers for the API."""

from django.http import HttpResponse
from django.urls import path

from portal.urls import urlpatterns as portals

urlpatterns = [*portals, path("api/probe/", lambda request: HttpResponse("ok"))]
