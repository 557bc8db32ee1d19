"""Catalogues of other shops, brought in."""
