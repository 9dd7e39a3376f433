"""Addresses of the follow-up."""

from django.urls import path

from followup import views

app_name = "followup"
urlpatterns = [
    path("", views.ReportList.as_view(), name="list"),
    path("<int:pk>/", views.ReportPage.as_view(), name="report"),
    path("<int:pk>/framsteg/", views.ReportProgress.as_view(), name="progress"),
    path("<int:pk>/avbryt/", views.CancelReport.as_view(), name="cancel"),
    path("<int:pk>/fil/<slug:fmt>/", views.ReportFile.as_view(), name="file"),
    path("<int:pk>/tal/<slug:key>/", views.FigurePage.as_view(), name="figure"),
    path("<int:pk>/tal/<slug:key>/diagram.svg", views.FigureChart.as_view(), name="chart"),
]
