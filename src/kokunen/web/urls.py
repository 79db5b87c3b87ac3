"""The addresses of the site, made from the one table of routes."""

from __future__ import annotations

from django.urls import path
from django.utils.module_loading import import_string

from kokunen.web.api import api
from kokunen.web.guard import guarded
from kokunen.web.routes import ROUTES

handler400 = "kokunen.web.views.errors.bad_request"
handler403 = "kokunen.web.views.errors.forbidden"
handler404 = "kokunen.web.views.errors.not_found"
handler500 = "kokunen.web.views.errors.server_error"

urlpatterns = [
    *(
        path(route.path, guarded(route, import_string(route.view)), name=route.name)
        for route in ROUTES
    ),
    path("api/v1/", api.urls),
]
