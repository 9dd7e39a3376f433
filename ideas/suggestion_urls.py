"""Addresses of suggestions. All but ``hantera/`` are open to everyone."""

from django.urls import path

from ideas.views import suggestions

app_name = "suggestions"
urlpatterns = [
    path("", suggestions.PublicList.as_view(), name="public"),
    path("lamna/", suggestions.LeaveSuggestion.as_view(), name="leave"),
    path("tack/", suggestions.ReceiptPage.as_view(), name="receipt"),
    path("folj/", suggestions.FollowPage.as_view(), name="follow"),
    path("folj/glom/", suggestions.ForgetPage.as_view(), name="forget"),
    path("folj/<str:key>/", suggestions.FollowedPage.as_view(), name="followed"),
    path("hantera/", suggestions.HandleList.as_view(), name="handle"),
]
