"""Static files without those of libraries whose pages we do not show."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class QichengStaticFilesConfig(StaticFilesConfig):
    """Leaves out Viewflow's own files: its style sheets point at files it does not ship."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "viewflow"]
