"""Steps of the conversation as TwiML, Twilio's markup for calls."""
