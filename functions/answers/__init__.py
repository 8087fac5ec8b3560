"""What an agent says, in parts."""
