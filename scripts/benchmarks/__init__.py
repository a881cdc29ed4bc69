"""Speed and cost measured side by side with other ways to do the same; what comes out are ratios and counts."""
