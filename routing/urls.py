"""Addresses of the routing app."""

from django.urls import URLPattern, path

from routing.views import signing_in

app_name = "routing"

urlpatterns: list[URLPattern] = [
    path("sign-in/", signing_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("sign-in/demo/<slug:role>/", signing_in.enter_demo, name="enter_demo"),
    path("theme/", signing_in.set_theme, name="set_theme"),
    path("password/", signing_in.password_reset, name="password_reset"),
    path("password/sent/", signing_in.password_reset_done, name="password_reset_done"),
    path("password/<uidb64>/<token>/", signing_in.password_reset_confirm, name="password_reset_confirm"),
    path("password/set/", signing_in.password_reset_complete, name="password_reset_complete"),
]
