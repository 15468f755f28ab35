"""askhour as a Django application."""

from django.apps import AppConfig


class Askhour(AppConfig):
    name = "bot"
    label = "bot"
    default = True
