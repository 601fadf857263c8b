"""What axe-core finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults_of(page: Page) -> list[str]:
    """One line for each element that breaks a rule of axe-core: the rule, its weight, the element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {', '.join(map(str, node['target']))}"
        for rule in found
        for node in rule["nodes"]
    ]
