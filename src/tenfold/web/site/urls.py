"""Every address."""

from django.urls import include, path

handler400 = "tenfold.web.pages.arriving.refuse"
urlpatterns = [path("", include("tenfold.web.pages.urls")), path("", include("tenfold.web.pages.entrance_urls"))]
