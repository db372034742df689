"""The pictures of the README, taken from a running demo: `make run` in one window, `make screenshots` in another."""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "screens"
URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000")
PASSWORD = os.environ.get("DEMO_PASSWORD", "public-protection")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def sign_in(page: Page, who: str) -> None:
    page.goto(f"{URL}/sign-in/")
    page.locator("[name=login]").fill(f"{who}@demo.invalid")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{URL}/")


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", clip={"x": 0, "y": 0, "width": 1280, "height": 1000}, full_page=True)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB").new_page()
        sign_in(page, "coordinator")
        take(page, "my-work")
        page.goto(f"{URL}/people/?level=2")
        page.locator("main a", has_text=re.compile(", ")).first.click()
        take(page, "person")
        page.goto(f"{URL}/board/")
        take(page, "board")
        browser.close()


if __name__ == "__main__":
    main()
