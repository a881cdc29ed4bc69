"""Numbers about ratings: agreement between raters, drift over time, impact by group. Pure functions over sequences."""
