"""The invented people as rows: customers, accounts with addresses, and what they agreed to."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from oscar.apps.address.models import UserAddress

from shop.customers.models import Consent, Customer, User
from shop.demo import bulk
from shop.demo.diary import Diary
from shop.demo.habits import Purchase
from shop.demo.people import Person
from shop.events.catalog import ConsentAsked, ConsentGiven, ConsentWithdrawn, CustomerRegistered, EmailConfirmed

PASSWORD = "teapot-lane"  # noqa: S105  of every demo login, printed when the demo starts
LOGINS = {"en": "emma", "uk": "olena", "ru": "olga", "ro": "ioana"}  # demo shoppers, one for each language
_NAMES = {"en": ("Emma", "Palmer"), "uk": ("Олена", "Коваленко"), "ru": ("Ольга", "Мельник"), "ro": ("Ioana", "Munteanu")}
_WORDING = "Write to me about new things and offers. I can stop it at any time."


@dataclass
class Crowd:
    """The rows by the person's number; an account counts from the moment it was opened."""

    customers: dict[int, Customer]
    accounts: dict[int, tuple[User, datetime]]

    def account_at(self, number: int, moment: datetime) -> User | None:
        user, opened = self.accounts.get(number, (None, moment))
        return user if opened <= moment else None


def name_logins(people: list[Person], purchases: Iterable[Purchase]) -> list[Person]:
    """The same people, but for one good customer of each language, who gets a known address to try the account with."""
    orders: dict[int, list[datetime]] = {}
    for purchase in purchases:
        orders.setdefault(purchase.person.number, []).append(purchase.moment)
    named = list(people)
    for language, login in LOGINS.items():
        own = [person for person in people if person.language == language and person.number in orders]
        if own:
            best = max(own, key=lambda person: _worth_showing(person, orders[person.number]))
            first, last = _NAMES[language]
            email = f"{login}@teapotlane.example"
            named[best.number] = replace(best, email=email, first_name=first, last_name=last, has_account=True, wants_news=True)
    return named


def _worth_showing(person: Person, orders: list[datetime]) -> tuple[bool, int, datetime]:
    """An account with a good number of orders, the last of them as fresh as can be."""
    return person.has_account, min(len(orders), 12), orders[-1]


def write(people: list[Person], purchases: list[Purchase], now: datetime, diary: Diary, seed: int) -> Crowd:
    """Customers with accounts, addresses and consents, and the events of all that."""
    first: dict[int, datetime] = {}
    last: dict[int, datetime] = {}
    for purchase in purchases:
        first.setdefault(purchase.person.number, purchase.moment)
        last[purchase.person.number] = purchase.moment
    met = {
        person.number: first.get(person.number) or datetime.combine(person.met_on, time(12), now.tzinfo) for person in people
    }
    opened = _openings(people, met, purchases, now, seed)
    users = _users(people, opened, last)
    customers = {person.number: _customer(person, met[person.number], users.get(person.number), opened) for person in people}
    bulk.write(Customer, customers.values())
    for number, moment in opened.items():
        diary.note(CustomerRegistered(), customers[number], moment)
        diary.note(EmailConfirmed(), customers[number], moment + timedelta(minutes=4))
    _consents(people, customers, met, now, diary, seed)
    return Crowd(customers, {number: (user, opened[number]) for number, user in users.items()})


def _openings(
    people: list[Person], met: dict[int, datetime], purchases: list[Purchase], now: datetime, seed: int
) -> dict[int, datetime]:
    """When each account was opened: after the first order, or before the second."""
    chance = random.Random(f"{seed} accounts")
    orders: dict[int, list[datetime]] = {}
    for purchase in purchases:
        orders.setdefault(purchase.person.number, []).append(purchase.moment)
    opened = {}
    for person in people:
        late = chance.random() < 0.35
        if person.has_account:
            own = orders.get(person.number, [])
            moment = own[1] - timedelta(minutes=9) if late and len(own) > 1 else met[person.number] + timedelta(minutes=6)
            opened[person.number] = min(moment, now - timedelta(minutes=5))
    return opened


