from django.urls import path

from portal.cases import keys  # noqa: F401  # makes the converters known
from portal.cases.views import diary

app_name = "diary"
urlpatterns = [
    path("", diary.DiaryPage.as_view(), name="list"),
    path("diarium.<file_form:form>", diary.ExportDiary.as_view(), name="export"),
    path("<key:key>/", diary.CaseDiaryPage.as_view(), name="case"),
    path("<key:key>/papper/", diary.PaperPage.as_view(), name="paper"),
    path("<key:key>/<int:line>/sekretess/", diary.MarkPage.as_view(), name="mark"),
]
