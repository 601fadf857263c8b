"""Chinese: 6月2日, not 06月2日."""

MONTH_DAY_FORMAT = "n月j日"
