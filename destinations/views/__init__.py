"""The graduate's own pages: `home` and what was filed, `filing` the way a filing takes, `files` proof."""
