"""Addresses of ideas. Those of suggestions stand in ``suggestion_urls``: they have a name space and a start of their own."""

from django.urls import path

from ideas.views import ideas

app_name = "ideas"
urlpatterns = [
    path("", ideas.IdeaList.as_view(), name="list"),
    path("ny/", ideas.BeginIdea.as_view(), name="begin"),
    path("<int:pk>/skriv/", ideas.WriteIdea.as_view(), name="write"),
    path("<int:pk>/bedom/", ideas.AssessView.as_view(), name="assess"),
]
