"""allauth's views under Swedish addresses. The names are allauth's own, without a namespace, because allauth asks for them."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.urls import path, re_path

from portal.accounts import views

urlpatterns = [
    path("logga-in/", views.SignInView.as_view(), name="account_login"),
    path("logga-ut/", views.SignOutView.as_view(), name="account_logout"),
    path("avstangt/", account.account_inactive, name="account_inactive"),
    path("skapa/", views.SignUpView.as_view(), name="account_signup"),
    path("bekrafta-dig/", account.reauthenticate, name="account_reauthenticate"),
    path("e-post/", views.AddressView.as_view(), name="account_email"),
    path("e-post/skickat/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^e-post/bekrafta/(?P<key>[-:\w]+)/$", views.ConfirmView.as_view(), name="account_confirm_email"),
    path("losenord/", account.password_change, name="account_change_password"),
    path("losenord/valj/", account.password_set, name="account_set_password"),
    path("losenord/glomt/", account.password_reset, name="account_reset_password"),
    path("losenord/glomt/skickat/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^losenord/nytt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("losenord/klart/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("tvasteg/", mfa.index, name="mfa_index"),
    path("tvasteg/kod/", mfa.authenticate, name="mfa_authenticate"),
    path("tvasteg/kod-igen/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("tvasteg/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("tvasteg/app/ta-bort/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tvasteg/reservkoder/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("tvasteg/reservkoder/nya/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("tvasteg/reservkoder/hamta/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("tvasteg/nycklar/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("tvasteg/nycklar/ny/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("tvasteg/nycklar/igen/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("tvasteg/nycklar/logga-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("tvasteg/nycklar/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("tvasteg/nycklar/<int:pk>/ta-bort/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("inloggningar/", views.SessionsView.as_view(), name="usersessions_list"),
    path("anslutningar/", social.connections, name="socialaccount_connections"),
    path("anslutningar/avbruten/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("anslutningar/fel/", social.login_error, name="socialaccount_login_error"),
    path("anslutningar/skapa/", social.signup, name="socialaccount_signup"),
    path("via/<slug:provider_id>/", views.region_sign_in, name="openid_connect_login"),
    path("via/<slug:provider_id>/svar/", views.region_callback, name="openid_connect_callback"),
]
