"""`make bench`: pages and checkout of this shop and of stock Oscar, interleaved in one run, as ratios.

`make bench ARGS="--products 200 5000 50000 --rounds 5"`. A ratio is our processor time (application and database)
over stock Oscar's; 0.2 means a fifth.
"""

import argparse
import statistics
import sys
from collections import defaultdict

from bench import offers, points, retention
from bench.browser import Browser
from bench.flows import flow_of, must
from bench.meters import Cost, Meter
from bench.sites import Engines, Site, running_engines, served

EXPECTED = {"home": 0.2, "category": 0.2, "product": 0.6, "variants": 0.6, "add to basket": 0.5, "guest checkout": 0.5}
AT_MOST_MS = {"search": 40}  # with facets; there is nothing in stock Oscar to compare these with
Results = dict[tuple[str, int, str], list[Cost]]


def main() -> int:
    """Measure, print the table, return 1 when a ratio or a count misses what is expected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, nargs="+", default=[200, 5000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=40, help="per page, site and round")
    parser.add_argument("--checkouts", type=int, default=15, help="per site and round")
    parser.add_argument("--only-offers", action="store_true", help="nothing but what live offers cost")
    parser.add_argument("--figures-orders", type=int, default=1_000_000, help="orders behind the figures; promised: 10000000")
    args = parser.parse_args()
    results: Results = defaultdict(list)
    with running_engines() as engines:
        for count in () if args.only_offers else args.products:
            with served("stock", count, engines) as stock, served("ours", count, engines) as ours:
                for _ in range(args.rounds):
                    for site in (stock, ours):
                        _measure(site, count, engines, args.requests, args.checkouts, results)
        missed = offers.compare(args.products[-1], engines, args.rounds, args.checkouts)
        missed += points.compare(engines, args.rounds)
        missed += retention.compare(engines, args.figures_orders)
    return 1 if _report(results, args.products) + missed else 0


def _measure(site: Site, count: int, engines: Engines, requests: int, checkouts: int, results: Results) -> None:
    kind = site.name.split("_")[0]
    meter = Meter(site.pid, engines.database_pid, site.database_url)
    for page, address in site.addresses.items():
        _get(site, address, 6)
        with meter as cost:
            _get(site, address, requests)
        results[page, count, kind].append(cost.each(requests))
    total = Cost()
    flows = [flow_of(site) for _ in range(checkouts)]
    for name in flows[0].steps():
        with meter as cost:
            for flow in flows:
                flow.steps()[name]()
        total += cost.each(checkouts)
        if name == "add":
            results["add to basket", count, kind].append(cost.each(checkouts))
    results["guest checkout", count, kind].append(total)
    meter.close()


def _get(site: Site, address: str, times: int) -> None:
    for _ in range(times):
        browser = Browser(site.base)  # a new visitor each time: no cookies
        must(browser.get(address).status == 200)


def _report(results: Results, counts: list[int]) -> int:
    """Print the table; return how many ratios or counts miss what is expected."""
    print(f"\n{'':15} {'products':>9} {'stock':>16} {'ours':>16} {'ratio':>7} {'expected':>9}")
    print(f"{'':15} {'':>9} {'ms':>9} {'SQL':>6} {'ms':>9} {'SQL':>6}")
    missed = 0
    for page in dict.fromkeys(page for page, _, _ in results):
        ours_queries = set()
        for count in counts:
            stock, ours = (results[page, count, kind] for kind in ("stock", "ours"))
            ratio = _median(ours, "ms") / _median(stock, "ms")
            limit, most = EXPECTED.get(page), AT_MOST_MS.get(page)
            expected = f"{most} ms" if most else ""
            ours_queries.add(_median(ours, "queries"))
            miss = (limit is not None and ratio > limit) or (most is not None and _median(ours, "ms") > most)
            missed += miss
            figures = "".join(f"{_median(costs, 'ms'):>9.1f}{_median(costs, 'queries'):>7.1f} " for costs in (stock, ours))
            print(f"{page:15} {count:>9} {figures}{ratio:>7.2f} {limit or expected:>9} {'MISSED' if miss else ''}")
        if max(ours_queries) - min(ours_queries) >= 1:  # less is a cache that ran out once in a round
            print(f"{'':15} our statements grow with the catalogue: {sorted(ours_queries)}")
            missed += 1
    print(f"\nms: processor time of web server and PostgreSQL for one request, on a reference machine. {missed} missed.")
    return missed


def _median(costs: list[Cost], what: str) -> float:
    return statistics.median(getattr(cost, what) for cost in costs)


if __name__ == "__main__":
    sys.exit(main())
