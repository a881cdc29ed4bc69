"""`scripts/demo`: the whole product on one machine, with doubles in place of the telephone and of OpenAI."""
