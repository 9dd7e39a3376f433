"""Addresses of good examples. All are open to everyone."""

from django.urls import path

from ideas.views import examples

app_name = "examples"
urlpatterns = [
    path("", examples.ExampleList.as_view(), name="list"),
    path("<int:pk>/", examples.ExamplePage.as_view(), name="page"),
    path("bild/<int:pk>/", examples.PictureView.as_view(), name="picture"),
]
