"""Addresses of the testbeds."""

from django.urls import URLPattern, path

from testbeds.views import calendars, feeds

app_name = "testbeds"
urlpatterns: list[URLPattern] = [
    # Calendars: before what takes any word for a testbed’s address
    path("mina-tider/", calendars.MyTimes.as_view(), name="my_times"),
    path("kalender/", feeds.MyFeeds.as_view(), name="feeds"),
    path("kalender/<int:pk>/aterkalla/", feeds.RevokeFeed.as_view(), name="revoke_feed"),
    path("kalender/<str:token>.ics", feeds.Feed.as_view(), name="feed"),
    path("<slug:slug>/tider/", calendars.CalendarPage.as_view(), name="calendar"),
]
