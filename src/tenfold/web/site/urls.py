"""Every address."""

from django.urls import include, path

urlpatterns = [path("", include("tenfold.web.pages.urls")), path("", include("tenfold.web.pages.entrance_urls"))]
