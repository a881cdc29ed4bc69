"""What a scorecard is set with: the template, the fonts, and what of a text they can draw."""
