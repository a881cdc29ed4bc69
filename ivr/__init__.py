"""The interview's voice: the core joined to carrier, model, queue and web."""
