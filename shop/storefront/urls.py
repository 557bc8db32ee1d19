"""The addresses a shopper sees, under Oscar's names."""

urlpatterns: list[object] = []
