from oscar.apps.voucher.apps import VoucherConfig


class Voucher(VoucherConfig):
    name = "shop.forks.voucher"
    default = True

    def ready(self) -> None: ...
