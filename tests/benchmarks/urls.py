"""All addresses, and the trivial page: signed in, nothing read but session and user."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def trivial(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user.pk}")


urlpatterns = [path("trivial", trivial), path("", include("config.urls"))]
