from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.MeView.as_view(), name="me"),
    path("mina-uppgifter.zip", views.MyDataView.as_view(), name="my_data"),
    path("inloggningar/avsluta/", views.SignOutEverywhereView.as_view(), name="sign_out_everywhere"),
]
