"""Step 7: reviews put in their place, whole, with manifests."""
