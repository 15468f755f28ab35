"""The pages, and where they are."""

urlpatterns: list[object] = []
