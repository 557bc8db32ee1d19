"""Reviews on their own page, and the form for those who bought the thing."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shop.customers import identity
from shop.customers.models import Customer
from shop.events import log
from shop.events.catalog import ReviewWritten
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Line, Order
from shop.forks.reviews import opinions, photos
from shop.forks.reviews.models import ProductReview
from shop.forks.reviews.photo_fields import WithPhotos
from shop.storefront import product as product_page
from shop.storefront.shopping import ShopRequest

MOST_SHOWN = 100


class ReviewForm(forms.ModelForm, WithPhotos):  # type: ignore[type-arg]
    """Stars and words. Who writes, about what and as which purchase is not theirs to say."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("Your rating"),
        coerce=int,
        choices=[(str(stars), str(stars)) for stars in range(5, 0, -1)],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose from one to five stars.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Your name as others see it"), max_length=60, widget=forms.TextInput({"autocomplete": "given-name"})
    )

    field_order = ("score", "title", "body", "photos", "without", "name")

    class Meta:
        model = ProductReview
        fields = ("score", "title", "body", "name")
        labels = {"title": gettext_lazy("In a few words"), "body": gettext_lazy("What should others know?")}
        widgets = {"body": forms.Textarea({"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.know_photos(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_photos()
        return cleaned


@require_safe
def listing(request: ShopRequest, product_slug: str, pk: str) -> HttpResponse:
    """All approved reviews of a product."""
    product = _product(pk)
    context = {
        "product": product,
        "reviews": opinions.of_product(product, shown=MOST_SHOWN),
        "url": product_page.address_of(product),
    }
    return render(request, "storefront/product/reviews.html", context)


def add(request: ShopRequest, product_slug: str, pk: str) -> HttpResponse:
    """The form, for somebody whose order holds the product: an account, or the secret address of a guest's order.

    What is written waits for approval. A second review of the same product changes the first.
    """
    product = _product(pk)
    token = request.GET.get("order", "")
    line = _proof(request, product, token)
    if line is None or line.order.customer is None:
        return render(request, "storefront/product/review_refused.html", {"product": product}, status=403)
    customer: Customer = line.order.customer
    known = opinions.review_by(customer, product)
    form = ReviewForm(request.POST or None, request.FILES or None, instance=known, initial={"name": customer.first_name})
    if request.method == "POST" and form.is_valid():
        _keep(form, product, customer, line)
        messages.success(request, _("Thank you. Your review will be shown once we have read it."))
        return redirect(product_page.address_of(product))
    context = {"product": product, "form": form, "is_known": known is not None, "url": product_page.address_of(product)}
    return render(request, "storefront/product/review_form.html", context, status=422 if form.errors else 200)


def _keep(form: ReviewForm, product: Product, customer: Customer, line: Line) -> None:
    review = form.save(commit=False)
    review.product, review.customer, review.language = product, customer, get_language() or ""
    if review.order_line_id is None and not ProductReview.objects.filter(order_line=line).exists():
        review.order_line = line
    review.status = ProductReview.FOR_MODERATION
    is_new = review.pk is None
    try:
        with photos.saving():
            review.save()
            form.keep_photos(review)
            if is_new:
                log.record(ReviewWritten(review_id=review.pk, product_id=product.pk, score=review.score), customer=customer)
    except IntegrityError:  # sent twice at the same moment: the first one stands
        return


def _proof(request: ShopRequest, product: Product, token: str) -> Line | None:
    """The order line that shows that this visitor bought the product."""
    order = _order_of(token)
    if order is not None:
        return opinions.bought_line(product, Q(order=order))
    if not request.user.is_authenticated:
        return None
    own = Q(order__user=request.user)  # ordered while logged in: theirs also before the address is confirmed
    customer = identity.proven(request)
    return opinions.bought_line(product, own | Q(order__customer=customer) if customer else own)


def _order_of(token: str) -> Order | None:
    try:
        return Order.objects.filter(token=UUID(token)).first() if token else None
    except ValueError:
        return None


def _product(pk: str) -> Product:
    if len(pk) > 9:
        raise Http404
    product: Product = get_object_or_404(Product.objects.filter(is_public=True, parent=None), pk=pk)
    return product
