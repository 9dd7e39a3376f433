"""The portal's addresses and, before them, the gallery with what its parts talk to."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path

from tests.look.gallery import gallery


def save(request: HttpRequest) -> HttpResponse:
    """A draft's autosave: a title with "krock" in it is one that somebody else has changed, unless the page leaves it."""
    if "krock" not in request.POST["title"] or request.POST.get("leave") == "title":
        email = request.POST["email"]
        problem = "E-postadressen är inte hel." if email and "@" not in email else ""
        return JsonResponse({"version": int(request.POST["version"]) + 1, "problem": problem})
    conflicts = [{"name": "title", "label": "Rubrik", "mine": request.POST["title"], "theirs": "Det andra"}]
    context = {"conflicts": conflicts, "reload_url": "/galleri/", "form_id": "sample"}
    return render(request, "components/conflict.html", context, status=409)


def progress(request: HttpRequest) -> HttpResponse:
    context = {"url": request.path, "text": "40 av 40 enheter är klara", "done": 40, "total": 40}
    return render(request, "components/progress.html", context)


urlpatterns = [
    path("galleri/", gallery),
    path("galleri/spara/", save),
    path("galleri/framsteg/", progress),
    path("", include("portal.urls")),
]