def _users(people: list[Person], opened: dict[int, datetime], last: dict[int, datetime]) -> dict[int, User]:
    known = {f"{login}@teapotlane.example" for login in LOGINS.values()}
    password = make_password(PASSWORD)
    users = {
        person.number: User(
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            password=password if person.email in known else f"{UNUSABLE_PASSWORD_PREFIX}{person.uid.hex}",
            date_joined=opened[person.number],
            last_login=last.get(person.number),
        )
        for person in people
        if person.number in opened
    }
    User.objects.bulk_create(users.values(), batch_size=1000)
    confirm(users.values())
    UserAddress.objects.bulk_create(
        [_address(person, users[person.number]) for person in people if person.number in users], batch_size=1000
    )
    return users


def confirm(users: Iterable[User]) -> None:
    """Their addresses were shown to be theirs: nobody else may log in."""
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users],
        ignore_conflicts=True,
        batch_size=1000,
    )


def _address(person: Person, user: User) -> UserAddress:
    address = UserAddress(
        user=user,
        first_name=person.first_name,
        last_name=person.last_name,
        line1=person.address.line1,
        line4=person.address.city,
        state=person.address.state,
        postcode=person.address.postcode,
        country_id=person.country,
        phone_number=person.phone,
        is_default_for_shipping=True,
    )
    address.hash = address.generate_hash()
    address._update_search_text()
    return address


def _customer(person: Person, met: datetime, user: User | None, opened: dict[int, datetime]) -> Customer:
    return Customer(
        uid=person.uid,
        email=person.email,
        email_confirmed_at=opened[person.number] + timedelta(minutes=4) if user else None,
        user=user,
        first_name=person.first_name,
        last_name=person.last_name,
        phone=person.phone,
        language=person.language,
        country=person.country,
        birth_day=person.birthday[0] if person.birthday and user else None,
        birth_month=person.birthday[1] if person.birthday and user else None,
        created_at=met,
    )


def _consents(
    people: list[Person], customers: dict[int, Customer], met: dict[int, datetime], now: datetime, diary: Diary, seed: int
) -> None:
    """Newsletters: most confirm, some never do, some have had enough after a while."""
    chance, rows, events = random.Random(f"{seed} consents"), [], []
    topic, channel = Consent.Topic.NEWS, Consent.Channel.EMAIL
    for person in people:
        is_confirmed, leaves, stays = chance.random() < 0.84, chance.random() < 0.11, timedelta(days=chance.uniform(20, 400))
        if not person.wants_news:
            continue
        customer, asked = customers[person.number], met[person.number]
        source = Consent.Source.FORM if person.temper == "reader" else Consent.Source.CHECKOUT
        confirmed = customer.email_confirmed_at or asked + timedelta(minutes=20)
        row = Consent(
            customer=customer, topic=topic, channel=channel, is_given=True, source=source, wording=_WORDING, happened_at=asked
        )
        row.confirmed_at = confirmed if is_confirmed and confirmed < now else None
        rows.append(row)
        events.append((row, asked))
        if row.confirmed_at and leaves and row.confirmed_at + stays < now:
            gone = Consent.Source.UNSUBSCRIBE
            rows.append(
                Consent(
                    customer=customer,
                    topic=topic,
                    channel=channel,
                    is_given=False,
                    source=gone,
                    happened_at=row.confirmed_at + stays,
                )
            )
            diary.note(ConsentWithdrawn(topic=topic, channel=channel), customer, row.confirmed_at + stays)
    bulk.write(Consent, rows)
    confirmed_ids = {}
    for row, asked in events:
        diary.note(ConsentAsked(consent_id=row.pk, topic=topic, channel=channel), row.customer, asked)
        if row.confirmed_at:
            diary.note(ConsentGiven(topic=topic, channel=channel), row.customer, row.confirmed_at)
            confirmed_ids[row.customer_id] = row.confirmed_at
    unconfirmed = [row.customer for row, _asked in events if row.confirmed_at and not row.customer.email_confirmed_at]
    for customer in unconfirmed:
        customer.email_confirmed_at = confirmed_ids[customer.pk]
    Customer.objects.bulk_update(unconfirmed, ["email_confirmed_at"], batch_size=1000)
