"""Finding what lives in flow folders (`APP/flows/NAME/`) before Django is set up."""

from pathlib import Path


def find_flow_templates(root: Path) -> list[Path]:
    """The template folders of every flow, in a stable order."""
    return sorted(path for path in root.glob("*/flows/*/templates") if path.is_dir())
