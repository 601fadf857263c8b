"""What axe-core finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AT_REST = """async () => {
  const after = (time) => new Promise((done) => setTimeout(done, time));
  const moving = () => document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime < 5000).map((each) => each.finished);
  for (let round = 0; round < 2; round++) {
    await after(60);  // what a change has set going starts with the next frame
    await Promise.race([Promise.allSettled(moving()), after(1500)]);
  }
}"""

_AXE = Axe().axe_script
#: Its whole answer also tells, rule by rule, of everything that is right.
_VIOLATIONS = "axe.run({resultTypes: ['violations']}).then((found) => found.violations)"


def come_to_rest(page: Page) -> None:
    """Wait for what fades or moves: half faded text has no contrast."""
    page.evaluate(_AT_REST)


def faults_of(page: Page) -> list[str]:
    """One line for each element that breaks a rule of axe-core: the rule, its weight, the element."""
    come_to_rest(page)
    page.evaluate(_AXE)
    found = page.evaluate(_VIOLATIONS)
    return [
        f"{rule['id']} ({rule['impact']}): {', '.join(map(str, node['target']))}"
        for rule in found
        for node in rule["nodes"]
    ]
