"""A double of a model server of one's own: the endpoints of docs/model-server.md, by the OpenAI double's rules."""
