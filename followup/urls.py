"""Addresses of the follow-up: a report is its year and its version."""

from django.urls import include, path

from followup import views

app_name = "followup"

report = [
    path("", views.ReportPage.as_view(), name="report"),
    path("framsteg/", views.ReportProgress.as_view(), name="progress"),
    path("avbryt/", views.CancelReport.as_view(), name="cancel"),
    path("rapport.<slug:extension>", views.ReportFile.as_view(), name="file"),
    path("enhet/<int:unit>/", views.PartPage.as_view(), name="part"),
    path("tal/<str:key>/", views.FigurePage.as_view(), name="figure"),
    path("tal/<str:key>/diagram-<slug:language>.svg", views.FigureChart.as_view(), name="chart"),
]
urlpatterns = [
    path("", views.ReportList.as_view(), name="list"),
    path("<int:year>/", views.YearPage.as_view(), name="year"),
    path("<int:year>/<int:edition>/", include(report)),
]
