"""Addresses of the testbeds."""

from django.urls import path

from testbeds.views import catalogue, hosting

app_name = "testbeds"
urlpatterns = [
    # The catalogue
    path("", catalogue.TestbedList.as_view(), name="list"),
    path("karta/", catalogue.TestbedMap.as_view(), name="map"),
    path("lediga-tider/", catalogue.FindTimes.as_view(), name="find_times"),
    path("sa-gar-det-till/", catalogue.Frames.as_view(), name="frames"),
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
    # One testbed: last, so that no page of ours is taken for one
    path("<slug:slug>/", catalogue.TestbedPage.as_view(), name="testbed"),
]
