"""Addresses of challenges. The list and each challenge are open to everyone."""

from django.urls import path

from ideas.views import challenges

app_name = "challenges"
urlpatterns = [
    path("", challenges.ChallengeList.as_view(), name="list"),
    path("ny/", challenges.BeginChallenge.as_view(), name="begin"),
    path("<int:pk>/", challenges.ChallengePage.as_view(), name="page"),
    path("<int:pk>/skriv/", challenges.WriteChallenge.as_view(), name="write"),
]
