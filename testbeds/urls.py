"""Addresses of the testbeds."""

from django.urls import URLPattern

app_name = "testbeds"
urlpatterns: list[URLPattern] = []
