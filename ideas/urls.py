"""Addresses of ideas. Those of suggestions stand in ``suggestion_urls``: they have a name space and a start of their own."""

from django.urls import path

from ideas.views import criteria, examples, ideas, placing, spreading, talking, unit, valuing

app_name = "ideas"
urlpatterns = [
    path("", ideas.IdeaList.as_view(), name="list"),
    path("ny/", ideas.BeginIdea.as_view(), name="begin"),
    path("<int:pk>/skriv/", ideas.WriteIdea.as_view(), name="write"),
    path("<int:pk>/bedom/", ideas.AssessView.as_view(), name="assess"),
    path("bedomningsgrunder/", criteria.CriteriaPage.as_view(), name="criteria"),
    path("bedomningsgrunder/ny/", criteria.NewVersionPage.as_view(), name="criteria_new"),
    path("<int:pk>/vard/jamfor/", placing.AddCandidatePage.as_view(), name="candidate_add"),
    path("<int:pk>/vard/<int:candidate>/", placing.ChangeCandidatePage.as_view(), name="candidate"),
    path("<int:pk>/vard/<int:candidate>/ta-bort/", placing.RemoveCandidatePage.as_view(), name="candidate_remove"),
    path("<int:pk>/nytta/", valuing.BenefitsPage.as_view(), name="benefits"),
    path("enheten/", unit.UnitPage.as_view(), name="unit"),
    path("<int:pk>/stod/", talking.SupportView.as_view(), name="support"),
    path("<int:pk>/folj/", talking.FollowView.as_view(), name="follow"),
    path("<int:pk>/kommentera/", talking.WriteCommentPage.as_view(), name="comment"),
    path("<int:pk>/kommentarer/<int:comment>/", talking.ChangeCommentPage.as_view(), name="comment_change"),
    path("<int:pk>/kommentarer/<int:comment>/ta-bort/", talking.RemoveCommentPage.as_view(), name="comment_remove"),
    path("<int:pk>/kommentarer/<int:comment>/anmal/", talking.ReportCommentPage.as_view(), name="comment_report"),
    path("<int:pk>/kommentarer/<int:comment>/lat-sta/", talking.LetStandPage.as_view(), name="comment_stands"),
    path("<int:pk>/gor-sa-har/", spreading.KitPage.as_view(), name="kit"),
    path("<int:pk>/ta-efter/", spreading.TakeUpPage.as_view(), name="take_up"),
    path("<int:pk>/ta-efter/<int:adoption>/", spreading.CheckAdoptionPage.as_view(), name="check_adoption"),
    path("<int:pk>/ta-efter/<int:adoption>/ratta/", spreading.CorrectAdoptionPage.as_view(), name="correct_adoption"),
    path("<int:pk>/ta-efter/<int:adoption>/svaret/", spreading.CorrectCheckPage.as_view(), name="correct_check"),
    path("<int:pk>/exempel/", examples.WriteExamplePage.as_view(), name="example"),
    path("<int:pk>/exempel/publicera/", examples.PublishExamplePage.as_view(), name="example_publish"),
    path("<int:pk>/exempel/dra-tillbaka/", examples.WithdrawExamplePage.as_view(), name="example_withdraw"),
    path("<int:pk>/exempel/bild/", examples.AddPicturePage.as_view(), name="picture"),
    path("<int:pk>/exempel/bild/<int:picture>/ta-bort/", examples.RemovePicturePage.as_view(), name="picture_remove"),
    path("<int:pk>/mitt-namn/", examples.NamePage.as_view(), name="name"),
    path("<int:pk>/exempel/namn/", examples.AddCreditPage.as_view(), name="credit"),
    path("<int:pk>/exempel/namn/<int:credit>/ta-bort/", examples.RemoveCreditPage.as_view(), name="credit_remove"),
]
