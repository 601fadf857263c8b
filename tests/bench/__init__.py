"""Side-by-side timings: `make bench`. Only ratios within one run mean anything."""
