"""Addresses of pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from tenfold.web.pages import today
from tenfold.web.pages.viewing import public

app_name = "pages"
urlpatterns = [
    path("login", public(LoginView.as_view(template_name="pages/login.html")), name="login"),
    path("logout", public(LogoutView.as_view()), name="logout"),
    path("c/<slug:community>/today", today.today, name="today"),
    path("c/<slug:community>/talks", today.log, name="log"),
]
