"""Addresses of the testbeds."""

from django.urls import path

from testbeds.views import calendars, catalogue, feeds, hosting, hosting_times, requests, times

app_name = "testbeds"
urlpatterns = [
    # Requests: asked for, written, and what hosts say of the reimbursement
    path("ny/", requests.BeginRequest.as_view(), name="begin"),
    path("forfragningar/", requests.RequestList.as_view(), name="requests"),
    path("forfragan/<int:pk>/", requests.WriteRequest.as_view(), name="write"),
    path("sa-gar-det-till/", requests.HowPage.as_view(), name="how"),
    path("ersattning/", requests.ModelFlagList.as_view(), name="model_flags"),
    # The times of a request
    path("forfragan/<int:pk>/tider/", times.Times.as_view(), name="times"),
    path("forfragan/<int:pk>/tider/hall/", times.HoldTime.as_view(), name="hold"),
    path("forfragan/<int:pk>/tider/ko/", times.StandInLine.as_view(), name="stand_in_line"),
    path("forfragan/<int:pk>/tider/ko/<int:wait>/", times.Line.as_view(), name="line"),
    path("forfragan/<int:pk>/tider/serie/", times.SeriesPage.as_view(), name="series"),
    path("forfragan/<int:pk>/tider/<int:claim>/avboka/", times.LetGo.as_view(), name="let_go"),
    path("forfragan/<int:pk>/tider/<int:claim>/behall/", times.KeepLonger.as_view(), name="keep_longer"),
    path("forfragan/<int:pk>/tider/<int:claim>/flytta/", times.MoveTime.as_view(), name="move_time"),
    # A testbed's time, for its host
    path("vard/<slug:slug>/onskemal/", hosting_times.Competing.as_view(), name="competing"),
    path("vard/<slug:slug>/sparrar/", hosting_times.Blocking.as_view(), name="blocking"),
    path("vard/<slug:slug>/sparrar/<int:claim>/", hosting_times.Unblock.as_view(), name="unblock"),
    # The catalogue
    path("", catalogue.TestbedList.as_view(), name="list"),
    path("karta/", catalogue.TestbedMap.as_view(), name="map"),
    path("lediga-tider/", catalogue.FindTimes.as_view(), name="find_times"),
    path("bild/<int:pk>/", catalogue.PictureView.as_view(), name="picture"),
    # The host's own
    path("mina/", hosting.HostedList.as_view(), name="hosted"),
    path("mina/ny/", hosting.WriteTestbed.as_view(), name="host_new"),
    path("mina/<int:pk>/", hosting.HostPage.as_view(), name="host"),
    path("mina/<int:pk>/skriv/", hosting.WriteTestbed.as_view(), name="host_change"),
    path("mina/<int:pk>/tider/", hosting.WriteHours.as_view(), name="host_hours"),
    path("mina/<int:pk>/undantag/", hosting.AddException.as_view(), name="host_exception"),
    path(
        "mina/<int:pk>/undantag/<int:exception>/ta-bort/",
        hosting.RemoveException.as_view(),
        name="host_exception_remove",
    ),
    path("mina/<int:pk>/bild/", hosting.AddPicture.as_view(), name="host_picture"),
    path("mina/<int:pk>/bild/<int:picture>/ta-bort/", hosting.RemovePicture.as_view(), name="host_picture_remove"),
    path("mina/<int:pk>/publicera/", hosting.Publish.as_view(), name="host_publish"),
    path("mina/<int:pk>/stang/", hosting.Close.as_view(), name="host_close"),
    # Calendars: before what takes any word for a testbed’s address
    path("mina-tider/", calendars.MyTimes.as_view(), name="my_times"),
    path("kalender/", feeds.MyFeeds.as_view(), name="feeds"),
    path("kalender/<int:pk>/aterkalla/", feeds.RevokeFeed.as_view(), name="revoke_feed"),
    path("kalender/<str:token>.ics", feeds.Feed.as_view(), name="feed"),
    path("<slug:slug>/tider/", calendars.CalendarPage.as_view(), name="calendar"),
    # One testbed: last, so that no page of ours is taken for one
    path("<slug:slug>/", catalogue.TestbedPage.as_view(), name="testbed"),
]
