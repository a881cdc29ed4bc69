"""A stand-in for OpenAI's API that writes questions and rates answers by stated rules, for demos and tests."""
