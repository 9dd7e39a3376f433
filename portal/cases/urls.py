from django.urls import path

from portal.cases import keys  # noqa: F401  # makes the converters known
from portal.cases.views import export, inside, lists, search, similar
from portal.cases.views.case import CasePage, MovePage
from portal.cases.views.writing import ConsiderationsPage

app_name = "cases"
urlpatterns = [
    path("sok/", search.SearchPage.as_view(), name="search"),
    path("arenden/", lists.MinePage.as_view(), name="mine"),
    path("arenden/alla/", lists.AllCases.as_view(), name="all"),
    path("arenden/alla/arenden.<file_form:form>", lists.ExportCases.as_view(), name="export_list"),
    path("arenden/dokument/<int:pk>/", inside.DownloadView.as_view(), name="document"),
    path("arenden/dokument/<int:pk>/dra-tillbaka/", inside.WithdrawDocumentPage.as_view(), name="withdraw_document"),
    path("arenden/<key:key>/", CasePage.as_view(), name="case"),
    path("arenden/<key:key>/meddelande/", inside.MessagePage.as_view(), name="message"),
    path("arenden/<key:key>/dokument/", inside.AddDocumentPage.as_view(), name="add_document"),
    path("arenden/<key:key>/overvaganden/", ConsiderationsPage.as_view(), name="considerations"),
    path("arenden/<key:key>/medforfattare/", inside.AddCoauthorPage.as_view(), name="add_coauthor"),
    path(
        "arenden/<key:key>/medforfattare/<int:person>/ta-bort/",
        inside.RemoveCoauthorPage.as_view(),
        name="remove_coauthor",
    ),
    path("arenden/<key:key>/handlaggare/", inside.HolderPage.as_view(), name="holder"),
    path("arenden/<key:key>/oppenhet/", inside.OpennessPage.as_view(), name="openness"),
    path("arenden/<key:key>/koppla/", inside.TiePage.as_view(), name="tie"),
    path("arenden/<key:key>/koppling/<int:pk>/losa/", inside.UntiePage.as_view(), name="untie"),
    path("arenden/<key:key>/utdrag/", export.ExportPage.as_view(), name="export"),
    path("arenden/<key:key>/liknande/", similar.SimilarPage.as_view(), name="similar"),
    path("arenden/<key:key>/liknande/<int:pk>/", similar.SimilarAnswer.as_view(), name="similar_answer"),
    path("arenden/<key:key>/kasta/", inside.DiscardPage.as_view(), name="discard"),
    path("arenden/<key:key>/<slug:move>/", MovePage.as_view(), name="move"),
]
