from django.urls import path, register_converter

from portal.pages import views
from portal.pages.barriers import views as barriers
from portal.pages.states import Audience


class AudienceConverter:
    regex = "|".join(Audience.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AudienceConverter, "audience")

app_name = "pages"
urlpatterns = [
    path("", views.StartView.as_view(), name="start"),
    path("in/", views.WayInView.as_view(), name="way_in"),
    path("in/<audience:audience>/", views.DoorsView.as_view(), name="doors"),
    path("om/", views.AboutView.as_view(), name="about"),
    path("guider/", views.GuidesView.as_view(), name="guides"),
    path("guider/<slug:slug>/", views.GuideView.as_view(), name="guide"),
    path("kontakt/", views.ContactsView.as_view(), name="contacts"),
    path("kontakt/ny/", views.AddContactView.as_view(), name="contact_add"),
    path("kontakt/<int:pk>/", views.EditContactView.as_view(), name="contact_edit"),
    path("kontakt/<int:pk>/ta-bort/", views.RemoveContactView.as_view(), name="contact_remove"),
    path("tillganglighet/", views.AccessibilityView.as_view(), name="accessibility"),
    path("tillganglighet/anmal/", barriers.ReportBarrierView.as_view(), name="barrier"),
    path("tillganglighet/anmal/kvitto/", barriers.BarrierReceiptView.as_view(), name="barrier_receipt"),
    path("tillganglighet/anmal/glom/", barriers.ForgetBarrierView.as_view(), name="barrier_forget"),
    path("tillganglighet/folj/", barriers.FollowBarrierView.as_view(), name="barrier_follow"),
    path("farger/", views.ColoursView.as_view(), name="colours"),
]
