"""What redeeming points costs through the ledger, beside a bare SQL transaction that writes the same rows.

Eight processes redeem at once, each for customers of its own: through Django, and with psycopg2 alone. What counts is the
processor time of these processes and of PostgreSQL for one redemption; the ratio is bare over ours, 1 would be as cheap.
"""

import statistics
import subprocess
import sys

from bench.meters import Cost, Meter
from bench.sites import MANAGE, PYTHON, ROOT, Engines, environment, execute, run, running_engines

NAME, PROCESSES, EACH, EXPECTED = "points", 8, 100, 0.3


def compare(engines: Engines, rounds: int) -> int:
    """Print the table; return 1 when the ratio misses what is expected or the books are not in balance."""
    env = environment("ours", NAME, engines)
    execute(engines.database_url, f"DROP DATABASE IF EXISTS {NAME}", into="postgres")
    execute(engines.database_url, f"CREATE DATABASE {NAME}", into="postgres")
    run(env, *MANAGE, "migrate", "-v0", "--noinput", "--skip-checks")
    run(env, *PYTHON, "-m", "bench.redeeming", "seed", str(PROCESSES))
    execute(engines.database_url, "VACUUM ANALYZE", into=NAME)
    costs: dict[str, list[Cost]] = {"bare": [], "ours": []}
    for _ in range(rounds):
        for way, measured in costs.items():
            measured.append(_cost(way, env, engines))
    wrong = run(env, *PYTHON, "-m", "bench.redeeming", "check", str(2 * rounds * PROCESSES * (EACH + 1))).strip()
    bare, ours = (statistics.median(cost.ms for cost in costs[way]) for way in ("bare", "ours"))
    misses = bare / ours < EXPECTED or bool(wrong)
    print(f"\nredeeming points, {PROCESSES} processes\n{'':10} {'ms':>9} {'SQL':>6}")
    for way, ms in (("bare", bare), ("ours", ours)):
        print(f"{way:10} {ms:>9.2f} {statistics.median(cost.queries for cost in costs[way]):>6.1f}", end="")
        print(f" {bare / ours:>7.2f} {EXPECTED:>7} {'MISSED' if misses else ''} {wrong}" if way == "ours" else "")
    return int(misses)


def _cost(way: str, env: dict[str, str], engines: Engines) -> Cost:
    """Of one redemption. The herd is warm before anything is counted: all is loaded, each process has redeemed once."""
    command = [*PYTHON, "-m", "bench.redeeming", way, str(PROCESSES), str(EACH)]
    herd = subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert herd.stdin and herd.stdout and herd.stdout.readline() == "ready\n"
    meter = Meter(herd.pid, engines.database_pid, env["DATABASE_URL"])
    with meter as cost:
        print("go", file=herd.stdin, flush=True)
        if herd.stdout.readline() != "done\n":
            raise RuntimeError("redeeming failed")
    meter.close()
    herd.communicate("leave\n")
    return cost.each(PROCESSES * EACH)


def main() -> int:
    """This measurement alone."""
    with running_engines() as engines:
        return compare(engines, rounds=5)


if __name__ == "__main__":
    sys.exit(main())
