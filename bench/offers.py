"""What live offers cost: a basket with one product in it, here with 0, 20 and 200 of them, in stock Oscar with 20."""

import statistics

from bench.flows import Stock, flow_of
from bench.meters import Cost, Meter
from bench.sites import Engines, Site, served

PAGES, COUNTS, STOCK, EXPECTED = ("add", "basket"), (0, 20, 200), 20, 0.12
Results = dict[str, list[Cost]]


def compare(products: int, engines: Engines, rounds: int, baskets: int) -> int:
    """Print the table; return how many ratios or query counts miss what is expected."""
    with served("stock", products, engines, offers=STOCK) as stock:
        theirs: Results = {page: [] for page in PAGES}
        ours: dict[int, Results] = {count: {page: [] for page in PAGES} for count in COUNTS}
        for _ in range(rounds):
            for count in COUNTS:
                with served("ours", products, engines, offers=count) as site:
                    _measure(site, engines, baskets, ours[count])
                _measure(stock, engines, baskets, theirs)
    print(f"\n{products} products; stock Oscar with {STOCK} offers\n{'':10} {'ms':>9} {'SQL':>6}")
    missed = 0
    for page in PAGES:
        base = _median(theirs[page], "ms")
        print(f"{page:6} {'stock':>9} {base:>9.1f} {_median(theirs[page], 'queries'):>6.1f}")
        for count in COUNTS:
            ms, queries = (_median(ours[count][page], what) for what in ("ms", "queries"))
            misses = ms / base > EXPECTED or queries - _median(ours[STOCK][page], "queries") >= 1
            missed += misses
            print(
                f"{page:6} {count:>9} {ms:>9.1f} {queries:>6.1f} {ms / base:>7.3f} {EXPECTED:>7} {'MISSED' if misses else ''}"
            )
    return missed


def _measure(site: Site, engines: Engines, baskets: int, results: Results) -> None:
    meter = Meter(site.pid, engines.database_pid, site.database_url)
    flows = [_ready(flow_of(site)) for _ in range(baskets)]
    warm = _ready(flow_of(site))
    for page in PAGES:
        for _ in range(4):
            warm.steps()[page]()  # both processes
        with meter as cost:
            for flow in flows:
                flow.steps()[page]()
        results[page].append(cost.each(baskets))
    meter.close()


def _ready(flow: Stock) -> Stock:
    flow.product()
    return flow


def _median(costs: list[Cost], what: str) -> float:
    return statistics.median(getattr(cost, what) for cost in costs)
