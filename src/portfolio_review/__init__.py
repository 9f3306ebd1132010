"""Client-portfolio reviews: sources, slices, metrics, notebooks, results, rendering, delivery."""

__version__ = "0.1.0"
