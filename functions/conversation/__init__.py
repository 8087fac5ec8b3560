"""What a conversation is about, and how a message goes on from it."""
