"""How the conversation moves, phase by phase; ``interview.machine`` is its front."""
