"""The demo's logins: one member of staff for each role. Shoppers with a login are in `crowd`."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from shop.customers.models import User
from shop.demo.crowd import PASSWORD, confirm

ROLES = {"owner": "Ana Rotaru", "merchant": "Mykola Hrytsenko", "marketer": "Irina Sandu", "support": "Daria Mocanu"}


def hire() -> dict[str, User]:
    """The members of staff by role, each in the group of that name; the owner may do everything."""
    password = make_password(PASSWORD)
    hired = {}
    for role, name in ROLES.items():
        first, last = name.split()
        user, _is_new = User.objects.update_or_create(
            email=f"{role}@teapotlane.example",
            defaults={
                "first_name": first,
                "last_name": last,
                "password": password,
                "is_staff": True,
                "is_active": True,
                "is_superuser": role == "owner",
            },
        )
        user.groups.set([Group.objects.get_or_create(name=role)[0]])
        hired[role] = user
    confirm(hired.values())
    return hired
