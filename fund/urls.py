"""Addresses of the fund."""

from django.urls import path

from fund.views import applications, calling, calls, deciding, money, outcome, outside, panel, receipts, reviews

app_name = "fund"
urlpatterns = [
    path("", calls.CallList.as_view(), name="list"),
    path("utlysning/ny/", calls.BeginCall.as_view(), name="begin_call"),
    path("utlysning/<int:pk>/skriv/", calls.WriteCall.as_view(), name="write_call"),
    path("ansokningar/", applications.ApplicationList.as_view(), name="applications"),
    path("ansokan/ny/", applications.BeginApplication.as_view(), name="begin"),
    path("ansokan/<int:pk>/skriv/", applications.WriteApplication.as_view(), name="write"),
    path("utlysning/<int:pk>/fragor/", calling.CallFormPage.as_view(), name="call_form"),
    path("utlysning/<int:pk>/andra/", calling.ChangeCallPage.as_view(), name="change_call"),
    path("utlysning/<int:pk>/formular/", calling.PreviewPage.as_view(), name="preview_call"),
    path("utlysning/<int:pk>/version/<int:number>/", calling.EditionPage.as_view(), name="edition"),
    path("utlysning/<int:pk>/sen/", calling.LatePage.as_view(), name="late_right"),
    path("ansokan/<int:pk>/skriver/", applications.Writing.as_view(), name="writing"),
    path("ansokan/<int:pk>/pdf/", applications.Paper.as_view(), name="paper"),
    path("ansokan/<int:pk>/kvitto/", applications.Receipt.as_view(), name="receipt"),
    path("kvitto/", receipts.TryReceipt.as_view(), name="try_receipt"),
    path("kvitto/nycklar.json", receipts.receipt_keys, name="receipt_keys"),
    path("granskning/", reviews.MyReviews.as_view(), name="reviews"),
    path("granskning/<int:pk>/", reviews.ReviewPage.as_view(), name="review"),
    path("granskning/<int:pk>/fil/<slug:sha256>/", reviews.ReviewFile.as_view(), name="review_file"),
    path("granskning/<int:pk>/jav/", reviews.DeclarePage.as_view(), name="declare"),
    path("utlysning/<int:pk>/granskning/", panel.PanelPage.as_view(), name="panel"),
    path("utlysning/<int:pk>/granskning/karta/", panel.MapPage.as_view(), name="map"),
    path("utlysning/<int:pk>/granskare/ny/", panel.AddReviewerPage.as_view(), name="add_reviewer"),
    path("utlysning/<int:pk>/granskare/<int:reviewer>/", panel.ChangeReviewerPage.as_view(), name="change_reviewer"),
    path(
        "utlysning/<int:pk>/granskare/<int:reviewer>/bort/", panel.RemoveReviewerPage.as_view(), name="remove_reviewer"
    ),
    path("ansokan/<int:pk>/granskning/", panel.WeighPage.as_view(), name="weigh"),
    path("ansokan/<int:pk>/granskning/<int:review>/bort/", panel.TakeOffPage.as_view(), name="take_off"),
    path("ansokan/<int:pk>/granskning/<int:review>/visa/", panel.SeenAsPage.as_view(), name="seen_as"),
    path("ansokan/<int:pk>/granskning/<int:review>/oppna/", panel.OpenAgainPage.as_view(), name="open_again"),
    path("ansokan/<int:pk>/samlat/", panel.ConsensusPage.as_view(), name="agree"),
    path("utlysning/<int:pk>/beslut/", deciding.DecidePage.as_view(), name="decide"),
    path("utlysning/<int:pk>/beslut/brev/", deciding.LettersPage.as_view(), name="letters"),
    path("utlysning/<int:pk>/beslut/<int:application>/", deciding.SaveRuling.as_view(), name="save_ruling"),
    path("utlysning/<int:pk>/huvudbok/", money.LedgerPage.as_view(), name="ledger"),
    path("utlysning/<int:pk>/huvudbok/ansokningar/", money.AccountsPage.as_view(), name="accounts"),
    path("ansokan/<int:pk>/brev/<slug:letter>.pdf", deciding.LetterFile.as_view(), name="letter"),
    path("beviljade/", outcome.GrantedList.as_view(), name="granted"),
    path("ansokan/<key:key>/namn/", outcome.NamePage.as_view(), name="name"),
    path("ansokan/<key:key>/akt.pdf", outcome.DossierFile.as_view(), name="dossier"),
    path("utlysning/<key:key>/allt.xlsx", outcome.CallBook.as_view(), name="call_book"),
    path("extern-finansiering/", outside.ExternalList.as_view(), name="external"),
    path("extern-finansiering/ny/", outside.WriteExternal.as_view(), name="external_add"),
    path("extern-finansiering/<int:pk>/", outside.ExternalPage.as_view(), name="external_grant"),
    path("extern-finansiering/<int:pk>/andra/", outside.WriteExternal.as_view(), name="external_change"),
    path("extern-finansiering/<int:pk>/laglighet/", outside.CheckExternal.as_view(), name="external_check"),
    path("extern-finansiering/<int:pk>/tacka-ja/", outside.AcceptExternal.as_view(), name="external_accept"),
    path("extern-finansiering/<int:pk>/datum/", outside.PlanReport.as_view(), name="external_date"),
    path("extern-finansiering/datum/<int:pk>/", outside.SettleReport.as_view(), name="external_settle"),
]
