from django.urls import path

from portal.organisation import views

app_name = "organisation"
urlpatterns = [path("", views.OrganisationView.as_view(), name="tree")]
