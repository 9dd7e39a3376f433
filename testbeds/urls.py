"""Addresses of the testbeds."""

from django.urls import path

from testbeds.views import hosting_times, requests, times

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
    path("forfragan/<int:pk>/tider/<int:claim>/flytta/", times.MoveTime.as_view(), name="move_time"),
    # A testbed's time, for its host
    path("vard/<slug:slug>/onskemal/", hosting_times.Competing.as_view(), name="competing"),
    path("vard/<slug:slug>/sparrar/", hosting_times.Blocking.as_view(), name="blocking"),
    path("vard/<slug:slug>/sparrar/<int:claim>/", hosting_times.Unblock.as_view(), name="unblock"),
]
