"""Addresses of the notices."""

from django.urls import path

from portal.notices.views import DeliveryView, NoticesView, ReadView

app_name = "notices"
urlpatterns = [
    path("", NoticesView.as_view(), name="list"),
    path("last/", ReadView.as_view(), name="read"),
    path("e-post/", DeliveryView.as_view(), name="delivery"),
]
