"""How figures look and read: notation, numbers, words, charts. Metric frame in, exhibit out."""
