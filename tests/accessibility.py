"""What axe-core finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AT_REST = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const moving = () => document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime < 5000).map((each) => each.finished);
  await frame();  // what a change has set going starts with the next frame
  await Promise.allSettled(moving());
  await frame();
  await Promise.allSettled(moving());
}"""


def come_to_rest(page: Page) -> None:
    """Wait for what fades or moves: half faded text has no contrast."""
    page.evaluate(_AT_REST)


def faults_of(page: Page) -> list[str]:
    """One line for each element that breaks a rule of axe-core: the rule, its weight, the element."""
    come_to_rest(page)
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {', '.join(map(str, node['target']))}"
        for rule in found
        for node in rule["nodes"]
    ]
