"""The addresses a shopper sees, under Oscar's names. Each part of the shop has its own list; order matters only in one."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from shop.storefront import (
    account,
    addresses,
    basket,
    checkout,
    credits,
    gifts,
    home,
    listing,
    news,
    orders,
    pages,
    product,
    recovery,
    registering,
    reviews,
    sitemaps,
    styleguide,
    waiting,
    wishlists,
)

Addresses = list[URLPattern | URLResolver]

catalogue: Addresses = [
    path("", listing.catalogue, name="index"),
    re_path(r"^category/(?P<category_slug>[\w/-]*)_(?P<pk>\d+)/$", listing.category, name="category"),
    re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>\d+)/$", product.detail, name="detail"),
    re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>\d+)/reviews/$", reviews.listing, name="reviews-list"),
    re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>\d+)/reviews/add/$", reviews.add, name="reviews-add"),
    path("<int:pk>/waiting/", waiting.ask, name="waiting"),
]

searching: Addresses = [
    path("", listing.search, name="search"),
    path("suggest/", listing.suggest, name="suggest"),
]

wishes: Addresses = [
    path("", wishlists.mine, name="list"),
    path("share/", wishlists.share, name="share"),
    path("add/<int:pk>/", wishlists.add, name="add"),
    path("remove/<int:pk>/", wishlists.remove, name="remove"),
    path("<str:key>/", wishlists.shared, name="detail"),
]

basket_pages: Addresses = [
    path("", basket.summary, name="summary"),
    path("add/<int:pk>/", basket.add, name="add"),
    path("update/", basket.update, name="update"),
    path("remove/", basket.remove, name="remove"),
    path("undo/<int:pk>/", basket.undo, name="undo"),
    path("recover/<str:token>/", recovery.recover, name="recover"),
    path("vouchers/", basket.add_voucher, name="vouchers-add"),
    path("vouchers/<int:pk>/", basket.remove_voucher, name="vouchers-remove"),
    path("credits/<slug:code>/", credits.use, name="credits"),
    path("gift/<int:pk>/", gifts.choose, name="gift"),
]

checkout_pages: Addresses = [
    path("", checkout.index, name="index"),
    path("update/", checkout.update, name="update"),
    path("return/<uuid:token>/", checkout.come_back, name="return"),
    path("pay/<uuid:token>/", checkout.pay, name="pay"),
    path("thank-you/<uuid:token>/", checkout.thank_you, name="thank-you"),
    path("account/<uuid:token>/", registering.open_account, name="account"),
]

customer: Addresses = [
    path("", account.summary, name="summary"),
    path("orders/", account.orders, name="order-list"),
    path("orders/<str:order_number>/", account.order, name="order"),
    path("order/<uuid:token>/", orders.order, name="anon-order"),
    path("order/<uuid:token>/again/", orders.again, name="reorder"),
    path("addresses/", addresses.listing, name="address-list"),
    path("addresses/add/", addresses.create, name="address-create"),
    path("addresses/<int:pk>/", addresses.edit, name="address-detail"),
    path("addresses/<int:pk>/delete/", addresses.remove, name="address-delete"),
    path("addresses/<int:pk>/first/", addresses.use_first, name="address-first"),
    path("messages/", account.sent_messages, name="messages"),
    path("preferences/", account.preferences, name="preferences"),
    path("profile/", account.profile, name="profile-view"),
    path("profile/export/", account.export, name="export"),
    path("profile/delete/", account.erase, name="profile-delete"),
]

news_pages: Addresses = [
    path("", news.subscribe, name="subscribe"),
    path("sent/", news.asked, name="asked"),
    path("link/", news.link, name="link"),
    path("choices/<str:token>/", news.preferences, name="preferences"),
]

without_language: Addresses = [
    path("theme.css", pages.theme, name="theme"),
    path("favicon.svg", pages.favicon, name="favicon"),
    path("favicon.ico", pages.favicon),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<str:section>.xml", sitemaps.section, name="sitemap-section"),
]

urlpatterns: Addresses = [
    path("", home.home, name="home"),
    path("pages/<slug:slug>/", pages.page, name="page"),
    path("catalogue/", include((catalogue, "catalogue"))),
    path("search/", include((searching, "search"))),
    path("wishlists/", include((wishes, "wishlists"))),
    path("basket/", include((basket_pages, "basket"))),
    path("checkout/", include((checkout_pages, "checkout"))),
    path("news/", include((news_pages, "news"))),
    path("accounts/", include((customer, "customer"))),
    path("accounts/", include("allauth.urls")),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide.show, name="styleguide"))
