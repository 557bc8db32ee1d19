"""A real Chromium against a real server. Every test here is marked `browser` and skipped where no Chromium is found."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE, DESKTOP = (390, 844), (1280, 900)
# Playwright's own event loop runs in this thread; Django refuses its database there unless told otherwise.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here not in Path(item.path).parents:
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db(transaction=True))
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium found: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium, also as root and in a container."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


@pytest.fixture
def open_window(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """`open_window(PHONE, scripts=False)`: a new visitor's page. Fails at the end if the page had an error of its own."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def window(size: tuple[int, int] = DESKTOP, *, scripts: bool = True, language: str = "en") -> Page:
        context = browser.new_context(
            base_url=str(live_server),
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 600,
            java_script_enabled=scripts,
            locale=language,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda line: wrong.append(f"{page.url}: {line.text}") if line.type == "error" else None)
        page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
        return page

    yield window
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def has_no_barriers() -> Callable[[Page], None]:
    """Axe's rules on the page as it stands, and nothing to push sideways."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> None:
        # Without preloading: axe would read the stylesheets a second time, by addresses that are wrong there.
        found = Axe().run(page, options={"preload": False})
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} pixels too wide"

    return check
